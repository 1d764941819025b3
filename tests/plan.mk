# Tracking plans: cases by the native core, the checker, the command line.

build/native/gcc/run_plan: build/native/gcc/tests/plan/native.o build/native/gcc/core.a
	@gcc $(NATIVE_CFLAGS) $^ -o $@
build/native/clang/run_plan: build/native/clang/tests/plan/native.o build/native/clang/core.a
	@clang $(NATIVE_CFLAGS) $^ -o $@
-include build/native/gcc/tests/plan/native.d build/native/clang/tests/plan/native.d

test-native: build/native/gcc/run_plan build/native/clang/run_plan

NODE_TESTS += $(sort $(wildcard tests/plan/*.test.mjs tests/cli/*.test.mjs))
