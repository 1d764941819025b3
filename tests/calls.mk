# The table of call shapes, tests/cases/calls: what Segment's own agent sends for
# each. It comes from npm into build/peers, for this target only; what it sent is
# kept in the table, so that make test needs none of it.
#
#   make calls-record                    all
#   make calls-record CALLS=track,page   only these files of the table

CALLS ?=

.PHONY: calls-record
calls-record: setup-test build/peers/node_modules/.package-lock.json ## record what Segment sends for the calls of tests/cases/calls (2 minutes)
	node tests/calls/record.mjs $(CALLS)
