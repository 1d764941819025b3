# Forwarding (relay/forward): fake vendors on loopback, and what Segment's own
# destinations make of the same events (tests/forward/segment.json).
#
#   make destinations-record       makes segment.json anew (npm, 100 MB)
#   make playbooks                 the counts of docs/FORWARDING.md

.PHONY: destinations-record
destinations-record: setup-test build/destinations/node_modules/.package-lock.json ## record what Segment's own destinations make of our events (npm, 100 MB)
	node tests/forward/record.mjs

.PHONY: playbooks
playbooks: dist build/playbooks/node_modules/.package-lock.json ## convert MetaRouter's published playbooks, and count
	node --test --test-reporter=spec tests/forward/playbook.test.mjs

# MetaRouter's playbooks, data for the tests only.
build/playbooks/node_modules/.package-lock.json: tests/forward/playbooks/package.json tests/forward/playbooks/package-lock.json
	@mkdir -p build/playbooks
	@cp $^ build/playbooks/
	$(call NPM_CI,build/playbooks)
	@touch $@

test: build/playbooks/node_modules/.package-lock.json

NODE_TESTS += $(sort $(wildcard tests/forward/*.test.mjs))
