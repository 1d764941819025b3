# The drivers that tests/testing drives browsers with, from npm into build/drivers.

build/drivers/node_modules/.package-lock.json: tests/testing/drivers/package.json tests/testing/drivers/package-lock.json
	@mkdir -p build/drivers
	@cp $^ build/drivers/
	$(call NPM_CI,build/drivers)
	@touch $@
