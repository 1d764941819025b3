# The deterministic simulator of the delivery (tests/sim/README.md).
#
#   make sim                          SEEDS seeds from SEED_BASE on, on both cores
#   make sim SEED=n                   one seed again, shortened, with its trace
#   make sim-san                      SAN_SEEDS seeds with ASan and UBSan
#   make sim-mutants                  faults put into src/: each must be caught

SEEDS ?= 20000
SEED_BASE ?= 1
SAN_SEEDS ?= 600
MUTANT_SEEDS ?= 15000

SIM_CC ?= gcc
SIM_CFLAGS := -std=c11
# What two compilers can find by reading, as in tests/build.mk.
SIM_CFLAGS += -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wundef
SIM_CFLAGS += -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wdouble-promotion
# Quotes only, or src/limits.h would hide <limits.h>.
SIM_CFLAGS += -iquote src -Ibuild/cjson
# Each object notes its headers, so that only what changed is built again.
SIM_CFLAGS += -MMD -MP

SIM_FAST := $(SIM_CC) -O2 -g $(SIM_CFLAGS)
# A wrong address or an undefined operation ends the run.
SIM_SAN := clang -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all $(SIM_CFLAGS)

SIM_OBJECTS := $(patsubst %.c,%.o,$(sort $(filter-out src/cJSON.c,$(wildcard src/*.c)) $(wildcard tests/sim/*.c)))

build/sim/fast/%.o: %.c tests/sim.mk $(CJSON)
	@mkdir -p $(@D)
	@$(SIM_FAST) -c $< -o $@
build/sim/san/%.o: %.c tests/sim.mk $(CJSON)
	@mkdir -p $(@D)
	@$(SIM_SAN) -c $< -o $@
build/sim/fast/sim: $(SIM_OBJECTS:%=build/sim/fast/%)
	@$(SIM_FAST) $^ -o $@
build/sim/san/sim: $(SIM_OBJECTS:%=build/sim/san/%)
	@$(SIM_SAN) $^ -o $@
-include $(SIM_OBJECTS:%.o=build/sim/fast/%.d) $(SIM_OBJECTS:%.o=build/sim/san/%.d)

.PHONY: sim sim-san sim-mutants
ifdef SEED
sim: build/sim/fast/sim
	@$< -s $(SEED)
else
# Half of the seeds on each core; "time" gives the seconds for lives per second.
sim: build/sim/fast/sim ## simulate the delivery: SEEDS=n SEED_BASE=n, or SEED=n
	@half=$$(( ($(SEEDS) + 1) / 2 )); start=$$(date +%s.%N); \
	$< $$half $(SEED_BASE) >build/sim/first.txt & first=$$!; bad=0; \
	$< $$(( $(SEEDS) - half )) $$(( $(SEED_BASE) + half )) >build/sim/second.txt || bad=1; \
	wait $$first || bad=1; cat build/sim/first.txt build/sim/second.txt; \
	awk -v from=$$start -v to=$$(date +%s.%N) \
	  '/^seeds/ { v += $$4; n += $$7 } END { t = to - from; printf "in all: %d page lives, %d violations, %.1f s, %d lives/s\n", n, v, t, n / t }' \
	  build/sim/first.txt build/sim/second.txt; exit $$bad
endif

sim-san: build/sim/san/sim ## the same with ASan and UBSan, fewer seeds
	@$< $(SAN_SEEDS) $(SEED_BASE)

sim-mutants: build/sim/fast/sim ## put faults into the core: each must be caught
	@tests/sim/mutants.sh $(MUTANT_SEEDS) $(filter-out -MMD -MP -Werror,$(SIM_FAST))
