// POST /v1/…: what a sender gets back, and what is stored by then.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { createRelay } from '../../relay/index.mjs';
import { batch, place, post, start, stored, track } from './help.mjs';

const TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'];

test('every path and short path stores its event', async (t) => {
  const relay = await start(t);
  for (const type of TYPES) {
    for (const path of [`/v1/${type}`, `/v1/${type[0]}`]) {
      const { status, answer } = await post(relay.url + path,
        { writeKey: 'k', userId: 'u', event: 'e' });
      assert.deepEqual([status, answer], [200, { success: true }], path);
    }
  }
  assert.deepEqual(stored(relay).map((event) => event.type),
    TYPES.flatMap((type) => [type, type]));
  await post(`${relay.url}/v1/batch`, batch([track(), track()]));
  await post(`${relay.url}/v1/b`, batch([track()]));
  assert.equal(relay.log.count(), 15);
});

test('the content type decides nothing', async (t) => {
  const relay = await start(t);
  const types = ['application/json', 'text/plain', 'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded', 'image/png', 'nonsense'];
  for (const type of types) {
    const { status } = await post(`${relay.url}/v1/batch`, batch([track()]),
      { 'content-type': type });
    assert.equal(status, 200, type);
  }
  const bytes = Buffer.from(JSON.stringify(batch([track()])));
  assert.equal((await post(`${relay.url}/v1/batch`, bytes)).status, 200);
  assert.equal(relay.log.count(), types.length + 1);
});

test('writeKey: Basic or body, else 401 that opens no password dialog', async (t) => {
  const relay = await start(t);
  const url = `${relay.url}/v1/batch`;
  const Authorization = `Basic ${btoa('fromHeader:')}`;
  await post(url, { batch: [track()] }, { Authorization });
  await post(url, batch([track()], { writeKey: 'fromBody' }));
  assert.deepEqual(relay.log.read(0, 9).map((row) => row.writeKey),
    ['fromHeader', 'fromBody']);
  const { status, headers, answer } = await post(url, { batch: [track()] });
  assert.equal(status, 401);
  assert.equal(headers.get('www-authenticate'), 'WriteKey');
  assert.equal(answer.success, false);
  assert.equal(relay.log.count(), 2);
});

test('a messageId is stored once: in a request, across them, after a restart', async (t) => {
  const db = join(place(t), 'events.db');
  const first = await start(t, { db });
  const twice = track();
  const again = batch([twice, track(), twice]);
  assert.equal((await post(`${first.url}/v1/b`, again)).status, 200);
  assert.equal((await post(`${first.url}/v1/b`, again)).status, 200);
  assert.equal(first.log.count(), 2);
  await first.close();

  const second = await start(t, { db });
  assert.deepEqual((await post(`${second.url}/v1/b`, again)).answer, { success: true });
  assert.equal(second.log.count(), 2);
  assert.equal((await post(`${second.url}/v1/b`, batch([track()]))).status, 200);
  assert.equal(second.log.count(), 3);
});

test('the same batch sent by eight at once is stored once', async (t) => {
  const relay = await start(t);
  const same = batch(Array.from({ length: 50 }, () => track()));
  const answers = await Promise.all(Array.from({ length: 8 },
    () => post(`${relay.url}/v1/b`, same)));
  assert.deepEqual(answers.map(({ status }) => status), Array(8).fill(200));
  assert.equal(relay.log.count(), 50);
});

test('207: the good are stored, the answer names the others', async (t) => {
  const relay = await start(t);
  const { status, answer } = await post(`${relay.url}/v1/batch`, batch([
    track({ messageId: 'good-1' }),
    track({ messageId: 'bad', event: '' }),
    track({ messageId: 'good-2' }),
  ]));
  assert.equal(status, 207);
  assert.equal(answer.success, false);
  assert.equal(answer.errors.length, 1);
  assert.equal(answer.errors[0].index, 1);
  assert.equal(answer.errors[0].messageId, 'bad');
  assert.match(answer.errors[0].error, /"event"/);
  assert.deepEqual(stored(relay).map((event) => event.messageId), ['good-1', 'good-2']);
});

test('400: all were refused, and nothing is stored, not even the batch', async (t) => {
  const relay = await start(t);
  const { status, answer } = await post(`${relay.url}/v1/batch`,
    batch([{ messageId: 'a' }, 5], { firsthand: { stream: 's' } }));
  assert.equal(status, 400);
  assert.deepEqual(answer.errors.map(({ index, messageId }) => [index, messageId]),
    [[0, 'a'], [1, null]]);
  assert.equal(relay.log.count(), 0);
  assert.equal(batches(relay).length, 0);
});

