# Firsthand. `make help` lists the targets; each one installs what it lacks.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

# Node from build/tools where the distribution's is too old (scripts/setup.sh).
export PATH := $(CURDIR)/build/tools/bin:$(PATH)
BIN := node_modules/.bin

PORT ?= 8080

SOURCES := $(filter-out src/cJSON.c,$(sort $(wildcard src/*.c)))
HEADERS := $(sort $(wildcard src/*.h src/*.def))
CJSON := build/cjson/cJSON.c

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' Makefile | expand -t 16

.PHONY: demo
demo: setup-demo dist build/demo/node_modules/.package-lock.json ## serve the shop and the live viewer (PORT=8080), in the foreground
	@mkdir -p build
	@exec node site-demo/server/main.mjs --port $(PORT) --db build/demo.db

# The SDK that the shop's server sends its events by.
build/demo/node_modules/.package-lock.json: site-demo/server/sdk/package.json site-demo/server/sdk/package-lock.json | setup-build
	@mkdir -p build/demo
	@cp $^ build/demo/
	$(call NPM_CI,build/demo)
	@touch $@

.PHONY: dist
dist: setup-build $(CJSON) ## build all products into dist/
	@$(MAKE) --no-print-directory products

.PHONY: test
test: setup-test dist build/demo/node_modules/.package-lock.json build/drivers/node_modules/.package-lock.json auto-app ## run every suite; ends with the runner's counts
	@$(MAKE) --no-print-directory test-native
	@$(MAKE) --no-print-directory sim-san SAN_SEEDS=100
	@$(MAKE) --no-print-directory fuzz-quick lint-quick
	node --test --test-reporter=spec $(NODE_TESTS)

.PHONY: size
size: dist ## print the size of each product beside its budget and the last release's (FUNCTIONS=1: and of each C function, KEEP=1: keep for comparison)
	@node scripts/size.mjs $(if $(FUNCTIONS),--functions) $(if $(KEEP),--keep)

.PHONY: docs
docs: dist ## write what is generated in README.md and docs/
	@node scripts/docs.mjs

.PHONY: doctor
doctor: ## print every tool with its version
	@scripts/doctor.sh

.PHONY: format
format: ## format the C sources
	clang-format -i src/*.c src/*.h wasm/*.c tests/unit/*.c tests/unit/*.h tests/run/*.c tests/run/*.h tests/fuzz/*.c tests/fuzz/*.h

.PHONY: clean
clean: ## remove what was built (not node_modules, not build/tools)
	rm -rf dist build/wasm build/native build/cjson

# --- Set-up ----------------------------------------------------------------

.PHONY: setup-build setup-demo setup-test
setup-build:
	@scripts/setup.sh native wasm node
setup-demo: setup-build
setup-test: setup-build
	@scripts/setup.sh chromium valgrind

$(CJSON): scripts/cjson.sh scripts/cjson.sha256
	@scripts/cjson.sh build/cjson && touch $@

# --- Products ----------------------------------------------------------------

include wasm/build.mk
include wasm/modules.mk
include wasm/twin.mk
include js-shim/build.mk

.PHONY: products
products: dist/firsthand.wasm dist/firsthand.server.wasm relay/firsthand.server.wasm $(JS_PRODUCTS)
	@:

# The module once more with the names of its functions, for `make size`: the
# same flags, so the same code.
build/wasm/named.wasm: build/wasm/linked.wasm
	$(EMCC_CLEAN) $(WASM_CFLAGS) $(DIALECT_FLAGS) -iquote src -Ibuild/cjson $(SOURCES) wasm/abi.c wasm/libc.c $(WASM_LDFLAGS) --profiling-funcs -o $@
	$(WASM_METADCE) -g $(WASM_FEATURES) -f wasm/keep.json $@ -o $@ >/dev/null
	$(WASM_OPT) -g $(filter-out --strip-debug,$(WASM_OPT_FLAGS)) $@ -o $@

# --- Tests ---------------------------------------------------------------------

# Installs what the lock in a folder of build/ says. From inside it, since another --prefix
# has another global configuration; and npm was seen to end with 0 when it could not
# reach the registry.
NPM_CI = cd $(1) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && test -e node_modules/.package-lock.json

include tests/build.mk
include tests/dialects.mk
include tests/testing.mk
include tests/packages.mk
include tests/sim.mk
include tests/faults.mk
include tests/faults-peers.mk
include tests/peer-cookies.mk
include tests/parity.mk
include tests/calls.mk
include tests/bench.mk
include tests/auto.mk
include tests/stitch.mk
include tests/plan.mk
include tests/fuzz.mk
include tests/coverage.mk
include tests/lint.mk
include tests/hostile.mk
include tests/forward.mk
include tests/relay.mk
include tests/sdks.mk
include tests/supply.mk
