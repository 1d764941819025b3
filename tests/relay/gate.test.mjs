// Who may send, and how much: sources, rates, compression, what is counted.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createBodies } from '../../relay/http.mjs';
import { BODIES_BYTES, BODY_BYTES } from '../../relay/limits.mjs';
import { createRates } from '../../relay/rates.mjs';
import { readSources } from '../../relay/sources.mjs';
import { batch, place, post, start, stored, track } from './help.mjs';

function fileOf(t, value) {
  const file = join(place(t), 'sources.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const send = (relay, key, headers, events = [track()]) =>
  post(`${relay.url}/v1/batch`, { ...batch(events), writeKey: key }, headers);

test('only the keys of the file are taken, only from their origins, and the file can be read anew', async (t) => {
  const sources = fileOf(t, { sources: [
    { writeKey: 'shop-1', name: 'shop', origins: ['https://shop.example'] }, { writeKey: 'server', name: 'server' }] });
  const relay = await start(t, { sources });
  const Origin = 'https://shop.example';
  const statusOf = async (...args) => (await send(relay, ...args)).status;
  assert.equal(await statusOf('shop-1', { Origin }), 200);
  assert.equal(await statusOf('shop-1'), 200); // no page at all
  assert.equal(await statusOf('shop-1', { Origin: 'https://other.example' }), 403);
  assert.equal(await statusOf('shop-1', { Origin: 'null' }), 403);
  assert.equal(await statusOf('server', { Origin: 'https://other.example' }), 200);
  assert.equal(await statusOf('other'), 401);
  assert.equal((await fetch(`${relay.url}/v1/projects/other/settings`)).status, 401);
  assert.equal((await fetch(`${relay.url}/v1/projects/shop-1/settings`)).status, 200);
  assert.equal(stored(relay).length, 3);

  writeFileSync(sources, JSON.stringify({ sources: [{ writeKey: 'shop-2', name: 'shop' }] }));
  relay.reload();
  assert.equal(await statusOf('shop-2'), 200);
  assert.equal(await statusOf('shop-1'), 401);
  writeFileSync(sources, '{');
  assert.throws(() => relay.reload(), /cannot be read/);
  assert.equal(await statusOf('shop-2'), 200);
});

test('a wrong file of sources is refused by what is wrong with it', (t) => {
  const one = (source) => ({ sources: [{ writeKey: 'k', name: 'n', ...source }] });
  const wrong = [
    ['{', /cannot be read/], ['[]', /needs "sources"/], [{ sources: {} }, /needs "sources"/], [{ sources: [1] }, /number 1: it must be an object/],
    [one({ writeKey: '' }), /"writeKey"/], [one({ writeKey: 'k'.repeat(257) }), /1 to 256/], [one({ name: 7 }), /"name"/], [one({ orgins: [] }), /no member "orgins"/],
    [one({ origins: ['shop.example'] }), /"origins"/], [one({ origins: ['https://shop.example/'] }), /"origins"/], [one({ eventsPerSecond: 0 }), /"eventsPerSecond"/],
    [{ sources: [...one().sources, ...one().sources] }, /number 2: its "writeKey" is there twice/],
  ];
  for (const [value, message] of wrong) assert.throws(() => readSources(fileOf(t, value)), message);
});

test('a bucket gives what it has, then what flows in', () => {
  let now = 0;
  const rates = createRates(10, () => now);
  assert.equal(rates.wait('a'), 0);
  rates.take('a', 100);
  assert.equal(rates.wait('a'), 1);
  assert.equal(rates.wait('b'), 0);
  rates.take('a', 100);
  assert.equal(rates.wait('a'), 11); // it owes
  now = 10_100;
  assert.equal(rates.wait('a'), 0);
  now = 1e9;
  rates.take('a', 100);
  assert.equal(rates.wait('a'), 1); // no more than a full one, however long
});

test('who sends too much is told when to come back, in the header and the body; others are not held up', async (t) => {
  const sources = fileOf(t, { sources: [{ writeKey: 'slow', name: 'slow', eventsPerSecond: 0.1 }, { writeKey: 'other', name: 'other' }] });
  const relay = await start(t, { sources, rates: { key: 1000 } });
  assert.equal((await send(relay, 'slow', {}, [track(), track()])).status, 200);
  const { status, headers, answer } = await send(relay, 'slow');
  assert.equal(status, 429);
  assert.ok(answer.retryAfter > 10, answer.retryAfter);
  assert.equal(Number(headers.get('retry-after')), answer.retryAfter);
  assert.equal((await send(relay, 'other')).status, 200);
  assert.equal(stored(relay).length, 3);
});

test('an address has a rate, by all its keys', async (t) => {
  const relay = await start(t, { rates: { address: 0.1 }, trustProxy: 1 });
  const of = async (address, key) => (await send(relay, key, { 'X-Forwarded-For': address }, [track(), track()])).status;
  assert.equal(await of('2001:db8::1', 'a'), 200);
  assert.equal(await of('2001:db8::2', 'b'), 429); // one subscriber
  assert.equal(await of('2001:db8:0:1::1', 'a'), 200);
});

test('gzip is known by its bytes, whatever the headers say', async (t) => {
  const relay = await start(t);
  const zipped = () => gzipSync(JSON.stringify(batch([track()])));
  const statusOf = async (body, encoding) =>
    (await post(`${relay.url}/v1/batch`, body, encoding ? { 'Content-Encoding': encoding } : {})).status;
  assert.equal(await statusOf(zipped(), 'gzip'), 200);
  assert.equal(await statusOf(zipped(), 'X-GZIP'), 200);
  assert.equal(await statusOf(zipped()), 200);
  assert.equal(await statusOf(Buffer.from(JSON.stringify(batch([track()]))), 'gzip'), 200);
  assert.equal(await statusOf(zipped().subarray(0, 40), 'gzip'), 400);
  assert.equal(await statusOf(zipped(), 'br'), 415);
  assert.equal(await statusOf(gzipSync(zipped()), 'gzip'), 400); // twice
  assert.equal(await statusOf(gzipSync(Buffer.alloc(500 * 1024 + 1, ' '))), 413);
  assert.equal(stored(relay).length, 4);
});

test('of all bodies that are on their way no more is kept than fits', async () => {
  const read = createBodies();
  let finish;
  const finished = new Promise((done) => { finish = done; });
  async function* slow() {
    yield Buffer.alloc(BODY_BYTES);
    await finished;
  }
  const fitting = Math.floor(BODIES_BYTES / BODY_BYTES);
  const bodies = Array.from({ length: fitting + 3 }, () => read(slow(), BODY_BYTES));
  const results = Promise.allSettled(bodies);
  await setImmediate();
  finish();
  const refused = (await results).filter(({ status }) => status === 'rejected').map(({ reason }) => reason.status);
  assert.deepEqual(refused, [503, 503, 503]);
  assert.equal((await read([Buffer.from('a'), Buffer.from('b')], BODY_BYTES)).toString(), 'ab'); // there is room again
  await assert.rejects(read([Buffer.alloc(BODY_BYTES), Buffer.alloc(1)], BODY_BYTES), { status: 413 });
});

test('what was taken and refused is counted, and nothing of it is told', async (t) => {
  const relay = await start(t);
  const same = track({ messageId: 'secret' });
  await send(relay, 'secret', {}, [same, same, { ...track(), type: 'secret' }]);
  await post(`${relay.url}/v1/batch`, '{');
  await fetch(`${relay.url}/secret`);
  const response = await fetch(`${relay.url}/metrics`);
  assert.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  for (const line of ['requests_total{call="batch",status="207"} 1', 'requests_total{call="batch",status="400"} 1', 'requests_total{call="other",status="404"} 1',
    'events_total{source="",result="stored"} 1', 'events_total{source="",result="duplicate"} 1', 'events_total{source="",result="refused"} 1',
    'refused_total{reason="invalid_type"} 1', 'request_seconds_count{call="batch"} 2', 'log_position 1', 'viewers 0']) {
    assert.ok(text.includes(`firsthand_relay_${line}\n`), `${line}\n${text.slice(0, 3000)}`);
  }
  assert.match(text, /^process_resident_memory_bytes \d/m);
  assert.doesNotMatch(text, /secret/);
  // Names and types as promtool would have them.
  for (const name of new Set(text.match(/^firsthand_relay_\w+(?=[ {])/gm))) assert.match(name, /^[a-z_]+$/);
});
