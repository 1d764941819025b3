// firsthand types, from the packed package: what it writes compiles, and a call that is
// not in the plan, or belongs to the server, does not.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { bin, install, ROOT } from '../packages/packed.mjs';
import { execFileSync } from 'node:child_process';

const PLAN = {
  format: 1,
  properties: { theme: { enum: ['dark', 'light'], required: true } },
  events: {
    'Order Completed': { side: 'server', owner: 'checkout', properties: { total: { type: 'number', required: true } } },
    'Signed Up': { properties: { plan: { type: ['string', 'null'] }, 'odd name': { type: 'boolean' } } },
    Searched: { side: 'client', description: 'Ends */ here', properties: { words: { type: 'array', items: { type: ['string', 'number'] } }, n: { minimum: 1, required: true }, at: { properties: { x: { type: 'integer' } } } } },
    Closed: { side: 'client', properties: {} },
    Anything: { side: 'client', additionalProperties: true },
  },
};

const GOOD = `import { init } from 'firsthand';
import type { Events, ServerEvents, Track } from './events.js';
const made: Track = init<Events>({ key: 'k', endpoint: '/e' });
made('Signed Up');
made('Signed Up', { plan: null, 'odd name': true, theme: 'dark' });
made('Searched', { n: 2, words: ['tea', 7], at: { x: 1 } });
made('Closed');
made('Anything', { at: { all: 1 }, theme: 'light' });
window.track('Signed Up');
track('Signed Up');
export const order: ServerEvents['Order Completed'] = { total: 1 };
`;

// Each of these lines, and no other, must not compile.
const WRONG = `import { init } from 'firsthand';
import type { Events } from './events.js';
const made = init<Events>({ key: 'k', endpoint: '/e' });
made('Order Completed', { total: 1 });
track('Order Completed', { total: 1 });
made('Signed Upp');
made('Signed Up', { plan: 7 });
made('Signed Up', { theme: 'blue' });
made('Searched', { words: [] });
made('Searched', { n: 1, words: [true] });
made('Searched', { n: 1, at: { y: 1 } });
`;

let packed;
before(() => {
  packed = install('cli');
});

const firsthand = (...args) => execFileSync(join(packed.dir, 'node_modules/.bin/firsthand'), args, { cwd: packed.dir, encoding: 'utf8' });

const complaints = (compiler, files) => {
  const options = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipDefaultLibCheck: true, target: 'es2022', lib: ['es2022', 'dom'], module: 'esnext', moduleResolution: 'bundler', types: [] };
  writeFileSync(join(packed.dir, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
  try {
    bin(`../${compiler}/bin/tsc`, ['--pretty', 'false', '-p', 'tsconfig.json'], { cwd: packed.dir });
    return [];
  } catch ({ message }) {
    const found = Array.from(message.matchAll(/^(\S+)\((\d+),\d+\): error/gm), ([, file, line]) => `${file}:${line}`);
    assert.ok(found.length, message);
    return [...new Set(found)];
  }
};

for (const compiler of ['typescript', 'typescript-7'])
  describe(compiler, () => {
    test('what is written compiles, and wrong calls do not', () => {
      writeFileSync(join(packed.dir, 'plan.json'), JSON.stringify(PLAN));
      assert.match(firsthand('types', 'plan.json', '-o', 'events.ts', '--global', 'track'), /events\.ts is written/);
      writeFileSync(join(packed.dir, 'good.ts'), GOOD);
      writeFileSync(join(packed.dir, 'wrong.ts'), WRONG);
      const expected = WRONG.trim().split('\n').map((_, i) => `wrong.ts:${i + 1}`).slice(3);
      assert.deepEqual(complaints(compiler, ['good.ts']), []);
      assert.deepEqual(complaints(compiler, ['good.ts', 'wrong.ts']), expected);
    });

    test('so does a plan that lets pass what it does not have', () => {
      writeFileSync(join(packed.dir, 'plan.json'), JSON.stringify({ ...PLAN, additionalEvents: true }));
      firsthand('types', 'plan.json', '-o', 'events.ts');
      writeFileSync(join(packed.dir, 'open.ts'), `import { init } from 'firsthand';\nimport type { Events } from './events.js';\nconst track = init<Events>({ key: 'k', endpoint: '/e' });\ntrack('Whatever', { a: 1 });\ntrack('Searched', { n: 'x' });\n`);
      assert.deepEqual(complaints(compiler, ['open.ts']), ['open.ts:5']);
    });

    test("and the shop's", () => {
      firsthand('types', join(ROOT, 'site-demo/plan.json'), '-o', 'shop.ts');
      assert.deepEqual(complaints(compiler, ['shop.ts']), []);
      assert.match(readFileSync(join(packed.dir, 'shop.ts'), 'utf8'), /export interface ServerEvents \{/);
    });
  });

test('the types of the plugin and the checker', () => {
  writeFileSync(join(packed.dir, 'checker.ts'), `import { init } from 'firsthand';
import { createChecker, plan, type Plan, type Violation } from 'firsthand/plan';
const own: Plan = { format: 1, events: { A: { side: 'server', properties: { n: { type: ['number', 'null'] } } } } };
const track = init({ key: 'k', endpoint: '/e', plan: own, planMode: 'block' });
track.use(plan);
export const found: Violation[] = createChecker(own)({ event: 'A' }, 'client');
export const text = createChecker('{}');
`);
  assert.deepEqual(complaints('typescript-7', ['checker.ts']), []);
});
