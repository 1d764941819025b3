# JavaScript products. esbuild bundles, minifies and shortens _private names.

JS_PRODUCTS := dist/firsthand.js
SHIM := $(sort $(wildcard js-shim/*.js))

# One run writes them all: firsthand.js, firsthand.mjs, snippet.html.
dist/firsthand.js: $(SHIM) js-shim/build.mjs js-shim/firsthand.d.ts dist/firsthand.wasm $(HEADERS) node_modules/.package-lock.json
	node js-shim/build.mjs
	cp js-shim/firsthand.d.ts dist/firsthand.d.ts
