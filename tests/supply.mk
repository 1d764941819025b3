# Where everything comes from: licences, bills of materials, known weaknesses.
#
#   make licences     docs/LICENCES.md and relay/NOTICES.md
#   make sbom         dist/sbom/*.cdx.json (CycloneDX 1.5), and what each module is linked of
#   make audit        npm audit of what is shipped, where the registry answers

.PHONY: licences sbom audit linked
licences: setup-build $(CJSON) ## write the licences of what is shipped into docs/LICENCES.md
	@node scripts/licences.mjs

sbom: setup-build $(CJSON) linked ## write bills of materials into dist/sbom, and look for strangers in the modules
	@node scripts/sbom.mjs

# Of what people get. Not every registry answers; that is said, and is no success.
audit: ## npm audit of what is shipped, where the registry answers
	@npm audit --omit=dev --package-lock-only || { echo "audit: not clean, or the configured registry does not answer (see above)" >&2; exit 1; }

# The modules once more with the names of their functions.
NAMED := $(MODULES:%=build/wasm/%.named.wasm)
linked: build/wasm/named.wasm $(NAMED)
	@node scripts/linked.mjs $^

# One room for all, since names do not depend on it.
$(NAMED): ROOM := -Wno-macro-redefined $(PLAN_ROOM) $(SERVER_ROOM)
$(NAMED): build/wasm/%.named.wasm: build/wasm/%.wasm
	$(EMCC_CLEAN) $(WASM_CFLAGS) $(DIALECT_ALL) $(ROOM) -iquote src -iquote wasm -Ibuild/cjson $(SOURCES) wasm/$*.c wasm/libc.c $(MODULE_LDFLAGS) -s INITIAL_MEMORY=16777216 --profiling-funcs -o $@
	$(WASM_METADCE) -g $(WASM_FEATURES) -f $(@D)/$*.json $@ -o $@ >/dev/null

# CycloneDX's own schema, for make test.
build/supply/node_modules/.package-lock.json: tests/supply/package.json tests/supply/package-lock.json
	@mkdir -p build/supply
	@cp $^ build/supply/
	$(call NPM_CI,build/supply)
	@touch $@

test: build/supply/node_modules/.package-lock.json

NODE_TESTS += $(sort $(wildcard tests/supply/*.test.mjs))
