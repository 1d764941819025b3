// The tracking plan at the relay: what is refused, what is stored with its violations,
// and where it is counted.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { batch, place, post, runRelay, spawnRelay, start, stored } from './help.mjs';

const PLAN = {
  format: 1,
  events: {
    'Product Viewed': { side: 'client', properties: { price: { type: 'number' } } },
    'Order Completed': { side: 'server', properties: { total: { type: 'number', required: true } } },
  },
};

const written = (t, plan = PLAN) => {
  const file = join(place(t), 'plan.json');
  writeFileSync(file, typeof plan === 'string' ? plan : JSON.stringify(plan));
  return file;
};

const by = (name) => ({ context: { library: { name } } });
const event = (name, properties, more = {}) => ({ type: 'track', userId: 'u', event: name, properties, ...more });
const EVENTS = [
  event('Product Viewed', { price: 1 }, by('firsthand')),
  event('Product Viewed', { price: '1' }, { messageId: 'm1' }),
  event('Order Completed', { total: 1 }, by('firsthand')),
  event('Order Completed', { total: 12345678901234567000 }, by('@segment/analytics-node')),
  event('Order Complete', {}),
  { type: 'identify', userId: 'u', traits: { any: 1 } },
];

test('block: what is not as the plan says is refused, and its neighbours are stored', async (t) => {
  const relay = await start(t, { plan: written(t), planMode: 'block' });
  const { status, answer } = await post(`${relay.url}/v1/batch`, batch(EVENTS));
  assert.equal(status, 207);
  assert.deepEqual(answer.errors.map(({ index, reason }) => [index, reason]), [[1, 'type'], [2, 'wrong_side'], [4, 'unknown_event']]);
  const said = [
    /^not as the plan says: properties\.price: must be a number, is a string\.?$/i,
    /: event: "Order Completed" belongs to the server, and came from a page\.?$/,
    /: event: "Order Complete" is not in the plan; did you mean "Order Completed"\?\.?$/,
  ];
  for (const [i, { error }] of answer.errors.entries()) assert.match(error, said[i]);
  assert.equal(answer.errors[0].messageId, 'm1');
  assert.deepEqual(stored(relay).map(({ type, violations }) => [type, violations]), [['track', undefined], ['track', undefined], ['identify', undefined]]);
  const one = await post(`${relay.url}/v1/track`, { writeKey: 'k', ...EVENTS[4] });
  assert.equal(one.status, 400);
  assert.deepEqual(await (await fetch(`${relay.url}/plan`)).json(), {
    mode: 'block', checked: 7, wrong: 4, events: { 'Product Viewed': { type: 1 }, 'Order Completed': { wrong_side: 1 }, 'Order Complete': { unknown_event: 2 } },
  });
});

test('warn: all is stored, with what is wrong beside it', async (t) => {
  const relay = await start(t, { plan: written(t) });
  const { status, answer } = await post(`${relay.url}/v1/batch`, batch(EVENTS));
  assert.deepEqual([status, answer], [200, { success: true }]);
  assert.deepEqual(stored(relay).map(({ violations }) => violations?.map(({ kind, path }) => `${kind} ${path}`)), [
    undefined, ['type properties.price'], ['wrong_side event'], undefined, ['unknown_event event'], undefined,
  ]);
  const { wrong, checked } = await (await fetch(`${relay.url}/plan`)).json();
  assert.deepEqual([wrong, checked], [3, 6]);
});

test('an event as deep as one may be is looked at, too', async (t) => {
  const relay = await start(t, { plan: written(t), planMode: 'block' });
  let deep = {}; // with what the plan is asked in, a level more
  for (let i = 0; i < 30; i++) deep = { deep };
  const { answer } = await post(`${relay.url}/v1/batch`, batch([event('Product Viewed', deep)]));
  assert.equal(answer.errors[0].reason, 'unknown_property');
});

test('without a plan there is none to be seen', async (t) => {
  const relay = await start(t);
  assert.equal((await fetch(`${relay.url}/plan`)).status, 404);
});

test('names that anybody can make up do not fill the memory', async (t) => {
  const relay = await start(t, { plan: written(t) });
  await post(`${relay.url}/v1/batch`, batch(Array.from({ length: 1200 }, (_, i) => event(`Made Up ${i}`, {}))));
  const { events } = await (await fetch(`${relay.url}/plan`)).json();
  assert.equal(Object.keys(events).length, 1001);
  assert.deepEqual(events.others, { unknown_event: 200 });
});

test('the command: a plan that is none, and one that is', async (t) => {
  for (const [plan, said] of [['{', /The plan .*plan\.json cannot be used: .*JSON/], [{ format: 1, events: { A: { side: 'page' } } }, /is none:\n {2}events\.A\.side: must be one of/]]) {
    const { code, text } = await runRelay('--plan', written(t, plan), '--db', ':memory:', '--port', '0');
    assert.equal(code, 1);
    assert.match(text, said);
  }
  const { text } = await runRelay('--plan', written(t), '--plan-mode', 'off', '--db', ':memory:', '--port', '0');
  assert.match(text, /mode off is none of warn, block/);
  const relay = await spawnRelay(t, '--plan', written(t), '--plan-mode', 'block', '--db', join(place(t), 'events.db'));
  assert.equal((await post(`${relay.url}/v1/track`, { writeKey: 'k', ...EVENTS[4] })).status, 400);
});
