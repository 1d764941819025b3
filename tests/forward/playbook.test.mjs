// MetaRouter's published playbooks: all that need no Lua convert, load and run.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { createCore } from '../../relay/core.mjs';
import { convertPlaybook } from '../../relay/forward/playbook.mjs';
import { EVENTS } from './events.mjs';

const { etags, ...KIT } = createRequire(`${process.cwd()}/build/playbooks/node_modules/`)('@metarouter/ajs-starter-kit');
const PLAYBOOKS = Object.entries(KIT).map(([name, { playbook }]) => [name, playbook]);

const hasCode = (playbook) => /"lang":"lua"/.test(JSON.stringify(playbook));

/** Loads what a playbook became, with a value for each parameter. */
function load({ mapping }) {
  const core = createCore();
  const params = Object.fromEntries(Object.entries(mapping.params ?? {}).map(([name, value]) => [name, value ?? `my-${name}`]));
  core.mapping(JSON.stringify({ ...mapping, params }));
  return (event) => core.map(JSON.stringify(event));
}

// An event of which all filters let something through.
const full = (event) => {
  const providers = { amobee: { uid: '1' }, kargo: { puid: 'k' }, yahooMedia: { vmcid: 'v' }, xandr: { uid: 'x' }, theTradeDesk: { ttd_id: 't' } };
  return { ...event, context: { ...event.context, providers: { ...event.context.providers, ...providers } } };
};

test('all that need no code convert as a whole and run on standard events', (t) => {
  const without = PLAYBOOKS.filter(([, playbook]) => !hasCode(playbook));
  const silent = [];
  let payloads = 0;
  for (const [name, playbook] of without) {
    const converted = convertPlaybook(playbook);
    assert.deepEqual(converted.left, [], name);
    const map = load(converted);
    const made = EVENTS.map((event) => map(full(event))).filter((text) => text !== '' && text !== '{}');
    made.forEach(JSON.parse);
    payloads += made.length;
    if (made.length === 0) silent.push(name);
  }
  t.diagnostic(`${without.length} of ${PLAYBOOKS.length} playbooks need no Lua: all convert, and make ${payloads} payloads of ${EVENTS.length} events each`);
  assert.ok(without.length >= 12);
  // These have no section that makes anything.
  assert.deepEqual(silent.sort(), ['google-ad-words', 'movable-ink']);
});

test('of the others what needs no code converts, and the rest is named', (t) => {
  let lines = 0, code = 0, unknown = 0, payloads = 0;
  for (const [name, playbook] of PLAYBOOKS.filter(([, one]) => hasCode(one))) {
    assert.throws(() => convertPlaybook(playbook), /\n {2}\S+ is Lua/, name);
    const converted = convertPlaybook(playbook, { partial: true });
    const count = (section) => section?.mappings?.length ?? 0;
    lines += count(converted.mapping.global) + count(converted.mapping.default)
      + Object.values(converted.mapping.eventSpecific ?? {}).reduce((sum, one) => sum + count(one), 0);
    code += converted.left.filter(({ why }) => why === 'is Lua').length;
    unknown += converted.left.filter(({ why }) => why !== 'is Lua').length;
    const map = load(converted);
    for (const event of EVENTS) {
      const text = map(full(event));
      if (text) { JSON.parse(text); payloads += 1; }
    }
  }
  t.diagnostic(`${lines} lines of the others convert, ${code} are Lua, ${unknown} are dates in a layout of their own; ${payloads} payloads`);
  assert.ok(lines > 2000 && unknown < 10);
});

test('a playbook becomes what it says', () => {
  const map = load(convertPlaybook({
    version: '1.0.0',
    params: [{ name: 'ID', exampleValue: 'x' }, { name: 'HOST', defaultValue: 'h' }],
    global: {
      filters: [{ byConditions: { action: 'allow', when: { matchesAny: { conditions: [{ inputPathExists: { inputPath: 'userId' } }, { stringNotEqual: { inputPath: 'context.ip', value: '' } }] } } } }],
      enrichments: [{ staticString: '$$ID$$-$$HOST$$', outputKey: 'id' }, { staticInt: '1', outputKey: 'n' }, { timestamp: 'seconds', outputKey: 'ts' }],
      spreadings: [{ inputKey: 'context', flatten: { separator: '_', prefix: 'context', depth: 5 } }],
    },
    default: { filters: [{ byEventNames: { action: 'allow', events: [''] } }] },
    eventSpecific: {
      order_completed: {
        mappings: [
          { inputKey: 'properties.products', outputKey: 'data.ids', transforms: [{ pluckValues: { extractKey: 'id' } }, { joinValues: { separator: ',' } }] },
          { inputKey: 'properties.none', outputKey: 'data.none', defaultInt: 3 },
        ],
      },
    },
  }));
  const event = { type: 'track', event: 'Order Completed', userId: 'u', receivedAt: '2026-01-01T00:00:01.000Z', context: { a: { b: 1 } }, properties: { products: [{ id: 'a' }, { id: 'b' }] } };
  assert.deepEqual(JSON.parse(map(event)), { id: 'my-ID-h', n: 1, ts: 1767225601, context_a_b: 1, data: { ids: 'a,b', none: 3 } });
  assert.equal(map({ ...event, event: 'Other' }), '');
  assert.equal(map({ ...event, userId: undefined }), '');
});
