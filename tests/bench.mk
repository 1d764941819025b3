# Measurements that are no test: they say what something costs.
#
#   make bench                                 all subjects, ten repeats, then docs/BENCH.md
#   make bench BENCH="--subject floor,firsthand --visit drain"
#   make bench-report                          docs/BENCH.md from what there is
#   make callgrind                             instructions of the core for an event
#   make callgrind FUNCTIONS=1                 and where they go; KEEP=1: the new baseline
#   make journal-cost                          every installed engine, then docs/JOURNAL-COST.md
#   make journal-cost JOURNAL_COST="--engine chromium --repeats 20"

BENCH ?=
JOURNAL_COST ?=

# Umami's tracker is in no package of its own: one file of its server's.
UMAMI := umami@2.10.0
UMAMI_SHA256 := eb8ec1e5fd41f1937b3a6a0df92be46f97ca8bfc3baacaa5f70159d5e0df50d1

build/peers/umami.js: node_modules/.package-lock.json
	@mkdir -p build/peers/umami
	cd build/peers/umami && npm pack --silent --loglevel=error $(UMAMI) && tar -xzf umami-*.tgz package/src/tracker/index.js
	@echo "$(UMAMI_SHA256)  build/peers/umami/package/src/tracker/index.js" | sha256sum --check --quiet
	$(BIN)/esbuild build/peers/umami/package/src/tracker/index.js --minify --log-level=warning --outfile=$@

.PHONY: bench bench-report journal-cost
bench: setup-test dist build/peers/node_modules/.package-lock.json build/peers/umami.js ## ours, the floor and peers side by side, in Chromium, resumable (an hour)
	node tests/bench/run.mjs $(BENCH)

bench-report: build/peers/node_modules/.package-lock.json build/peers/umami.js
	node tests/bench/run.mjs --report

journal-cost: setup-test dist ## what the journal costs the main thread, in each installed browser
	node tests/bench/journal-cost.mjs $(JOURNAL_COST)

# By the compiler that makes the module, and with the module's own string functions:
# the C library's depend on the processor. valgrind 3.19 reads DWARF 4.
build/bench/native/workload: tests/bench/workload.c tests/bench.mk wasm/libc.c $(SOURCES) $(HEADERS) $(CJSON)
	@mkdir -p $(@D)
	@clang -std=c11 -O2 -gdwarf-4 -iquote src -Ibuild/cjson $(SOURCES) wasm/libc.c $< -o $@

.PHONY: callgrind
callgrind: setup-test ## count the instructions of the core for an event (FUNCTIONS=1: and where, KEEP=1: keep as baseline)
	@node tests/bench/callgrind.mjs $(if $(FUNCTIONS),--functions) $(if $(KEEP),--keep)

NODE_TESTS += $(sort $(wildcard tests/bench/*.test.mjs))
