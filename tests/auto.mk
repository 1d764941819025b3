# The React application that the captures are tested on (tests/browser/auto/app).
# React and its router come from npm into build/auto-app, for the tests only.

AUTO_APP := tests/browser/auto/app

build/auto-app/node_modules/.package-lock.json: $(AUTO_APP)/package.json $(AUTO_APP)/package-lock.json
	@mkdir -p build/auto-app
	cp $^ build/auto-app/
	$(call NPM_CI,build/auto-app)
	@touch $@

build/auto-app/app.js: $(AUTO_APP)/app.jsx build/auto-app/node_modules/.package-lock.json node_modules/.package-lock.json
	NODE_PATH=build/auto-app/node_modules $(BIN)/esbuild $< --bundle --minify --format=iife --jsx=automatic \
	  --define:process.env.NODE_ENV='"production"' --log-level=warning --outfile=$@

.PHONY: auto-app auto-inp
auto-app: build/auto-app/app.js
auto-inp: setup-test dist ## how much all captures add to the demo's slowest interaction, in Chromium
	node tests/bench/auto-inp.mjs
