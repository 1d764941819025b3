// The cases of the dialects on a module that has them, in Node; the same bytes as
// natively; and what a build does that has not the dialect that it is told.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { play } from '../run/interpreter.mjs';
import * as product from '../run/suite.mjs';
import { caseFiles, casePath, caseText, module } from './suite.mjs';

const { limits, root } = product;
const run = (text, on = module) => play(on, JSON.parse(text), limits);

for (const file of caseFiles) {
  test(`${file}: ${JSON.parse(caseText(file)).name}`, () => assert.deepEqual(run(caseText(file)).failures, []));
}

for (const compiler of ['gcc', 'clang']) {
  test(`the core built by ${compiler} gives the same bytes as the module`, () => {
    const runner = `${root}build/native/${compiler}/run_cases`;
    const lines = execFileSync(runner, ['--hashes', ...caseFiles.map(casePath)], { encoding: 'utf8' }).split('\n');
    assert.deepEqual(lines.slice(0, caseFiles.length), caseFiles.map((file) => `${run(caseText(file)).hash} ${file}`));
  });
}

test("a build with dialects is the product's in Segment's own format", () => {
  const shipped = new WebAssembly.Module(product.wasm);
  assert.ok(product.caseFiles.length > 100);
  for (const file of product.caseFiles) {
    const text = product.caseText(file);
    assert.equal(run(text).hash, run(text, shipped).hash, file);
  }
});

test('each case is named by area and behaviour, says why it is there, and is JSON that JavaScript prints as it stands', () => {
  const token = /\s+|("(?:[^"\\]|\\.)*")/g;
  const names = caseFiles.map((file) => {
    const { name, why, steps } = JSON.parse(caseText(file));
    assert.match(file, /^[a-z0-9]+(-[a-z0-9]+)+\.json$/);
    assert.ok(name && why && steps.length, file);
    const compact = caseText(file).replace(token, (_, string) => (string ? JSON.stringify(JSON.parse(string)) : ''));
    assert.equal(compact, JSON.stringify(JSON.parse(caseText(file))), file);
    return name;
  });
  assert.equal(new Set(names).size, names.length);
});