test('400: a body that is not JSON has the same shape', async (t) => {
  const relay = await start(t);
  const { status, answer } = await post(`${relay.url}/v1/batch`, '{"batch":[');
  assert.equal(status, 400);
  assert.deepEqual(answer.errors, []);
  assert.match(answer.error, /not JSON/);
});

test('the agent\'s word on its batch is stored with it; an empty batch may carry it', async (t) => {
  const relay = await start(t);
  const firsthand = { v: 1, stream: 's', first: 1, last: 1, dropped: { size: 2 }, attempt: 0 };
  await post(`${relay.url}/v1/b`, batch([track()], { firsthand }));
  await post(`${relay.url}/v1/b`, batch([], { firsthand: { dropped: { age: 1 } } }));
  await post(`${relay.url}/v1/b`, batch([track()]));
  assert.deepEqual(batches(relay), [firsthand, { dropped: { age: 1 } }]);
});

function batches({ db }) {
  const reader = new Database(db, { readonly: true });
  const rows = reader.prepare('SELECT firsthand FROM batches ORDER BY seq').pluck().all();
  reader.close();
  return rows.map((text) => JSON.parse(text));
}

test('500 KB are taken, one byte more is 413, and so is a lot more', async (t) => {
  const relay = await start(t);
  const limit = 500 * 1024;
  const full = JSON.stringify(batch([track()])).padEnd(limit);
  assert.equal((await post(`${relay.url}/v1/b`, full)).status, 200);
  const over = JSON.stringify(batch([track()])).padEnd(limit + 1);
  const { status, answer } = await post(`${relay.url}/v1/b`, over);
  assert.equal(status, 413);
  assert.match(answer.error, /512001 bytes; the limit is 512000/);
  assert.equal((await post(`${relay.url}/v1/b`, ' '.repeat(20e6))).status, 413);
  assert.equal(relay.log.count(), 1);
});

test('a body in chunks without length is taken, and cut at the limit too', async (t) => {
  const relay = await start(t);
  const chunked = (text) => fetch(`${relay.url}/v1/b`, {
    method: 'POST', duplex: 'half',
    body: new Blob([text]).stream(),
  });
  assert.equal((await chunked(JSON.stringify(batch([track()])))).status, 200);
  assert.equal((await chunked(' '.repeat(600e3))).status, 413);
});

test('2,500 events are one request', async (t) => {
  const relay = await start(t);
  const events = Array.from({ length: 2500 }, () => track());
  assert.equal((await post(`${relay.url}/v1/b`, batch(events))).status, 200);
  assert.equal(relay.log.count(), 2500);
});

test('a sender that leaves in the middle stores nothing and harms nobody', async (t) => {
  const relay = await start(t);
  const { port } = new URL(relay.url);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /v1/b HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n');
  socket.write(JSON.stringify(batch([track()])));
  socket.destroy();
  assert.equal((await post(`${relay.url}/v1/b`, batch([track({ messageId: 'm' })]))).status, 200);
  await relay.close(); // everything in hand has ended
  const again = await start(t, { db: relay.db });
  assert.deepEqual(stored(again).map((event) => event.messageId), ['m']);
});

test('bytes that are not HTTP get 400 and the relay goes on', async (t) => {
  const relay = await start(t);
  const socket = connect(new URL(relay.url).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => { text += chunk; });
  socket.write('\x16\x03\x01 hello\r\n\r\n');
  await once(socket, 'close');
  assert.match(text, /^HTTP\/1.1 400/);
  assert.equal((await fetch(`${relay.url}/healthz`)).status, 200);
});

test('odd addresses are answered', async (t) => {
  const relay = await start(t);
  const { port } = new URL(relay.url);
  for (const target of ['//', '//v1/batch', '/%', '/%00', '/v1/%2e%2e',
    '/v1/constructor', '?', '*']) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const [chunk] = await once(socket, 'data');
    assert.match(String(chunk), /^HTTP\/1.1 40[04] /, target);
    socket.destroy();
  }
});

