# Fuzzing (tests/fuzz/README.md): libFuzzer with ASan and UBSan, a binary for each
# tests/fuzz/fuzz_*.c.
#
#   make fuzz                                  a minute each
#   make fuzz FUZZ_SECONDS=600 FUZZ="row agent"
#   make fuzz-keep                             what was found interesting, into the repository
#   make fuzz-long                             hours, resumable, then docs/FUZZ.md

FUZZ_SECONDS ?= 60
FUZZ_LONG_SECONDS ?= 820
FUZZ ?=

FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SHARED := tests/fuzz/host.c tests/fuzz/json.c tests/run/unchanged.c

FUZZ_CFLAGS := -std=c11 -O2 -g
# A wrong address or an undefined operation ends the run. A double that its integer
# cannot hold is one, too, but -fsanitize=undefined does not look for it.
FUZZ_CFLAGS += -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
FUZZ_CFLAGS += -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
FUZZ_CFLAGS += -iquote src -iquote tests/fuzz -iquote tests/run -Ibuild/cjson $(DIALECT_ALL) -MMD -MP

# What libFuzzer counts: the core and the target, not the host's looking after them.
build/fuzz/%.o: FUZZ_COUNTS = -fsanitize=fuzzer-no-link
$(FUZZ_SHARED:%.c=build/fuzz/%.o): FUZZ_COUNTS =
build/fuzz/%.o: %.c tests/fuzz.mk $(CJSON)
	@mkdir -p $(@D)
	@clang $(FUZZ_CFLAGS) $(FUZZ_COUNTS) -c $< -o $@
build/fuzz/bin/%: build/fuzz/tests/fuzz/fuzz_%.o $(FUZZ_SHARED:%.c=build/fuzz/%.o) $(SOURCES:%.c=build/fuzz/%.o)
	@mkdir -p $(@D)
	@clang $(FUZZ_CFLAGS) -fsanitize=fuzzer $^ -o $@
-include $(patsubst %.c,build/fuzz/%.d,$(SOURCES) $(FUZZ_SHARED) $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%.c))
.SECONDARY: $(patsubst %.c,build/fuzz/%.o,$(SOURCES) $(FUZZ_SHARED) $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%.c))

.PHONY: fuzz fuzz-binaries fuzz-long fuzz-keep fuzz-report
fuzz-binaries: $(FUZZ_TARGETS:%=build/fuzz/bin/%)
fuzz: setup-fuzz dist ## fuzz each parser and the whole agent, FUZZ_SECONDS=60 each (FUZZ="row agent")
	@$(MAKE) --no-print-directory fuzz-binaries
	@node tests/fuzz/run.mjs --seconds $(FUZZ_SECONDS) $(FUZZ)

fuzz-long: setup-fuzz dist ## the same for hours, one after the other; a run that was cut goes on; then docs/FUZZ.md
	@$(MAKE) --no-print-directory fuzz-binaries
	@nice -n 19 node tests/fuzz/run.mjs --long --seconds $(FUZZ_LONG_SECONDS) $(FUZZ)
	@$(MAKE) --no-print-directory fuzz-report

fuzz-report: ## docs/FUZZ.md from what the long run has recorded
	@node tests/fuzz/run.mjs --report

fuzz-keep: setup-fuzz dist fuzz-binaries ## minimise what fuzzing has found and keep it in tests/fuzz/corpus
	@nice -n 19 node tests/fuzz/run.mjs --keep $(FUZZ)

.PHONY: setup-fuzz
setup-fuzz: setup-build
	@scripts/setup.sh fuzz

# In make test: what is kept, and three seconds each; in CI a minute each (.ci/run).
FUZZ_QUICK_SECONDS ?= 3
.PHONY: fuzz-quick
fuzz-quick: setup-fuzz
	@$(MAKE) --no-print-directory fuzz-binaries
	@node tests/fuzz/run.mjs --seconds $(FUZZ_QUICK_SECONDS)
