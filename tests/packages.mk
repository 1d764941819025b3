# What checks the npm package (tests/packages, tests/types) and builds the examples
# with it comes from npm into build/packages, pinned by a lock of its own.

build/packages/node_modules/.package-lock.json: tests/packages/package.json tests/packages/package-lock.json | setup-test
	@mkdir -p build/packages
	@cp $^ build/packages/
	@echo "about to install TypeScript, bundlers and frameworks from npm into build/packages"
	$(call NPM_CI,build/packages)
	@touch $@

test: build/packages/node_modules/.package-lock.json

NODE_TESTS += $(sort $(wildcard tests/packages/*.test.mjs tests/types/*.test.mjs))
