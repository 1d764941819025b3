// The same cases in real browsers: the interpreter, the module and the cases are
// served to a page, which plays them and says what it saw.
//
//   ENGINES=chromium,firefox,webkit node --test tests/run/browser.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { serve } from '../browser/engines/server.mjs';
import { play } from './interpreter.mjs';
import { caseFiles, caseText, limits, root, wasm } from './suite.mjs';

const script = (file) => ({ type: 'text/javascript', body: readFileSync(`${root}tests/run/${file}`) });

const pages = {
  '/': { type: 'text/html', body: '<!doctype html><title>cases</title>' },
  '/interpreter.mjs': script('interpreter.mjs'),
  '/json-text.mjs': script('json-text.mjs'),
  '/firsthand.wasm': { type: 'application/wasm', body: wasm },
};
for (const file of caseFiles) {
  pages[`/cases/${file}`] = { type: 'application/json', body: caseText(file) };
}

/** Runs in the page. */
async function playAll(files, bounds) {
  const { play } = await import('/interpreter.mjs');
  const module = await WebAssembly.compileStreaming(fetch('/firsthand.wasm'));
  const results = [];
  for (const file of files) {
    const testCase = await (await fetch(`/cases/${file}`)).json();
    results.push({ file, ...play(module, testCase, bounds) });
  }
  return results;
}

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  const skip = installed(engine) ? false : `${engine} is not installed`;
  test(`${engine} gives the same bytes as Node for all ${caseFiles.length} cases`, { skip }, async (t) => {
    const server = await serve(pages);
    t.after(() => server.close());
    const browser = await open(engine);
    t.after(() => browser.cleanup());
    const page = await browser.page();
    await page.goto(`${server.origin}/`);
    const seen = await page.eval(playAll, caseFiles, limits);

    const module = new WebAssembly.Module(wasm);
    const ours = caseFiles.map((file) => ({ file, ...play(module, JSON.parse(caseText(file)), limits) }));
    assert.deepEqual(seen, ours);
    assert.deepEqual(seen.flatMap(({ failures }) => failures), []);
  });
}
