# How much of src/ the C tests reach: unit tests, cases, and the fuzzers' corpora,
# built by clang to count lines and branches (tests/coverage/report.mjs).

COVERAGE_CFLAGS := -std=c11 -O0 -g -fprofile-instr-generate -fcoverage-mapping
COVERAGE_CFLAGS += -iquote src -iquote tests/fuzz -iquote tests/run -Ibuild/cjson $(DIALECT_ALL) -MMD -MP
COVERAGE_BINARIES := $(UNIT_SOURCES:tests/unit/%.c=build/coverage/unit/%) build/coverage/run_cases $(FUZZ_TARGETS:%=build/coverage/fuzz/%)

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
build/coverage/fuzz/%: build/coverage/tests/fuzz/fuzz_%.o $(FUZZ_SHARED:%.c=build/coverage/%.o) build/coverage/tests/fuzz/replay.o build/coverage/core.a
	@mkdir -p $(@D)
	@clang $(COVERAGE_CFLAGS) $^ -o $@
-include $(patsubst %.c,build/coverage/%.d,$(SOURCES) $(UNIT_SOURCES) $(RUNNER_SOURCES))
.SECONDARY: $(patsubst %.c,build/coverage/%.o,$(SOURCES) $(UNIT_SOURCES) $(RUNNER_SOURCES) $(FUZZ_SHARED) $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%.c) tests/fuzz/replay.c)

.PHONY: coverage coverage-binaries
coverage-binaries: $(COVERAGE_BINARIES)
coverage: setup-fuzz dist ## lines and branches of src/ that the C tests and the corpora reach: 95 % at least
	@$(MAKE) --no-print-directory coverage-binaries
	@node tests/coverage/report.mjs $(CASES)
