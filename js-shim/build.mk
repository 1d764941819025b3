# JavaScript products. esbuild bundles, minifies and shortens _private names.

JS_PRODUCTS := dist/firsthand.js
SHIM := $(sort $(wildcard js-shim/*.js js-shim/bridge/*.js))
TYPES := js-shim/firsthand.d.ts js-shim/bridge/firsthand.bridge.d.ts

# One run writes them all: firsthand.js, firsthand.mjs, the bridge, snippet.html.
dist/firsthand.js: $(SHIM) js-shim/build.mjs $(TYPES) dist/firsthand.wasm $(HEADERS) node_modules/.package-lock.json
	DIALECTS="$(DIALECTS)" node js-shim/build.mjs
	cp $(TYPES) dist/
