// plan/plan.schema.json says what the core says: each plan is right by both or by neither,
// but for what a schema cannot see.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { createChecker } from '../../dist/firsthand.plan.mjs';

const ROOT = new URL('../../', import.meta.url);
const read = (file) => JSON.parse(readFileSync(new URL(file, ROOT), 'utf8'));
const Ajv = createRequire(new URL('build/schemas/', ROOT))('ajv').default; // by tests/dialects.mk
const isBySchema = new Ajv({ strict: true, strictTypes: false, allErrors: true, allowUnionTypes: true }).compile(read('plan/plan.schema.json'));

const isByCore = (plan) => {
  try {
    return Boolean(createChecker(plan));
  } catch {
    return false;
  }
};

describe('the schema and the core agree', () => {
  for (const file of readdirSync(new URL('cases/', import.meta.url)))
    test(file, () => {
      const { plan } = read(`tests/plan/cases/${file}`);
      assert.deepEqual([isBySchema(plan), isBySchema.errors, isByCore(plan)], [true, null, true]);
    });

  test("the shop's plan", () => assert.deepEqual([isBySchema(read('site-demo/plan.json')), isBySchema.errors], [true, null]));

  test('a plan with one thing wrong is wrong by both', () => {
    const event = (says) => ({ format: 1, events: { A: says } });
    const property = (says) => event({ properties: { a: says } });
    const wrong = [
      [], {}, { format: 1 }, { format: '1', events: {} }, { format: 1, events: [] }, { format: 1, events: { '': {} } }, { format: 1, events: {}, more: 1 },
      { format: 1, events: {}, calls: { track: {} } }, { format: 1, events: {}, additionalEvents: 'no' }, event({ side: 'page' }), event({ side: 1 }), event({ owner: 1 }),
      event({ revenue: 1 }), event({ objective: 'fun' }), event({ source: 'client' }), event({ meta: [] }), event({ required: true }), event(null), property(1),
      property({ type: 'text' }), property({ type: [] }), property({ type: ['string', 'x'] }), property({ required: 1 }), property({ enum: [] }), property({ enum: [[]] }),
      property({ minimum: '1' }), property({ items: [] }), property({ properties: { b: 1 } }), property({ additionalProperties: {} }), property({ format: 'date' }),
    ];
    for (const plan of wrong) assert.deepEqual([isBySchema(plan), isByCore(plan)], [false, false], JSON.stringify(plan));
  });

  test('the words of both are the same', () => {
    const { definitions, properties } = read('plan/plan.schema.json');
    const core = readFileSync(new URL('src/plan.c', ROOT), 'utf8');
    const members = (name) => [...core.slice(core.indexOf(`static void ${name}(`)).match(/known\[\] = \{([^]*?)\{NULL/)[1].matchAll(/\{"(\S+)"/g)].map(([, member]) => member).sort();
    assert.deepEqual(members('is_rule'), Object.keys(definitions.property.properties).sort());
    assert.deepEqual(members('is_event'), Object.keys(definitions.event.properties).sort());
    assert.deepEqual(members('is_calls'), Object.keys(properties.calls.properties).sort());
    assert.deepEqual(members('is_plan'), Object.keys(properties).sort());
  });
});
