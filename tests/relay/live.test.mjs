// GET /events: replay, live, going on after a break, and viewers that stall.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { createLive } from '../../relay/live.mjs';
import { batch, post, start, track, until } from './help.mjs';

/** Opens the stream; `next(n)` resolves to the next n events. */
async function watch(t, url, headers = {}) {
  const gone = new AbortController();
  t.after(() => gone.abort());
  const response = await fetch(url, { headers, signal: gone.signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let comments = 0;
  async function block() {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const { value, done } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  }
  async function next(n) {
    const events = [];
    while (events.length < n) {
      const found = await block();
      if (found === undefined) break;
      if (found === ':') comments += 1;
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(found) ?? [];
      if (id) events.push({ id: Number(id), ...JSON.parse(data) });
    }
    return events;
  }
  return { response, next, block, comments: () => comments };
}

const send = (relay, n) => post(`${relay.url}/v1/b`,
  batch(Array.from({ length: n }, () => track())));

const ids = (events) => events.map(({ id }) => id);

test('a viewer sees what comes, in order, with positions', async (t) => {
  const relay = await start(t);
  const viewer = await watch(t, `${relay.url}/events`);
  assert.equal(viewer.response.status, 200);
  assert.equal(viewer.response.headers.get('content-type'), 'text/event-stream');
  assert.equal(viewer.response.headers.get('cache-control'), 'no-store');
  await send(relay, 2);
  await post(`${relay.url}/v1/t`, { writeKey: 'k', userId: 'u', event: 'Line\nbreak\r\n\n' });
  const events = await viewer.next(3);
  assert.deepEqual(ids(events), [1, 2, 3]);
  assert.equal(events[2].event, 'Line\nbreak\r\n\n');
});

test('a new viewer gets the last 50, then the new ones, none twice', async (t) => {
  const relay = await start(t);
  await send(relay, 60);
  const viewer = await watch(t, `${relay.url}/events`);
  assert.deepEqual(ids(await viewer.next(50)), Array.from({ length: 50 }, (_, i) => i + 11));
  await send(relay, 1);
  assert.deepEqual(ids(await viewer.next(1)), [61]);
});

test('?after and Last-Event-ID say where to begin; the header wins', async (t) => {
  const relay = await start(t);
  await send(relay, 5);
  const from = async (query, headers) =>
    ids(await (await watch(t, `${relay.url}/events${query}`, headers)).next(1));
  assert.deepEqual(await from('?after=3'), [4]);
  assert.deepEqual(await from('?after=0'), [1]);
  assert.deepEqual(await from('', { 'Last-Event-ID': '2' }), [3]);
  assert.deepEqual(await from('?after=0', { 'Last-Event-ID': '4' }), [5]);
});

test('a long replay comes whole', async (t) => {
  const relay = await start(t);
  await send(relay, 2000);
  const viewer = await watch(t, `${relay.url}/events?after=0`);
  assert.deepEqual(ids(await viewer.next(2000)), Array.from({ length: 2000 }, (_, i) => i + 1));
});

test('a position from another log counts as none', async (t) => {
  const relay = await start(t);
  await send(relay, 3);
  const viewer = await watch(t, `${relay.url}/events`, { 'Last-Event-ID': '900' });
  assert.deepEqual(ids(await viewer.next(3)), [1, 2, 3]);
});

test('a position that is no number is refused', async (t) => {
  const relay = await start(t);
  for (const after of ['x', '-1', '1.5', '1e3', '9'.repeat(16), '%00']) {
    const response = await fetch(`${relay.url}/events?after=${after}`);
    assert.equal(response.status, 400, after);
    assert.match((await response.json()).error, /whole number/);
  }
});

test('duplicates are not shown again', async (t) => {
  const relay = await start(t);
  const same = track();
  const viewer = await watch(t, `${relay.url}/events`);
  await post(`${relay.url}/v1/b`, batch([same]));
  await post(`${relay.url}/v1/b`, batch([same, track()]));
  const seen = await viewer.next(2);
  assert.equal(seen[0].messageId, same.messageId);
  assert.notEqual(seen[1].messageId, same.messageId);
  assert.equal(relay.log.count(), 2);
});

test('the heartbeat is a comment, and finds what another process stored', async (t) => {
  const relay = await start(t, { heartbeatMs: 5 });
  const viewer = await watch(t, `${relay.url}/events`);
  assert.equal(await viewer.block(), 'retry: 1000');
  assert.equal(await viewer.block(), ':');
  const other = new Database(relay.db);
  other.exec(`INSERT INTO events (messageId, type, writeKey, receivedAt, body)
    VALUES ('m', 'page', 'k', 'n', '{}')`);
  other.close();
  assert.deepEqual(ids(await viewer.next(1)), [1]);
});

/** A log of n rows and one viewer whose socket we play. */
function play(t, n, write) {
  const rows = Array.from({ length: n }, (_, i) => ({ seq: i + 1, body: '{}' }));
  const listeners = new Set();
  const log = {
    last: () => n, before: () => 0,
    read: (after, limit) => rows.slice(after, after + limit),
    subscribe: (f) => { listeners.add(f); return () => listeners.delete(f); },
  };
  const res = Object.assign(new EventEmitter(), {
    texts: [], writeHead() {}, end() {}, destroy() { res.gone = true; },
    write(text) { res.texts.push(text); return write(res.texts.length); },
  });
  const live = createLive(log, { logger: { error() {}, info() {} } });
  t.after(live.close);
  live.view({ headers: {}, method: 'GET' }, res, new URLSearchParams());
  return { log, live, res, listeners };
}

test('nothing is written to a full socket until it has drained', (t) => {
  const { res, listeners } = play(t, 10, (n) => n % 3 !== 0);
  assert.equal(res.texts.length, 3);
  for (const listener of listeners) listener();
  assert.equal(res.texts.length, 3);
  res.emit('drain');
  assert.equal(res.texts.length, 6);
});

test('a socket that takes everything still lets others have their turn', async (t) => {
  const { res } = play(t, 250, () => true);
  assert.equal(res.texts.length, 1 + 100);
  await until(() => res.texts.length === 1 + 250);
});

test('a log that cannot be read ends the viewer, not the relay', (t) => {
  const { log, live, res, listeners } = play(t, 1, () => true);
  log.read = () => { throw new Error('disk'); };
  for (const listener of listeners) listener();
  assert.equal(res.gone, true);
  live.close();
  assert.equal(listeners.size, 0);
});

test('a viewer that leaves is forgotten', async (t) => {
  const relay = await start(t);
  const gone = new AbortController();
  await fetch(`${relay.url}/events`, { signal: gone.signal });
  assert.equal(await viewers(relay), 1);
  gone.abort();
  await until(async () => await viewers(relay) === 0);
  assert.equal((await send(relay, 1)).status, 200);
});

async function viewers(relay) {
  return (await (await fetch(`${relay.url}/healthz`)).json()).viewers;
}

test('a viewer that stops reading is dropped, the others see everything', async (t) => {
  const relay = await start(t, { heartbeatMs: 20 });
  const stalled = connect(new URL(relay.url).port, '127.0.0.1');
  t.after(() => stalled.destroy());
  stalled.write('GET /events?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(stalled, 'readable'); // and never reads
  stalled.on('error', () => {});
  const reading = await watch(t, `${relay.url}/events?after=0`);

  // More than the buffers of any kernel hold for one connection.
  const big = { properties: { fill: 'x'.repeat(30e3) } };
  let sent = 0;
  while (await viewers(relay) > 1) {
    await post(`${relay.url}/v1/b`, batch(Array.from({ length: 15 }, () => track(big))));
    assert.equal((await reading.next(15)).length, 15);
    sent += 15;
    assert.ok(sent < 15e3, 'dropped at last');
  }
  assert.equal(await viewers(relay), 1);
  assert.equal(relay.log.count(), sent);
});

test('the 101st viewer is told so', async (t) => {
  const relay = await start(t);
  const gone = new AbortController();
  t.after(() => gone.abort());
  const open = () => fetch(`${relay.url}/events`, { signal: gone.signal });
  await Promise.all(Array.from({ length: 100 }, open));
  const response = await open();
  assert.equal(response.status, 503);
  assert.match((await response.json()).error, /100 viewers/);
});

test('close ends the streams', async (t) => {
  const relay = await start(t);
  const viewer = await watch(t, `${relay.url}/events`);
  await send(relay, 1);
  await viewer.next(1);
  await relay.close();
  assert.equal(await viewer.block(), undefined);
});

test('no other origin can read the stream, and HEAD does not hang', async (t) => {
  const relay = await start(t);
  const response = await fetch(`${relay.url}/events`,
    { method: 'HEAD', headers: { Origin: 'https://other.example' } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('access-control-allow-origin'), null);
  assert.equal(await viewers(relay), 0);
});
