# Bundles for the server (tests/stitch): cases on the native core and both modules, the
# server's half in Node, and the story in browsers with the official server SDKs, which
# come from npm into build/stitch, pinned by a lock of its own.

# The server's module has more room than the agent's: so has this.
build/native/%/stitch/json.o: src/json.c tests/build.mk $(CJSON)
	@mkdir -p $(@D)
	@$* $(NATIVE_CFLAGS) -DFH_IO_BYTES=1048576 -c $< -o $@
build/native/gcc/stitch_lines: build/native/gcc/tests/stitch/native.o build/native/gcc/stitch/json.o build/native/gcc/core.a
	@gcc $(NATIVE_CFLAGS) $^ -o $@
build/native/clang/stitch_lines: build/native/clang/tests/stitch/native.o build/native/clang/stitch/json.o build/native/clang/core.a
	@clang $(NATIVE_CFLAGS) $^ -o $@

build/stitch/node_modules/.package-lock.json: tests/stitch/sdks/package.json tests/stitch/sdks/package-lock.json | setup-test
	@mkdir -p build/stitch
	@cp $^ build/stitch/
	@echo "about to install five official server SDKs from npm into build/stitch"
	$(call NPM_CI,build/stitch)
	@touch $@

test: build/stitch/node_modules/.package-lock.json build/native/gcc/stitch_lines build/native/clang/stitch_lines

NODE_TESTS += $(sort $(wildcard tests/stitch/*.test.mjs))
