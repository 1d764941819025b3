# Static readers of the C sources (tests/lint/lint.mjs).

.PHONY: lint lint-quick setup-lint
setup-lint: setup-build
	@scripts/setup.sh lint
lint: setup-lint $(CJSON) ## clang-tidy, cppcheck, gcc -fanalyzer and -Wconversion: nothing but what is accepted with a reason (a minute)
	@node tests/lint/lint.mjs
# Without clang-tidy, which takes four fifths of the time.
lint-quick: setup-lint $(CJSON)
	@node tests/lint/lint.mjs --quick
