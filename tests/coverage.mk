# How much of src/ the C tests reach: unit tests, cases (of the agent, of plans, of
# bundles for the server), and the fuzzers' corpora, built by clang to count lines and branches (tests/coverage/report.mjs).

COVERAGE_CFLAGS := -std=c11 -O0 -g -fprofile-instr-generate -fcoverage-mapping
# What can be built in all is in, as in tests/build.mk.
COVERAGE_CFLAGS += $(DIALECT_ALL) -DFH_DESTINATIONS=4
COVERAGE_CFLAGS += -iquote src -iquote tests/fuzz -iquote tests/run -Ibuild/cjson -MMD -MP
COVERAGE_BINARIES := $(UNIT_SOURCES:tests/unit/%.c=build/coverage/unit/%) build/coverage/run_cases build/coverage/run_plan build/coverage/stitch_lines $(FUZZ_TARGETS:%=build/coverage/fuzz/%)

build/coverage/%.o: %.c tests/coverage.mk $(CJSON)
	@mkdir -p $(@D)
	@clang $(COVERAGE_CFLAGS) -c $< -o $@
build/coverage/core.a: $(SOURCES:%.c=build/coverage/%.o)
	@rm -f $@ && ar rcs $@ $^
build/coverage/unit/%: build/coverage/tests/unit/%.o build/coverage/core.a
	@mkdir -p $(@D)
	@clang $(COVERAGE_CFLAGS) $^ -o $@
build/coverage/run_cases: $(RUNNER_SOURCES:%.c=build/coverage/%.o) build/coverage/core.a
	@clang $(COVERAGE_CFLAGS) $(RUNNER_LDFLAGS) $^ -o $@
build/coverage/run_plan: build/coverage/tests/plan/native.o build/coverage/core.a
	@clang $(COVERAGE_CFLAGS) $^ -o $@
# With the room of the server's module, as in tests/stitch.mk.
build/coverage/stitch/json.o: src/json.c tests/coverage.mk $(CJSON)
	@mkdir -p $(@D)
	@clang $(COVERAGE_CFLAGS) -DFH_IO_BYTES=1048576 -c $< -o $@
build/coverage/stitch_lines: build/coverage/tests/stitch/native.o build/coverage/stitch/json.o build/coverage/core.a
	@clang $(COVERAGE_CFLAGS) $^ -o $@
build/coverage/fuzz/%: build/coverage/tests/fuzz/fuzz_%.o $(FUZZ_SHARED:%.c=build/coverage/%.o) build/coverage/tests/fuzz/replay.o build/coverage/core.a
	@mkdir -p $(@D)
	@clang $(COVERAGE_CFLAGS) $^ -o $@
COVERAGE_SOURCES := $(SOURCES) $(UNIT_SOURCES) $(RUNNER_SOURCES) tests/plan/native.c tests/stitch/native.c
COVERAGE_SOURCES += $(FUZZ_SHARED) $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%.c) tests/fuzz/replay.c
-include $(COVERAGE_SOURCES:%.c=build/coverage/%.d) build/coverage/stitch/json.d
.SECONDARY: $(COVERAGE_SOURCES:%.c=build/coverage/%.o)

.PHONY: coverage coverage-binaries
coverage-binaries: $(COVERAGE_BINARIES)
coverage: setup-fuzz dist ## lines and branches of src/ that the C tests and the corpora reach: 95 % at least
	@$(MAKE) --no-print-directory coverage-binaries
	@node tests/coverage/report.mjs $(CASES)
