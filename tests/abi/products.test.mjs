// What no product does, looked for in the files that people get: it makes no code of
// texts, no elements of texts, and its module can do nothing but reckon.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { root } from '../run/suite.mjs';

const filesIn = (dir) => (existsSync(root + dir) ? readdirSync(root + dir, { recursive: true }).map((name) => `${dir}/${name}`) : []);
const built = [...filesIn('dist'), ...filesIn('build/dialects')];

const scripts = built.filter((name) => /\.(js|mjs|cjs|html)$/.test(name));
const FORBIDDEN = [
  ['eval', /\beval\s*\(/],
  ['Function', /\bFunction\s*\(/],
  ['a timer with a text', /\bset(Timeout|Interval)\s*\(\s*["'`]/],
  ['innerHTML and its kin', /\b(inner|outer)HTML\b|\binsertAdjacentHTML\b|\bsetHTMLUnsafe\b|\bsrcdoc\b|\bcreateContextualFragment\b|\bDOMParser\b/],
  ['document.write', /\bdocument\s*\.\s*write(ln)?\b/],
  ['javascript:', /javascript:/i],
];

test('there are products', () => assert.ok(scripts.length >= 10, scripts.join()));

for (const file of scripts)
  test(`${file} makes no code and no elements of texts`, () => {
    const text = readFileSync(root + file, 'utf8');
    for (const [what, pattern] of FORBIDDEN) assert.doesNotMatch(text, pattern, what);
  });

for (const file of built.filter((name) => name.endsWith('.wasm')))
  test(`${file} imports nothing`, () => assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(root + file))), []));
