# JavaScript products. esbuild bundles, minifies and shortens _private names.

JS_PRODUCTS := dist/firsthand.js
SHIM := $(sort $(wildcard js-shim/*.js js-shim/*/*.js js-shim/*/*.css))
TYPES := $(sort $(wildcard js-shim/*.d.ts js-shim/*/*.d.ts))
# Modules that parts have of their own, and the twin's text.
MODULES_OF_PARTS := $(patsubst %,build/wasm/%.wasm,$(filter-out server,$(MODULES))) build/wasm/twin.mjs

# One run writes them all: the agent in one file and in two, its parts, the snippet, integrity.json. Types are
# there once more as .d.cts, which is how TypeScript knows what require() gives.
dist/firsthand.js: $(SHIM) js-shim/build.mjs $(TYPES) dist/firsthand.wasm dist/firsthand.server.wasm $(MODULES_OF_PARTS) $(HEADERS) node_modules/.package-lock.json
	DIALECTS="$(DIALECTS)" DESTINATIONS=$(DESTINATIONS) node js-shim/build.mjs
	cp $(TYPES) dist/
	for types in $(basename $(basename $(notdir $(TYPES)))); do cp dist/$$types.d.ts dist/$$types.d.cts; done
