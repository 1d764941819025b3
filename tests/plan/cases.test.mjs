// What plans say of events: tests/plan/cases, by the relay's module, by that of the page
// and Node (firsthand/plan), and natively under sanitizers. The bytes are the same.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createChecker } from '../../dist/firsthand.plan.mjs';
import { createCore } from '../../relay/core.mjs';

const folder = fileURLToPath(new URL('cases/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (file) => JSON.parse(readFileSync(folder + file, 'utf8'));

for (const file of files) {
  const { name, why, plan, checks } = read(file);
  test(`${file}: ${name}`, () => {
    assert.ok(why && checks.length, 'a case says why it is there');
    const core = createCore();
    const check = createChecker(plan);
    assert.equal(core.plan(JSON.stringify(plan)), '');
    for (const { event, side, violations } of checks) {
      const before = structuredClone(event);
      assert.deepEqual(check(event, side), violations, JSON.stringify(event));
      assert.deepEqual(event, before, 'an event is only looked at');
      assert.equal(core.violations(JSON.stringify({ side, event })), violations.length ? JSON.stringify(violations) : '');
    }
  });
}

for (const compiler of ['gcc', 'clang']) {
  test(`the core built by ${compiler} gives the same bytes`, () => {
    const runner = fileURLToPath(new URL(`../../build/native/${compiler}/run_plan`, import.meta.url)); // from make test-native
    const lines = execFileSync(runner, files.map((file) => folder + file), { encoding: 'utf8' }).split('\n').slice(0, -1);
    const expected = files.flatMap((file) => read(file).checks.map(({ violations }) => (violations.length ? JSON.stringify(violations) : '')));
    assert.deepEqual(lines, expected);
  });
}

test('every kind of violation is in a case', () => {
  const types = readFileSync(new URL('../../js-shim/plan/firsthand.plan.d.ts', import.meta.url), 'utf8');
  const [, union] = types.match(/kind: (.*);/);
  const met = new Set(files.flatMap((file) => read(file).checks.flatMap(({ violations }) => violations.map(({ kind }) => kind))));
  assert.deepEqual([...union.matchAll(/'(\w+)'/g)].map(([, kind]) => kind).filter((kind) => !met.has(kind)), ['unreadable', 'plan']);
});
