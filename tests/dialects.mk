# The formats of other backends (src/dialect.h): a build with all of them for the tests, and what each costs.
#
#   make dialect-sizes     bytes of the module and the script with each
#   make destinations      our events through Segment's own destinations (npm, 100 MB)

# build/dialects/<names with + between>/firsthand.js, with the module that it holds; 4 is for
# four destinations. The tests use all of it: build/dialects/$(MANY)/firsthand.js.
ALL := amplitude+snowplow+posthog+relatives
MANY := $(ALL)+4
OTHER_FLAGS = $(strip $(addprefix -DFH_,$(shell echo $(filter-out segment 4,$(subst +, ,$*)) | tr a-z A-Z)) $(if $(filter 4,$(subst +, ,$*)),-DFH_DESTINATIONS=4))

build/dialects/%/firsthand.wasm: $(SOURCES) $(HEADERS) wasm/abi.c wasm/libc.c wasm/build.mk wasm/keep.json $(CJSON)
	@mkdir -p $(@D)
	$(EMCC_CLEAN) $(WASM_CFLAGS) $(OTHER_FLAGS) -iquote src -Ibuild/cjson $(SOURCES) wasm/abi.c wasm/libc.c $(WASM_LDFLAGS) -s INITIAL_MEMORY=$(if $(OTHER_FLAGS),589824,524288) -o $(@D)/linked.wasm
	$(WASM_METADCE) $(WASM_FEATURES) -f wasm/keep.json $(@D)/linked.wasm -o $(@D)/trimmed.wasm >/dev/null
	$(WASM_OPT) $(WASM_OPT_FLAGS) $(@D)/trimmed.wasm -o $@

build/dialects/%/firsthand.js: $(SHIM) js-shim/build.mjs build/dialects/%/firsthand.wasm $(HEADERS) node_modules/.package-lock.json
	DIST=$(@D) DIALECTS="$(filter-out 4,$(subst +, ,$*))" DESTINATIONS=$(if $(filter 4,$(subst +, ,$*)),4,1) node js-shim/build.mjs
.PRECIOUS: build/dialects/%/firsthand.wasm

# What reads Iglu's schemas, for make test; and Segment's destinations.
build/%/node_modules/.package-lock.json: tests/dialects/%/package.json tests/dialects/%/package-lock.json
	@mkdir -p build/$*
	cp $^ build/$*/
	$(call NPM_CI,build/$*)
	@touch $@

.PHONY: destinations
destinations: setup-test dist build/destinations/node_modules/.package-lock.json ## feed Segment's own destinations with our events (npm, 100 MB)
	node --test --test-reporter=spec tests/dialects/destinations/destinations.test.mjs

test: build/schemas/node_modules/.package-lock.json build/dialects/$(MANY)/firsthand.js

.PHONY: dialect-sizes
dialect-sizes: setup-build $(foreach one,segment amplitude snowplow posthog relatives segment+4 $(ALL) $(MANY),build/dialects/$(one)/firsthand.js) ## print the bytes that each dialect costs
	@node scripts/dialect-sizes.mjs $(ALL)
