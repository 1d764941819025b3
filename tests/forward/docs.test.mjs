// docs/FORWARDING.md: its configuration and its mapping are right, its list of transforms
// is whole.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createCore } from '../../relay/core.mjs';
import { checkDestinations } from '../../relay/forward/index.mjs';
import { previewOf } from '../../relay/forward/destination.mjs';
import { VENDORS } from '../../relay/forward/vendors/index.mjs';
import { EVENTS } from './events.mjs';

const text = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const page = text('docs/FORWARDING.md');
const [config, mapping] = [...page.matchAll(/^```json\n([^]*?)^```/gm)].map(([, json]) => JSON.parse(json));
const env = new Proxy({}, { get: (_, name) => `value of ${String(name)}` });

test('the configuration has a destination of each type, and each makes something of a standard event', () => {
  const all = checkDestinations(config, { env });
  assert.deepEqual(Object.values(all).map(({ type }) => type).sort(), Object.keys(VENDORS).sort());
  const order = EVENTS.find(({ event }) => event === 'Order Completed');
  const allowed = { ...order, context: { ...order.context, consent: { categoryPreferences: { analytics: true, ads: true } } } };
  for (const own of Object.values(all)) assert.ok(previewOf(own)(JSON.stringify(allowed)).length > 50, own.name);
});

test('the mapping', () => {
  const core = createCore();
  core.mapping(JSON.stringify(mapping));
  const order = EVENTS.find(({ event }) => event === 'Order Completed');
  assert.deepEqual(JSON.parse(core.map(JSON.stringify(order))), {
    pixel: '123',
    event: [{
      id: order.messageId, time: 1767225600, name: 'purchase', currency: 'EUR',
      items: [{ id: 'P-1', price: 18.99 }, { id: 'P-2', price: 3 }],
      utm_source: 'mail', utm_medium: 'email', utm_name: 'spring', utm_term: 't', utm_content: 'c',
    }],
  });
});

test('every transform is in the list', () => {
  const rows = [...text('src/transform.c').matchAll(/\{"(\w+)", [A-Z_]+, (?:true|false), \w+\}/g)].map(([, name]) => name);
  assert.ok(rows.length > 20);
  for (const name of rows) assert.ok(page.includes(`"${name}"`), name);
});
