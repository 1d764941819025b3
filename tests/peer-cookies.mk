# What the real agents leave in a browser, made anew by them (tests/bridge/record.mjs):
# they come from npm into build/peers, which `make test` does without, since it
# reads what was recorded.

.PHONY: peer-cookies
peer-cookies: setup-test build/peers/node_modules/.package-lock.json ## record the cookies of other agents anew, in Chromium, and compare
	node tests/bridge/record.mjs
