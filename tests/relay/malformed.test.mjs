// 10,000 requests that are wrong: the relay goes on, what it answers is what it has
// stored, and its memory is bounded.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { dice, makeNoise, makeRequest } from './fuzz.mjs';
import { batch, place, post, spawnRelay, start, stored, track, until } from './help.mjs';

const SEED = Number(process.env.FUZZ_SEED ?? 20261122);
const REQUESTS = 9000;
const NOISE = 1000;
const SENDERS = 8;

// Peak memory of the process, in MB. 64 MB of bodies at most, 8 MB of the core's
// scratch and what Node itself needs.
const PEAK_MB = 320;
const peakOf = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/**
 * A connection that is opened anew where the relay has hung up.
 *
 * @returns {(bytes, {whole}) => Promise<string>} sends bytes; resolves to what came
 *   back, once that is whole or the relay has hung up. What is sent is not `whole`
 *   gets no answer, but its end.
 */
function openLine(port) {
  let socket;
  return (bytes, { whole = true } = {}) => new Promise((done) => {
    if (!socket || socket.destroyed || socket.readableEnded) socket = connect(port, '127.0.0.1').setNoDelay(true).on('error', () => {});
    let text = '';
    const end = (gone) => {
      socket.removeAllListeners('data').removeAllListeners('close');
      if (gone || !whole || /^connection: close/im.test(text)) socket.destroy();
      done(text);
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const [head, body] = text.split(/\r\n\r\n(.*)/s);
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      if (body !== undefined && body.length >= length && !/^HTTP\/1.1 1/.test(head)) end(false);
    });
    socket.on('close', () => end(true));
    socket.write(bytes);
    if (!whole) socket.end();
  });
}

const framed = ({ path, headers, body }) => Buffer.concat([
  Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${
    Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`, 'latin1'), body]);

function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

async function inParallel(count, port, work) {
  let next = 0;
  await Promise.all(Array.from({ length: SENDERS }, async () => {
    const exchange = openLine(port);
    while (next < count) await work(next++, exchange);
  }));
}

test(`${REQUESTS + NOISE} malformed requests leave it running, and nothing half-stored (seed ${SEED})`, async (t) => {
  const db = join(place(t), 'e.db');
  const { child, url, ended } = await spawnRelay(t, '--db', db, '--trust-proxy');
  const port = new URL(url).port;
  const roll = dice(SEED);
  const requests = Array.from({ length: REQUESTS }, (_, n) => makeRequest(roll, `fz-${n}`));
  const noise = Array.from({ length: NOISE }, () => makeNoise(roll));
  const statuses = {};
  const expected = new Map(); // id: its properties, where they are known
  let made = 0;

  function note(request, text) {
    const status = Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]);
    statuses[status] = (statuses[status] ?? 0) + 1;
    const answer = parsed(Buffer.from(text.split(/\r\n\r\n(.*)/s)[1] ?? '', 'latin1'));
    assert.ok([200, 207, 400, 401, 413].includes(status), `status ${status} for ${request.plain}`);
    if (status !== 200 && status !== 207) return;
    // It was taken, so it is JSON, and an honest gzip.
    const sent = parsed(request.plain);
    assert.ok(sent, `was taken: ${request.plain}`);
    const refused = new Set((answer.errors ?? []).map(({ index }) => index));
    (request.single ? [sent] : sent.batch).forEach((event, i) => {
      if (refused.has(i)) return;
      if (event.messageId == null) return void (made += 1);
      const id = event.messageId.toWellFormed(); // half a character has no UTF-8
      expected.set(id, expected.has(id) ? undefined : event.properties); // of two with one id either may be first
    });
  }

  await inParallel(REQUESTS + NOISE, port, async (n, exchange) => {
    if (n % 10 === 9) {
      const text = await exchange(noise[(n - 9) / 10], { whole: false });
      assert.doesNotMatch(text, /^HTTP\/1.1 500/);
    } else {
      const request = requests[n - Math.floor(n / 10)];
      note(request, await exchange(framed(request)));
    }
  });
  const answered = await post(`${url}/v1/batch`, batch([track({ messageId: 'last' })]));
  assert.equal(answered.status, 200);
  assert.equal(child.exitCode, null);
  const peak = peakOf(child.pid);
  assert.ok(peak < PEAK_MB, `${peak} MB`);
  child.kill('SIGTERM');
  await ended;

  const file = new Database(db, { readonly: true });
  const rows = file.prepare('SELECT messageId, body FROM events').all();
  file.close();
  const own = rows.filter(({ messageId }) => messageId.startsWith('relay-'));
  assert.equal(own.length, made);
  const ids = new Set(rows.map(({ messageId }) => messageId));
  assert.deepEqual([...expected.keys()].filter((id) => !ids.has(id)), [], 'acknowledged, not stored');
  assert.equal(rows.length, made + expected.size + 1, 'stored, not acknowledged');
  for (const { messageId, body } of rows) {
    const event = JSON.parse(body);
    assert.equal(typeof event.receivedAt, 'string');
    const properties = expected.get(messageId);
    if (properties !== undefined) assert.ok(isDeepStrictEqual(event.properties, properties), body);
  }
  t.diagnostic(`${REQUESTS} requests: ${JSON.stringify(statuses)}; ${NOISE} of no HTTP; ${rows.length} events stored; peak of memory ${peak.toFixed(0)} MB`);
});

test('bombs and bodies without end are refused, and memory stays as it is', async (t) => {
  const { child, url } = await spawnRelay(t, '--db', join(place(t), 'e.db'));
  const port = new URL(url).port;
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 9 });
  const bombs = gzipSync(bomb);
  const huge = Buffer.alloc(2 * 1024 * 1024, '[');
  const wide = Buffer.from(`{"writeKey":"k","batch":[${'[],'.repeat(160_000)}0]}`);
  await inParallel(80, port, async (n, exchange) => {
    const body = [bomb, huge, bombs, wide][n % 4];
    const text = await exchange(framed({ path: '/v1/batch', headers: {}, body }));
    assert.match(text, n % 4 === 2 ? /^HTTP\/1.1 400/ : /^HTTP\/1.1 413/);
  });
  const peak = peakOf(child.pid);
  assert.ok(peak < PEAK_MB, `${peak} MB`);
  t.diagnostic(`20 bombs of 64 MB, 20 bombs in bombs, 20 bodies of 2 MB, 20 of 160,000 events: peak of memory ${peak.toFixed(0)} MB`);
});

test('who sends too slowly is cut off, and others are answered meanwhile', async (t) => {
  const relay = await start(t, { listen: { headMs: 400, requestMs: 800 } });
  const port = new URL(relay.url).port;
  const slow = await Promise.all(Array.from({ length: 60 }, async (_, n) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(n % 2 ? 'POST /v1/batch HTTP/1.1\r\nHost: x\r\nX: ' : 'POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"batch":[');
    const drip = setInterval(() => socket.write(' '), 50);
    socket.on('close', () => clearInterval(drip));
    return socket;
  }));
  assert.equal((await post(`${relay.url}/v1/batch`, batch([track()]))).status, 200);
  await until(() => slow.every((socket) => socket.destroyed));
  assert.equal((await post(`${relay.url}/v1/batch`, batch([track()]))).status, 200);
  assert.equal(stored(relay).length, 2);
});
