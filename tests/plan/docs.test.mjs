// What docs/PLAN.md and docs/WHERE-TO-TRACK.md show is so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { createChecker } from '../../dist/firsthand.plan.mjs';
import { fences, read, ROOT } from '../docs/fences.mjs';

const codes = (file, language) => fences(read(file)).filter((fence) => fence.language === language).map(({ code }) => code);

test('the plan of docs/PLAN.md is one, and finds what is said below it', () => {
  const [plan] = codes('docs/PLAN.md', 'json');
  const example = codes('docs/PLAN.md', 'js').find((code) => code.includes('check({'));
  const [, event, side, shown] = example.match(/check\((\{.*\}), '(\w+)'\)\n([^]*)/);
  const expected = new Function(`return ${shown.replace(/^\/\/ /gm, '')}`)();
  assert.deepEqual(createChecker(plan)(new Function(`return ${event}`)(), side), expected);
});

test('every kind of violation has a row', () => {
  const types = read('js-shim/plan/firsthand.plan.d.ts').match(/kind: (.*);/)[1];
  const rows = read('docs/PLAN.md').match(/\| kind \|([^]*?)\n\n/)[1];
  for (const [, kind] of types.matchAll(/'(\w+)'/g)) assert.ok(kind === 'plan' || rows.includes(`\`${kind}\``), kind);
});

test('every member of the format is told of', () => {
  const { properties, definitions } = JSON.parse(read('plan/plan.schema.json'));
  const page = read('docs/PLAN.md');
  for (const of of [properties, definitions.event.properties, definitions.property.properties])
    for (const name of Object.keys(of)) assert.ok(page.includes(`\`${name}\``) || page.includes(`"${name}"`), name);
});

test("the table of advice is what the command prints for the shop's plan", () => {
  const [shown] = codes('docs/WHERE-TO-TRACK.md', 'text');
  const printed = execFileSync(process.execPath, ['cli/bin.mjs', 'plan', 'advise', 'site-demo/plan.json'], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(shown.trimEnd(), printed.trimEnd());
});

test('the losses are those that the reports have', () => {
  const faults = read('docs/FAULTS.md').replace(/\s+/g, ' ');
  const page = read('docs/WHERE-TO-TRACK.md').replace(/\s+/g, ' ');
  const [, events] = faults.match(/with their fault \(\d+ void\), (\d+) events/);
  const [, missing] = faults.match(/and (\d+) missing/);
  assert.ok(page.includes(`${missing} of ${Number(events).toLocaleString('en-US')} events were missing`));
});
