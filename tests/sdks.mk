# What the relay is tested with besides itself, from npm into build/sdks: official SDKs
# that deliver to it, and the frameworks that it is mounted in.

build/sdks/node_modules/.package-lock.json: tests/relay/sdks/package.json tests/relay/sdks/package-lock.json | setup-test
	@mkdir -p build/sdks
	@cp $^ build/sdks/
	$(call NPM_CI,build/sdks)
	@touch $@

test: build/sdks/node_modules/.package-lock.json

.PHONY: bench-relay
bench-relay: setup-test dist ## events per second of the relay beside its floor, then docs/BENCH-RELAY.md (2 minutes)
	node tests/bench/relay.mjs $(BENCH_RELAY)
