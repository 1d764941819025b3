# The faults once more, with other agents beside ours
# (tests/browser/faults/peers). They come from npm into build/peers, for this
# target only; results are kept in build/faults-peers, so a run goes on.
#
#   make faults-peers                        three repeats of each, an hour
#   make faults-peers REPEATS=10
#   make faults-peers PEERS="--row kill-8 --sdk firsthand,segment"

PEERS ?=
REPEATS ?= 3

build/peers/node_modules/.package-lock.json: tests/browser/faults/peers/package.json tests/browser/faults/peers/package-lock.json
	@mkdir -p build/peers
	cp $^ build/peers/
	$(call NPM_CI,build/peers)
	@touch $@

.PHONY: faults-peers faults-peers-report
faults-peers: setup-test dist build/peers/node_modules/.package-lock.json ## the faults with other agents beside ours, in Chromium, resumable (an hour)
	node tests/browser/faults/peers/run.mjs --repeats $(REPEATS) $(PEERS)
	@$(MAKE) --no-print-directory faults-peers-report

faults-peers-report: build/peers/node_modules/.package-lock.json
	node tests/browser/faults/peers/run.mjs --report
