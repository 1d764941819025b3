// The cases of bundles and carriers, on the native core by two compilers and on both
// modules, each of which has to say the same, byte for byte.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserCore, callOf, cases, playNatively, serverCore } from './suite.mjs';

const steps = cases.flatMap(({ file, steps }) => steps.map((step) => ({ file, ...step })));
const cores = { stitch: serverCore(), carry: browserCore() };
const results = steps.map((step) => cores[callOf(step)[0]](...callOf(step)));

test('there are cases of each carrier', () => assert.ok(cases.length >= 10 && steps.length >= 100, `${cases.length}, ${steps.length}`));

for (const { file, name } of cases)
  test(`${file}: ${name}`, () => {
    for (const [i, step] of steps.entries()) {
      if (step.file !== file) continue;
      const [reason, text] = results[i];
      assert.equal(reason, step.refused, step.what);
      if (step.refused) continue;
      // Without a carrier, the bundle, a line feed, and the signature, here none.
      const said = typeof step.gives === 'string' ? step.gives : JSON.stringify(step.gives);
      assert.equal(step.stitch && !step.stitch.to && !said.includes('\n') ? text.trimEnd() : text, said, step.what);
    }
  });

for (const compiler of ['gcc', 'clang'])
  test(`the core built by ${compiler} says the same`, () => assert.deepEqual(playNatively(compiler, steps.map(callOf)), results));

// Whatever is done to the text of a carrier, it is read as it was, refused with a reason,
// or says something else that is a bundle: then ids have changed to ids.
test('a carrier with a byte changed, taken out or cut off is refused or still a bundle', () => {
  const read = serverCore();
  const [{ stitch }] = cases.find(({ file }) => file === 'written.json').steps;
  const header = read('stitch', { ...stitch, to: 'header' })[1];
  const again = ([reason, text]) => {
    if (reason) return assert.match(reason, /^\w+$/);
    const { now } = stitch;
    assert.equal(read('stitch', { from: 'json', value: JSON.parse(text.split('\n')[0]), now })[1], text);
  };
  let refused = 0;
  for (let i = 0; i < header.length; i++)
    for (const changed of [header.slice(0, i), header.slice(0, i) + header.slice(i + 1), `${header.slice(0, i)}_${header.slice(i + 1)}`]) {
      const result = read('stitch', { from: 'header', value: changed, now: stitch.now });
      refused += result[0] ? 1 : 0;
      again(result);
    }
  assert.ok(refused > header.length, `${refused} of ${3 * header.length}`);
});
