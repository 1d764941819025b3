# Hostile pages (tests/browser/hostile.test.mjs), and hostile events in the pages that show
# them (tests/browser/viewer-hostile.test.mjs), in all three engines; make test has Chromium.

.PHONY: hostile
hostile: setup-test dist ## pages that break what the agent uses, and scripts in every field of events, in Chromium, Firefox and WebKit (5 minutes)
	@scripts/setup.sh firefox webkit
	ENGINES=chromium,firefox,webkit node --test --test-reporter=spec --test-concurrency=1 tests/browser/hostile.test.mjs tests/browser/viewer-hostile.test.mjs
