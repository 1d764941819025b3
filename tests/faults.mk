# What becomes of events when something breaks, in real browsers
# (tests/browser/faults/run.mjs). Results are kept in build/faults: a run that
# was cut goes on, and what this build has already shown is not shown again.
#
#   make faults                       every row in every engine, then docs/FAULTS.md
#   make faults FAULTS="--row 5 --engine firefox --repeats 20"
#   make faults-report                docs/FAULTS.md from what there is

FAULTS ?=

.PHONY: faults faults-quick faults-report
faults: setup-test dist ## the fault matrix in all browsers, resumable (an hour)
	node tests/browser/faults/run.mjs $(FAULTS)
	@$(MAKE) --no-print-directory faults-report

faults-quick: setup-test dist ## four of its rows in Chromium, 3 repeats
	node --test --test-reporter=spec tests/browser/faults/faults.test.mjs

faults-report:
	node tests/browser/faults/run.mjs --report