test('CORS: the origin is echoed with credentials, on errors too', async (t) => {
  const relay = await start(t);
  for (const [body, status] of [[batch([track()]), 200], ['{', 400]]) {
    const { headers, ...rest } = await post(`${relay.url}/v1/b`, body,
      { Origin: 'https://shop.example' });
    assert.equal(rest.status, status);
    assert.equal(headers.get('access-control-allow-origin'), 'https://shop.example');
    assert.equal(headers.get('access-control-allow-credentials'), 'true');
    assert.equal(headers.get('vary'), 'Origin');
    assert.equal(headers.get('cache-control'), 'no-store');
  }
  const { headers } = await post(`${relay.url}/v1/b`, batch([track()]));
  assert.equal(headers.get('access-control-allow-origin'), null);
  assert.equal(headers.get('vary'), 'Origin');
});

test('CORS: a preflight gets 204 and the headers it asked for', async (t) => {
  const relay = await start(t);
  const response = await fetch(`${relay.url}/v1/batch`, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://shop.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,anonymousid',
    },
  });
  assert.equal(response.status, 204);
  const get = (name) => response.headers.get(`access-control-${name}`);
  assert.equal(get('allow-origin'), 'https://shop.example');
  assert.equal(get('allow-credentials'), 'true');
  assert.match(get('allow-methods'), /POST/);
  assert.equal(get('allow-headers'), 'authorization,anonymousid');
});

test('405 names the methods, 404 names the paths', async (t) => {
  const relay = await start(t);
  const wrong = await fetch(`${relay.url}/v1/batch`);
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get('allow'), 'POST, OPTIONS');
  assert.match((await wrong.json()).error, /takes POST, OPTIONS, not GET/);
  for (const path of ['/events', '/healthz']) {
    const response = await fetch(relay.url + path, { method: 'DELETE' });
    assert.equal(response.status, 405, path);
    assert.equal(response.headers.get('allow'), 'GET, HEAD');
  }
  for (const path of ['/', '/v1/', '/v1/nothing', '/v1/batch/x', '/fh/e']) {
    const { status, answer } = await post(relay.url + path, batch([track()]));
    assert.equal(status, 404, path);
    assert.match(answer.error, /POST \/v1\/batch/);
  }
  assert.equal(relay.log.count(), 0);
});

test('503 when the file is locked: nothing is kept, and a retry stores all', async (t) => {
  const relay = await start(t);
  const other = new Database(relay.db);
  other.exec('BEGIN IMMEDIATE');
  const sent = batch([track(), track()], { firsthand: {} });
  const { status, headers, answer } = await post(`${relay.url}/v1/b`, sent);
  assert.equal(status, 503);
  assert.equal(headers.get('retry-after'), '5');
  assert.equal(answer.retryAfter, 5);
  assert.equal(relay.log.count(), 0);
  other.exec('ROLLBACK');
  other.close();
  assert.equal((await post(`${relay.url}/v1/b`, sent)).status, 200);
  assert.equal(relay.log.count(), 2);
});

test('a fault of our own is 500, without its details, and the relay goes on', async (t) => {
  const relay = await start(t, { now: () => NaN });
  const { status, answer } = await post(`${relay.url}/v1/b`, batch([track()]));
  assert.equal(status, 500);
  assert.doesNotMatch(answer.error, /Invalid time/);
  assert.equal((await fetch(`${relay.url}/healthz`)).status, 200);
});

test('/healthz tells the last position', async (t) => {
  const relay = await start(t);
  await post(`${relay.url}/v1/b`, batch([track(), track()]));
  const response = await fetch(`${relay.url}/healthz`);
  assert.deepEqual(await response.json(), { success: true, last: 2, viewers: 0, forwarding: {} });
});

test('the handler serves in a server of someone else', async (t) => {
  const relay = createRelay({ db: join(place(t), 'e.db'), logLevel: 'silent' });
  const server = createServer(relay.handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/v1/b`;
  assert.equal((await post(url, batch([track()]))).status, 200);
  await relay.close();
  const { status, answer } = await post(url, batch([track()]));
  assert.deepEqual([status, answer.retryAfter], [503, 5]);
  const health = await fetch(url.replace('/v1/b', '/healthz'));
  assert.equal(health.status, 503);
});

test('no answer before the commit: another reader sees the row at once', async (t) => {
  const relay = await start(t);
  const reader = new Database(relay.db, { readonly: true });
  t.after(() => reader.close());
  const count = reader.prepare('SELECT count(*) FROM events').pluck();
  for (let n = 1; n <= 20; n++) {
    await post(`${relay.url}/v1/b`, batch([track()]));
    assert.equal(count.get(), n);
  }
});
