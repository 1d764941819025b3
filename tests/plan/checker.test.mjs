// firsthand/plan in Node: plans that are none, events that cannot be read, and the
// plugin between an agent of the test's own and the console.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChecker, plan as plugin, PlanError } from '../../dist/firsthand.plan.mjs';

const PLAN = { format: 1, events: { Seen: { side: 'client', properties: { at: { type: 'number' } } }, Paid: { side: 'server' } } };

test('a plan that is none says all that is wrong with it', () => {
  assert.throws(() => createChecker({ format: 1, events: { Paid: { side: 'sever', properties: { total: { type: 'numbr' } } } } }), (error) => {
    assert.ok(error instanceof PlanError);
    assert.deepEqual(error.problems.map(({ path }) => path), ['events.Paid.side', 'events.Paid.properties.total.type']);
    assert.match(error.message, /^events\.Paid\.side must be one of "client", "server", "both"; did you mean "server"\?\nevents\.Paid\.properties\.total\.type must be/);
    return true;
  });
  for (const [text, message] of [['{', 'not valid JSON'], [`"${'x'.repeat(300_000)}"`, 'larger than 256 KB'], ['[]', 'must be an object']])
    assert.throws(() => createChecker(text), { name: 'PlanError', message });
});

test('a plan with 1,200 properties fits, one with 30,000 says that it does not', () => {
  const of = (events, properties) => ({
    format: 1,
    events: Object.fromEntries(Array.from({ length: events }, (_, i) => [`Event ${i}`, {
      description: 'x'.repeat(60), properties: Object.fromEntries(Array.from({ length: properties }, (_, j) => [`property_${j}`, { type: 'string' }])),
    }])),
  });
  const check = createChecker(of(100, 12));
  assert.deepEqual(check({ event: 'Event 99', properties: { property_11: 'a' } }), []);
  assert.equal(check({ event: 'Event 99', properties: { property_11: 1 } }).length, 1);
  assert.throws(() => createChecker(of(1000, 30)), PlanError);
  assert.throws(() => createChecker(of(20, 250)), { message: /more events and properties than there is room for|larger than/ });
});

test('an event that cannot be read is a violation', () => {
  const check = createChecker(PLAN);
  const cycle = { event: 'Seen' };
  cycle.properties = { cycle };
  for (const event of [cycle, { event: 'Seen', properties: { at: 1n } }, { event: 'Seen', properties: { at: 'x'.repeat(300_000) } }])
    assert.deepEqual(check(event).map(({ kind }) => kind), ['unreadable']);
  assert.deepEqual(check({ event: 'Seen', properties: { at: 1 } }, 'client'), []);
});

test('two checkers do not share a plan', () => {
  const one = createChecker(PLAN);
  const other = createChecker({ format: 1, events: {} });
  assert.deepEqual([one({ event: 'Seen' }).length, other({ event: 'Seen' }).length, one({ event: 'Seen' }).length], [0, 1, 0]);
});

// What the plugin does with an agent: `steps`, in order.
const load = (options, { isLate = false } = {}) => {
  const steps = [];
  const track = {
    inspect: () => ({ anonymousId: isLate ? 'a' : '' }),
    use: (item) => steps.push(['use', item]),
    on: (name, listener) => steps.push(['on', name, listener]),
  };
  const agent = { options, start: (found) => steps.push(['start', found]) };
  plugin.load(track, agent);
  return { steps, track, agent };
};

// What is said on the console meanwhile.
const said = (t) => {
  const lines = [];
  for (const level of ['error', 'warn']) t.mock.method(console, level, (text) => lines.push([level, text]));
  return lines;
};

test('a plan that is there begins at once, and refuses what is wrong', (t) => {
  const lines = said(t);
  const { steps, track } = load({ plan: PLAN, planMode: 'block' });
  assert.deepEqual(steps.map(([name]) => name), ['start', 'use']);
  const judge = steps[1][1];
  assert.equal(judge({ type: 'track', event: 'Seen', properties: { at: 1 } }), true);
  for (let i = 0; i < 3; i++) assert.equal(judge({ type: 'track', event: 'Paid' }), false);
  assert.deepEqual(lines, [[
    'error',
    '[firsthand] plan: "Paid" belongs to the server, and came from a page. The server knows whether it has happened, the page does not: send it from there, '
      + 'where firsthand/server joins it to this visit. If the page is the right place, change "side" in the plan. The event is refused.',
  ]], 'once, however often it is called');
  const { violations, ...counts } = track.plan;
  assert.deepEqual(counts, { mode: 'block', checked: 4, refused: 3 });
  assert.equal(violations.length, 3);
});

test('where it only warns, it listens, and events are as they were', (t) => {
  const lines = said(t);
  const { steps } = load({ plan: PLAN });
  assert.deepEqual(steps.map(([name, what]) => [name, what]), [['on', 'event'], ['start', {}], ['use', {}]]);
  steps[0][2]({ type: 'track', event: 'Seen', properties: { at: '1' } });
  steps[0][2]({ type: 'track', event: 'Sean' });
  steps[0][2]({ type: 'track', event: 'Paid' });
  assert.deepEqual(lines.map(([level, text]) => [level, text.slice(18, 60)]), [
    ['warn', '"Seen": properties.at must be a number, is'],
    ['warn', '"Sean" is not in the plan; did you mean "S'],
    ['error', '"Paid" belongs to the server, and came fro'],
  ]);
});

test('a plan that is none lets everything pass, and says so', (t) => {
  const lines = said(t);
  const { steps } = load({ plan: { format: 1 }, planMode: 'blok' });
  assert.deepEqual(steps, [['start', {}], ['use', {}]]);
  assert.match(lines[0][1], /there is no mode "blok"/);
  assert.match(lines[1][1], /the plan cannot be used, so events pass unchecked: events must be there/);
});

test('off, or no plan: nothing', () => {
  assert.deepEqual(load({ plan: PLAN, planMode: 'off' }).steps, []);
  assert.deepEqual(load({}).steps, []);
});

test('where the bridge is asked for, both are waited for, whichever comes first', async (t) => {
  said(t);
  const given = { adopted: { anonymousId: 'a' } };
  const { steps, agent } = load({ plan: PLAN, planMode: 'block', adopt: 'all' });
  assert.deepEqual(steps, []);
  agent.start(given);
  assert.deepEqual(steps.map(([name, what]) => [name, typeof what]), [['start', 'object'], ['use', 'function']]);
  assert.equal(steps[0][1], given);

  let arrive;
  t.mock.method(globalThis, 'fetch', () => new Promise((resolve) => (arrive = resolve)));
  const other = load({ plan: '/plan.json', planMode: 'block', adopt: 'all' });
  other.agent.start(given);
  assert.deepEqual(other.steps, []);
  arrive(new Response(JSON.stringify(PLAN)));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  assert.deepEqual(other.steps.map(([name]) => name), ['start', 'use']);
});

test('a plan that comes too late says what it has missed', async (t) => {
  const lines = said(t);
  t.mock.method(globalThis, 'fetch', async () => new Response(JSON.stringify(PLAN)));
  load({ plan: '/plan.json' }, { isLate: true });
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  assert.match(lines[0][1], /\/plan\.json came after the agent had begun without it: what was called until now is not checked/);
});
