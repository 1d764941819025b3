# Measurements that are no test: they say what something costs.
#
#   make journal-cost                          every installed engine, then docs/JOURNAL-COST.md
#   make journal-cost JOURNAL_COST="--engine chromium --repeats 20"

JOURNAL_COST ?=

.PHONY: journal-cost
journal-cost: setup-test dist ## what the journal costs the main thread, in each installed browser
	node tests/bench/journal-cost.mjs $(JOURNAL_COST)
