# C -> WebAssembly. Each flag with its reason; a flag without one goes.
# Written for emcc 3.1.6, Debian's; later ones say STACK_SIZE for TOTAL_STACK.

EMCC ?= emcc
WASM_OPT ?= wasm-opt
WASM_METADCE ?= wasm-metadce

WASM_CFLAGS := -std=c11
# Bytes are the budget (wasm/budget.json); bench decides where speed pays more.
WASM_CFLAGS += -Oz
# Across src/*.c, so that small modules cost nothing.
WASM_CFLAGS += -flto
# memcpy and memmove become one instruction (Chrome 75, Firefox 79, Safari 15).
WASM_CFLAGS += -mbulk-memory
# Bytes to int in one instruction (Chrome 74, Firefox 62, Safari 14.1).
WASM_CFLAGS += -msign-ext
# A double becomes an integer in one instruction instead of a range check and
# one (Chrome 75, Firefox 64, Safari 15).
WASM_CFLAGS += -mnontrapping-fptoint
# emcc forbids inlining at -Oz, also that of functions which have one caller: 300
# bytes more (brotli).
WASM_CFLAGS += -finline-functions
# Only what abi.c exports by name may be seen from outside.
WASM_CFLAGS += -fvisibility=hidden
# src/limits.h must not hide <limits.h>, so quotes only: -iquote.
# The module must not depend on where it was built.
WASM_CFLAGS += -ffile-prefix-map=$(CURDIR)=.

# The formats of backends besides Segment's own (src/dialect.h): amplitude snowplow
# posthog relatives, the last being those that take Segment's with differences.
DIALECTS ?= segment
DIALECT_ALL := -DFH_AMPLITUDE -DFH_SNOWPLOW -DFH_POSTHOG -DFH_RELATIVES
DIALECT_FLAGS := $(addprefix -DFH_,$(shell echo $(filter-out segment,$(DIALECTS)) | tr a-z A-Z))
ifneq ($(filter-out $(DIALECT_ALL),$(DIALECT_FLAGS)),)
$(error DIALECTS may be: segment amplitude snowplow posthog relatives)
endif
# How many destinations a page may send to at once (src/feed.h); at one of them nothing
# of it is built in.
DESTINATIONS ?= 1
ifneq ($(DESTINATIONS),1)
DIALECT_FLAGS += -DFH_DESTINATIONS=$(DESTINATIONS)
endif

# A module of functions: no main, no start code.
WASM_LDFLAGS := --no-entry
# No JavaScript glue; js-shim/core.js is the only caller.
WASM_LDFLAGS += -s STANDALONE_WASM=1
# What is called from several places is inlined only where that makes it smaller
# by far: 290 bytes less (brotli) than with clang's own measure.
WASM_LDFLAGS += -Wl,-mllvm,-inline-threshold=-30
# 2 KB, of which the deepest nesting that is let in uses 750 bytes (locals are not
# on this stack). Constants have addresses of two bytes, since they end below 8 KB:
# 90 bytes.
WASM_LDFLAGS += -s TOTAL_STACK=2048
# Stack below the data: running over it traps instead of overwriting.
WASM_LDFLAGS += -Wl,--stack-first
# Eight pages, first and last: views on the memory are never detached. With dialects,
# whose tables no longer fit, nine.
WASM_LDFLAGS += -s INITIAL_MEMORY=$(if $(DIALECT_FLAGS),589824,524288)

# What wasm-opt may assume; the four features that the flags above let in.
WASM_FEATURES := --enable-bulk-memory --enable-sign-ext --enable-mutable-globals --enable-nontrapping-float-to-int
# --low-memory-unused: the first 1,024 bytes are the far end of the stack, and
# no constant address points there. --flatten --rereloop: control flow anew, and
# twice -Oz to clear up behind it: 90 bytes. --converge: again until it no longer
# shrinks. The names and producers sections are of no use to a page.
WASM_OPT_FLAGS := $(WASM_FEATURES) --flatten --rereloop -Oz -Oz --low-memory-unused --converge --strip-debug --strip-producers

# emcc keeps its cache where Debian put it (it is frozen: naming another place
# fails), and has opinions from the environment that must not leak in here.
EMCC_CLEAN := env -u EMCC_CFLAGS -u EM_CACHE $(EMCC)

# What was asked for last, so that another choice builds anew.
build/wasm/dialects.txt: FORCE
	@mkdir -p $(@D)
	@echo "$(DIALECT_FLAGS)" | cmp -s - $@ || echo "$(DIALECT_FLAGS)" > $@
.PHONY: FORCE
FORCE:

build/wasm/linked.wasm: build/wasm/dialects.txt $(SOURCES) $(HEADERS) wasm/abi.c wasm/libc.c wasm/build.mk $(CJSON)
	@mkdir -p $(@D)
	$(EMCC_CLEAN) $(WASM_CFLAGS) $(DIALECT_FLAGS) -iquote src -Ibuild/cjson $(SOURCES) wasm/abi.c wasm/libc.c $(WASM_LDFLAGS) -o $@

# Only what is reachable from our exports stays: emcc adds some of its own.
build/wasm/trimmed.wasm: build/wasm/linked.wasm wasm/keep.json
	$(WASM_METADCE) $(WASM_FEATURES) -f wasm/keep.json $< -o $@ >/dev/null

build/wasm/optimised.wat: build/wasm/trimmed.wasm
	$(WASM_OPT) $(WASM_OPT_FLAGS) $< -S -o $@

build/wasm/packed.wat: build/wasm/optimised.wat wasm/pack.mjs
	node wasm/pack.mjs < $< > $@

# The text does not have what -Oz has made of the stack machine's code.
dist/firsthand.wasm: build/wasm/packed.wat
	@mkdir -p $(@D)
	$(WASM_OPT) $(WASM_FEATURES) --generate-stack-ir --optimize-stack-ir --strip-debug $< -o $@
