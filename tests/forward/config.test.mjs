// The configuration: what is wrong with it is said before anything is sent.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { backoff, retryAfter } from '../../relay/forward/backoff.mjs';
import { checkDestinations, readDestinations } from '../../relay/forward/index.mjs';
import { openEventLog } from '../../relay/eventlog.mjs';
import { startForwarding } from '../../relay/forward/index.mjs';
import { place } from './help.mjs';

const one = (more) => ({ destinations: { there: { type: 'segment', key: 'k', ...more } } });

const WRONG = [
  [{}, 'the file needs {"destinations": {…}}'],
  [{ destinations: { 'a b': {} } }, '"a b" is no name'],
  [one({ type: 'mixpanel' }), 'there.type must be one of amplitude, ga4, meta, posthog, segment, snowplow, webhook'],
  [one({ type: 'toString' }), 'there.type must be one of'],
  [one({ kee: 'x' }), 'there.kee is not known; segment takes'],
  [one({ key: '' }), 'there.key is missing'],
  [one({ key: { env: 'NOT_SET' } }), 'there.key needs the environment variable NOT_SET, which is not set'],
  [one({ endpoint: 'ftp://x' }), 'there.endpoint must be an address'],
  [one({ endpoint: 'nowhere' }), 'there.endpoint must be an address'],
  [one({ start: 'last' }), 'there.start must be "first" or "next"'],
  [one({ batch: 0 }), 'there.batch must be a whole number above 0'],
  [one({ giveUpHours: 1.5 }), 'there.giveUpHours must be a whole number above 0'],
  [one({ writeKeys: 'k' }), 'there.writeKeys must be a list of write keys'],
  [one({ consent: { unknown: 'send' } }), 'there.consent must be a category'],
  [one({ consent: { category: 'ads', unknown: 'perhaps' } }), 'there.consent must be a category'],
  [one({ mapping: 'none.json' }), 'there.mapping cannot be read: ENOENT'],
  [one({ mapping: {}, filters: [{}] }), 'there.filters belong into the mapping'],
  [{ destinations: { there: { type: 'amplitude', key: 'k', region: 'mars' } } }, 'there.region must be us or eu'],
  [one({ type: 'snowplow' }), 'there.endpoint is missing'],
  [one({ dialect: 'amplitude' }), 'there.dialect must be segment or rudderstack'],
  [{ destinations: { there: { type: 'amplitude', key: 'k', format: 'agent', mapping: {} } } }, 'there.mapping and "format" exclude'],
  [{ destinations: { there: { type: 'ga4', measurementId: 'G', apiSecret: 's', batch: 25 } } }, 'there.batch is 1: ga4 takes one event'],
  [{ destinations: { there: { type: 'webhook', endpoint: 'https://x.example/', headers: { 'a b': 'c' } } } }, 'there.headers must be an object'],
  [{ destinations: { there: { type: 'webhook', endpoint: 'https://x.example/', headers: { a: 1 } } } }, 'there.headers must be an object of texts'],
  [{ destinations: { there: { type: 'meta', pixelId: '1', token: 't', testEventCode: 7 } } }, 'there.testEventCode must be a text'],
  [{ destinations: { there: { type: 'posthog', key: 'k', mapping: {} } } }, 'there.mapping is none that this type takes'],
  [{ destinations: { there: { type: 'ga4', measurementId: 'G' } } }, 'there.apiSecret is missing'],
];

test('each mistake is named with its place', () => {
  for (const [config, words] of WRONG) {
    assert.throws(() => checkDestinations(config, { env: {} }), (error) => error.message.startsWith(`destinations: ${words}`), words);
  }
});

test('a mistake in a mapping is found before anything starts', async (t) => {
  const log = openEventLog(':memory:');
  t.after(() => log.close());
  const destinations = checkDestinations({ destinations: {
    fine: { type: 'segment', key: 'k' },
    wrong: { type: 'webhook', endpoint: 'http://127.0.0.1:1/', mapping: { global: { mappings: [{ inputKey: 'a', outputKey: 'b', transforms: ['rot13'] }] } } },
  } });
  assert.throws(() => startForwarding(log, destinations),
    { message: 'destinations: wrong.mapping: the mapping has a mistake: global.mappings[0].transforms[0]: no such transform' });
  assert.deepEqual(await log.consumers(), []);
});

test('a file: secrets of the environment, a mapping beside it, parameters', (t) => {
  const dir = place(t);
  mkdirSync(join(dir, 'maps'));
  writeFileSync(join(dir, 'maps/own.json'), JSON.stringify({ params: { A: '1', B: '2' }, global: { mappings: [{ value: '$$A$$$$B$$', outputKey: 'x' }] } }));
  writeFileSync(join(dir, 'destinations.json'), JSON.stringify({ destinations: { hook: { type: 'webhook', endpoint: 'https://hook.example/', mapping: 'maps/own.json', params: { B: { env: 'B' } }, headers: { 'x-key': { env: 'KEY' } } } } }));
  const { hook } = readDestinations(join(dir, 'destinations.json'), { B: 'two', KEY: 'secret' });
  assert.deepEqual(hook.mapping.params, { A: '1', B: 'two' });
  assert.deepEqual(hook.headers, { 'x-key': 'secret' });
  assert.deepEqual(hook.secrets.sort(), ['secret', 'two']);
  writeFileSync(join(dir, 'broken.json'), '{');
  assert.throws(() => readDestinations(join(dir, 'broken.json')), /destinations: .*broken\.json cannot be read: /);
});

test('a type\'s own mapping keeps its filters when others are added', () => {
  const filters = [{ action: 'deny', events: ['page'] }];
  const { there } = checkDestinations({ destinations: { there: { type: 'ga4', measurementId: 'G', apiSecret: 's', filters } } });
  assert.equal(there.mapping.global.filters.length, 2);
  assert.ok(there.mapping.eventSpecific['Order Completed']);
});

test('back-off: full jitter under a bound that doubles, and never less than was asked', () => {
  const bound = (attempt, least = 0) => backoff(attempt, least, { random: () => 1 });
  assert.deepEqual([1, 2, 3, 10, 99].map((attempt) => bound(attempt)), [1000, 2000, 4000, 300_000, 300_000]);
  assert.equal(backoff(5, 0, { random: () => 0 }), 0);
  assert.equal(bound(1, 30_000), 31_000);
});

test('Retry-After: seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.deepEqual(['7', 'Thu, 01 Jan 2026 00:00:09 GMT', 'Wed, 31 Dec 2025 00:00:00 GMT', 'soon', null].map((text) => retryAfter(text, now)), [7, 9, 0, 0, 0]);
});
