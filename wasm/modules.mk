# The modules besides the agent's: pure functions over an exchange buffer
# (wasm/exchange.h), each a link target of the same sources. What a module exports
# is what its file in wasm/ says; all else is left out by the linker.

MODULES := server stitch plan

# Rooms in bytes. The server reads whole tracking plans and mappings.
SERVER_ROOM := -DFH_IO_BYTES=1048576 -DFH_SCRATCH_BYTES=8388608 -DFH_PARSE_DEPTH=34

# A plan's text of 256 KB, of which its prose is not kept.
PLAN_ROOM := -DFH_IO_BYTES=262144 -DFH_SCRATCH_BYTES=2097152 -DFH_PLAN_BYTES=131072

build/wasm/server.wasm: ROOM := $(SERVER_ROOM)
# Not downloaded by anybody, so speed is worth more than bytes: a request is read in
# two thirds of the time.
build/wasm/server.wasm: ROOM += -O3
build/wasm/server.wasm: WASM_OPT_FLAGS := $(WASM_FEATURES) -O3 --strip-debug --strip-producers
# What an agent knows is at most an event's tail.
build/wasm/stitch.wasm: ROOM := -DFH_SCRATCH_BYTES=262144
build/wasm/stitch.wasm: PAGES := 458752
build/wasm/plan.wasm: ROOM := $(PLAN_ROOM)
build/wasm/plan.wasm: PAGES := 2686976

# As the agent's, but for its bounds of memory, and without its file of exports.
MODULE_LDFLAGS := --no-entry -s STANDALONE_WASM=1 -Wl,--stack-first -s TOTAL_STACK=65536

$(MODULES:%=build/wasm/%.wasm): build/wasm/%.wasm: wasm/%.c wasm/exchange.h $(SOURCES) $(HEADERS) wasm/libc.c wasm/modules.mk wasm/build.mk wasm/keep.mjs $(CJSON)
	@mkdir -p $(@D)
	$(EMCC_CLEAN) $(WASM_CFLAGS) $(DIALECT_ALL) $(ROOM) -iquote src -iquote wasm -Ibuild/cjson $(SOURCES) wasm/$*.c wasm/libc.c $(MODULE_LDFLAGS) -s INITIAL_MEMORY=$(or $(PAGES),16777216) -o $(@D)/$*.linked.wasm
	node wasm/keep.mjs wasm/$*.c > $(@D)/$*.json
	$(WASM_METADCE) $(WASM_FEATURES) -f $(@D)/$*.json $(@D)/$*.linked.wasm -o $(@D)/$*.trimmed.wasm > /dev/null
	$(WASM_OPT) $(WASM_OPT_FLAGS) $(@D)/$*.trimmed.wasm -o $@

dist/firsthand.server.wasm: build/wasm/server.wasm
	@mkdir -p $(@D)
	cp $< $@

# The relay's own copy, so that its package is whole.
relay/firsthand.server.wasm: dist/firsthand.server.wasm
	cp $< $@
