# What peers send by default and what we do (tests/parity), field by field. Peers
# come from npm into build/peers, for this target only; what they send is kept in
# tests/parity/recorded, so that make test needs none of them.
#
#   make parity                       records all peers, then docs/PARITY.md
#   make parity PARITY="--peer posthog,jitsu"
#   make parity-report                docs/PARITY.md of what is kept and of this build

PARITY ?=

.PHONY: parity parity-report
parity: setup-test dist build/peers/node_modules/.package-lock.json ## record what other agents send by default, and compare (3 minutes)
	node tests/parity/run.mjs $(PARITY)

parity-report: setup-test dist
	node tests/parity/run.mjs --report
