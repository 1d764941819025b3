// The twin gives the same bytes as the module, for all cases.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../../build/wasm/twin.mjs';
import { play } from './interpreter.mjs';
import { caseFiles, caseText, limits, wasm } from './suite.mjs';

const module = new WebAssembly.Module(wasm);

for (const file of caseFiles) {
  test(`${file} on the twin`, () => {
    const { failures, hash } = play(instantiate, JSON.parse(caseText(file)), limits);
    assert.deepEqual(failures, []);
    assert.equal(hash, play(module, JSON.parse(caseText(file)), limits).hash);
  });
}

test('each instance has a memory of its own', () => {
  const [a, b] = [instantiate(), instantiate()];
  new Uint8Array(a.memory.buffer)[a.io()] = 7;
  assert.equal(new Uint8Array(b.memory.buffer)[b.io()], 0);
});
