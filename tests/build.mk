# The C tests: a binary for each module and the runner of tests/cases, built
# natively by two compilers.

NATIVE_CFLAGS := -std=c11
# Quick to run, while a sanitizer's report still names the line.
NATIVE_CFLAGS += -O1 -g
# A wrong address or an undefined operation ends the test; none goes on.
NATIVE_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all
# What two compilers can find by reading. cJSON has its own pragmas in json.c.
NATIVE_CFLAGS += -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wundef
NATIVE_CFLAGS += -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings
NATIVE_CFLAGS += -Wdouble-promotion -Wswitch-enum
# Quotes only, or src/limits.h would hide <limits.h>.
NATIVE_CFLAGS += -iquote src -Ibuild/cjson
# Every dialect, whichever the module has, and several destinations.
NATIVE_CFLAGS += $(DIALECT_ALL) -DFH_DESTINATIONS=4
# Each object notes its headers, so that only what changed is built again.
NATIVE_CFLAGS += -MMD -MP

UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
RUNNER_SOURCES := $(sort $(wildcard tests/run/*.c))
CASES := $(sort $(wildcard tests/cases/*.json tests/dialects/cases/*.json))

# What the runner does when memory is short (run_cases --memory).
RUNNER_LDFLAGS := -Wl,--wrap=fh_arena_alloc

UNIT_TESTS := $(UNIT_SOURCES:tests/unit/%.c=build/native/gcc/%) $(UNIT_SOURCES:tests/unit/%.c=build/native/clang/%)
CASE_RUNNERS := build/native/gcc/run_cases build/native/clang/run_cases
NATIVE_OBJECTS := $(SOURCES:.c=.o) $(UNIT_SOURCES:.c=.o) $(RUNNER_SOURCES:.c=.o)

build/native/gcc/%.o: %.c tests/build.mk $(CJSON)
	@mkdir -p $(@D)
	@gcc $(NATIVE_CFLAGS) -c $< -o $@
build/native/clang/%.o: %.c tests/build.mk $(CJSON)
	@mkdir -p $(@D)
	@clang $(NATIVE_CFLAGS) -c $< -o $@

# An archive, so that a test links only what it calls.
build/native/gcc/core.a: $(SOURCES:%.c=build/native/gcc/%.o)
	@rm -f $@ && ar rcs $@ $^
build/native/clang/core.a: $(SOURCES:%.c=build/native/clang/%.o)
	@rm -f $@ && ar rcs $@ $^

build/native/gcc/test_%: build/native/gcc/tests/unit/test_%.o build/native/gcc/core.a
	@gcc $(NATIVE_CFLAGS) $^ -o $@
build/native/clang/test_%: build/native/clang/tests/unit/test_%.o build/native/clang/core.a
	@clang $(NATIVE_CFLAGS) $^ -o $@
build/native/gcc/run_cases: $(RUNNER_SOURCES:%.c=build/native/gcc/%.o) build/native/gcc/core.a
	@gcc $(NATIVE_CFLAGS) $(RUNNER_LDFLAGS) $^ -o $@
build/native/clang/run_cases: $(RUNNER_SOURCES:%.c=build/native/clang/%.o) build/native/clang/core.a
	@clang $(NATIVE_CFLAGS) $(RUNNER_LDFLAGS) $^ -o $@

-include $(NATIVE_OBJECTS:%.o=build/native/gcc/%.d) $(NATIVE_OBJECTS:%.o=build/native/clang/%.d)
# Made by a pattern, yet to be kept.
.SECONDARY: $(NATIVE_OBJECTS:%=build/native/gcc/%) $(NATIVE_OBJECTS:%=build/native/clang/%)

# One target for each run, so that -j runs them side by side. The binary's last
# line is its count, and its exit code the verdict.
UNIT_RUNS := $(UNIT_TESTS:build/native/%=run-%)
CASE_RUNS := $(CASE_RUNNERS:build/native/%=run-%)
.PHONY: test-native run-memory $(UNIT_RUNS) $(CASE_RUNS)
test-native: $(UNIT_RUNS) $(CASE_RUNS) run-memory ## run the C tests, by gcc and clang
$(UNIT_RUNS): run-%: build/native/%
	@counts=$$($<); verdict=$$?; printf '%-24s %s\n' $* "$$counts"; exit $$verdict
$(CASE_RUNS): run-%: build/native/% $(CASES)
	@counts=$$($< $(CASES)); verdict=$$?; printf '%-24s %s\n' $* "$$counts"; exit $$verdict

# Each case again with less memory than it needs, from none on.
run-memory: build/native/gcc/run_cases $(CASES)
	@counts=$$($< --memory $(CASES)); verdict=$$?; printf '%-24s %s\n' 'gcc/run_cases --memory' "$$counts"; exit $$verdict

# What `node --test` runs.
NODE_TESTS := $(sort $(wildcard tests/abi/*.test.mjs tests/run/*.test.mjs tests/shim/*.test.mjs tests/bridge/*.test.mjs tests/debug/*.test.mjs \
  tests/dialects/*.test.mjs tests/relay/*.test.mjs tests/testing/*.test.mjs tests/calls/*.test.mjs tests/browser/*.test.mjs tests/browser/faults/*.test.mjs tests/parity/*.test.mjs tests/docs/*.test.mjs))
