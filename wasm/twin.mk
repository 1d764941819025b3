# The twin: the very same module as JavaScript, for pages that refuse WebAssembly. By
# Binaryen from npm, since Debian's cannot lower what the module may use.

# BINARYEN_DIR may name another copy.
ifndef BINARYEN_DIR
BINARYEN_DIR := build/twin/node_modules/binaryen
BINARYEN_LOCK := build/twin/node_modules/.package-lock.json
endif

build/twin/node_modules/.package-lock.json: wasm/twin/package.json wasm/twin/package-lock.json
	@mkdir -p build/twin
	@cp $^ build/twin/
	@echo "about to install Binaryen from npm into build/twin"
	$(call NPM_CI,build/twin)
	@touch $@

# JavaScript has neither the conversions that never trap nor those of a byte's sign, and
# what is made for several agents on a page is a function, not an instance.
build/wasm/twin.mjs: dist/firsthand.wasm wasm/twin.mk $(BINARYEN_LOCK)
	node $(BINARYEN_DIR)/bin/wasm-opt $(WASM_FEATURES) --llvm-nontrapping-fptoint-lowering --signext-lowering $< -o build/wasm/lowered.wasm
	node $(BINARYEN_DIR)/bin/wasm2js --enable-bulk-memory --enable-mutable-globals -O3 build/wasm/lowered.wasm -o $@.whole
	sed '/^var retasmFunc/,$$d' $@.whole > $@
	echo 'export const instantiate = () => asmFunc({});' >> $@
