# JavaScript products. esbuild bundles, minifies and shortens _private names.

JS_PRODUCTS := dist/firsthand.js
SHIM := $(sort $(wildcard js-shim/*.js js-shim/bridge/*.js js-shim/debug/*.js js-shim/debug/*.css js-shim/auto/*.js js-shim/split/*.js js-shim/twin/*.js js-shim/plan/*.js))
TYPES := js-shim/firsthand.d.ts js-shim/bridge/firsthand.bridge.d.ts js-shim/debug/firsthand.debug.d.ts js-shim/auto/firsthand.auto.d.ts js-shim/twin/firsthand.twin.d.ts js-shim/plan/firsthand.plan.d.ts

# One run writes them all: the agent in one file and in two, its parts, the snippet, integrity.json. Types are
# there once more as .d.cts, which is how TypeScript knows what require() gives.
dist/firsthand.js: $(SHIM) js-shim/build.mjs $(TYPES) dist/firsthand.wasm dist/firsthand.server.wasm build/wasm/twin.mjs build/wasm/plan.wasm $(HEADERS) node_modules/.package-lock.json
	DIALECTS="$(DIALECTS)" node js-shim/build.mjs
	cp $(TYPES) dist/
	for types in $(basename $(basename $(notdir $(TYPES)))); do cp dist/$$types.d.ts dist/$$types.d.cts; done
