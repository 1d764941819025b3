# Hostile pages (tests/browser/hostile.test.mjs) in all three engines; make test has Chromium.

.PHONY: hostile
hostile: setup-test dist ## pages that break what the agent uses, in Chromium, Firefox and WebKit (3 minutes)
	@scripts/setup.sh firefox webkit
	ENGINES=chromium,firefox,webkit node --test --test-reporter=spec tests/browser/hostile.test.mjs
