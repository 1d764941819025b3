// The ledger: what was sent, stored, doubled, dropped, missing and late.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { createLedger } from '../../relay/ledger.mjs';
import {
  batch, idIn, ledger, ours, place, post, span, start, stream, track,
} from './help.mjs';

const A = stream(1);
const B = stream(2);

const send = (relay, body) => post(`${relay.url}/v1/b`, body);
const account = async (relay, name = A) =>
  (await ledger(relay, `?stream=${name}`)).streams[0];

/** Picks members, so that a test names what it is about. */
const only = (object, ...names) =>
  Object.fromEntries(names.map((name) => [name, object[name]]));

// --- One stream --------------------------------------------------------------------

test('a stream without trouble', async (t) => {
  const relay = await start(t, { now: () => Date.parse('2026-03-01T12:00:00Z') });
  await send(relay, ours(A, [0, 1, 2]));
  assert.deepEqual(await ledger(relay, `?stream=${A}`), {
    success: true,
    streams: [{
      writeKey: 'key', stream: A,
      expected: 3, received: 3, doubledOnTheWire: 0, missing: 0, late: 0,
      doubledInTheStore: 0, dropped: {},
      through: 2, gaps: [], gapsThrough: 2,
      firstSeen: '2026-03-01T12:00:00.000Z', lastSeen: '2026-03-01T12:00:00.000Z',
    }],
  });
});

test('a gap is missing until it heals, in whatever order batches come', async (t) => {
  const relay = await start(t);
  const look = async () =>
    only(await account(relay), 'expected', 'received', 'missing', 'gaps', 'through');
  await send(relay, ours(A, [5, 6]));
  assert.deepEqual(await look(),
    { expected: 7, received: 2, missing: 5, gaps: [[0, 4]], through: -1 });
  await send(relay, ours(A, [0, 1, 3]));
  assert.deepEqual(await look(),
    { expected: 7, received: 5, missing: 2, gaps: [[2, 2], [4, 4]], through: 1 });
  await send(relay, ours(A, [4, 2]));
  assert.deepEqual(await look(),
    { expected: 7, received: 7, missing: 0, gaps: [], through: 6 });
});

test('what a batch says counts as expected, even if no event came', async (t) => {
  const relay = await start(t);
  await send(relay, batch([], { firsthand: { stream: A, last: 4 } }));
  assert.deepEqual(only(await account(relay), 'expected', 'received', 'missing', 'gaps'),
    { expected: 5, received: 0, missing: 5, gaps: [[0, 4]] });
  await send(relay, batch([], { firsthand: { stream: B } }));
  assert.deepEqual(only(await account(relay, B), 'expected', 'missing', 'gaps'),
    { expected: 0, missing: 0, gaps: [] });
});

test('copies count on the wire: in a request, across them, after a restart', async (t) => {
  const db = join(place(t), 'e.db');
  const first = await start(t, { db });
  await send(first, ours(A, [0, 1, 0]));
  await send(first, ours(A, [0, 1]));
  assert.deepEqual(only(await account(first), 'received', 'doubledOnTheWire'),
    { received: 2, doubledOnTheWire: 3 });
  await first.close();
  const second = await start(t, { db });
  await send(second, ours(A, [1, 2]));
  assert.deepEqual(
    only(await account(second), 'received', 'doubledOnTheWire', 'doubledInTheStore', 'missing'),
    { received: 3, doubledOnTheWire: 4, doubledInTheStore: 0, missing: 0 });
});

test('eight senders of one batch at once: seven copies', async (t) => {
  const relay = await start(t);
  const same = ours(A, span(0, 49));
  await Promise.all(span(1, 8).map(() => send(relay, same)));
  assert.deepEqual(only(await account(relay), 'received', 'doubledOnTheWire', 'through'),
    { received: 50, doubledOnTheWire: 350, through: 49 });
});

test('a drop explains a gap', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0, 3], { dropped: { too_large: 1, invalid_json: 1 } }));
  assert.deepEqual(only(await account(relay), 'expected', 'received', 'dropped', 'missing', 'gaps'),
    { expected: 4, received: 2, dropped: { invalid_json: 1, too_large: 1 }, missing: 0,
      gaps: [[1, 2]] });
});

test('missing is never below 0', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0], { dropped: { queue_full: 5 } }));
  assert.equal((await account(relay)).missing, 0);
  assert.equal((await ledger(relay)).totals.missing, 0);
});

test('drops of an earlier batch that comes later change nothing', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [3], { dropped: { too_large: 2, refused: 1 } }));
  await send(relay, ours(A, [0], { dropped: { too_large: 1 } }));
  await send(relay, ours(A, [5], { dropped: { too_large: 2, refused: 1, stopped: 1 } }));
  assert.deepEqual((await account(relay)).dropped, { refused: 1, stopped: 1, too_large: 2 });
});

test('an adopted batch counts for its own stream and drops nothing', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0, 1], { dropped: { too_large: 1 } }));
  await send(relay, ours(B, [0, 1]));
  await send(relay, ours(A, [3, 4])); // by the page of B, which knows no drops of A
  assert.deepEqual(only(await account(relay), 'expected', 'received', 'dropped', 'missing'),
    { expected: 5, received: 4, dropped: { too_large: 1 }, missing: 0 });
  assert.equal((await account(relay, B)).received, 2);
});

test('an event counts for the stream of its id, whatever its batch says', async (t) => {
  const relay = await start(t);
  const mixed = ours(A, [0], { dropped: { refused: 1 } });
  mixed.batch.push(...ours(B, [0, 1]).batch);
  await send(relay, mixed);
  assert.deepEqual(only(await account(relay), 'expected', 'received'),
    { expected: 1, received: 1 });
  assert.deepEqual(only(await account(relay, B), 'expected', 'received', 'dropped'),
    { expected: 2, received: 2, dropped: {} });
});

test('events without the agent\'s word, and ids of others, are in no stream', async (t) => {
  const relay = await start(t);
  await send(relay, batch([track({ messageId: idIn(A, 0) })]));
  await send(relay, batch([track(), track({ messageId: idIn(A, 1).toUpperCase() }),
    track({ messageId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' })], { firsthand: { v: 1 } }));
  assert.equal((await ledger(relay)).totals.streams, 0);
  assert.equal((await fetch(`${relay.url}/ledger?stream=${A}`)).status, 404);
});

test('late: by the corrected clock, stored more than a minute after', async (t) => {
  const relay = await start(t, { now: () => Date.parse('2026-03-01T12:00:00Z') });
  const sentAt = '2026-03-01T09:00:00.000Z'; // a clock three hours slow
  const [body, ages] = [ours(A, span(0, 4), { sentAt }), [0, 60_000, 60_001, 9e7, -9e7]];
  body.batch.forEach((event, i) => {
    event.timestamp = new Date(Date.parse(sentAt) - ages[i]).toISOString();
  });
  await send(relay, body);
  await send(relay, body); // copies are not late
  assert.equal((await account(relay)).late, 2);
});

test('first and last seen are times of arrival, copies included', async (t) => {
  const times = ['12:00', '11:00', '13:00'].map((clock) => `2026-03-01T${clock}:00.000Z`);
  const relay = await start(t, { now: () => Date.parse(times.shift()) });
  for (const _ of span(1, 3)) await send(relay, ours(A, [0]));
  assert.deepEqual(only(await account(relay), 'firstSeen', 'lastSeen'),
    { firstSeen: '2026-03-01T11:00:00.000Z', lastSeen: '2026-03-01T13:00:00.000Z' });
});

test('the highest number of all is a number too', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0, 4294967295]));
  assert.deepEqual(only(await account(relay), 'expected', 'received', 'missing', 'gaps'),
    { expected: 4294967296, received: 2, missing: 4294967294, gaps: [[1, 4294967294]] });
});

test('two keys, two accounts', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0, 1]));
  await send(relay, ours(A, [1, 2], { writeKey: 'other' }));
  const { streams } = await ledger(relay, `?stream=${A}`);
  assert.deepEqual(streams.map((row) => only(row, 'writeKey', 'received', 'doubledOnTheWire')), [
    { writeKey: 'other', received: 1, doubledOnTheWire: 1 },
    { writeKey: 'key', received: 2, doubledOnTheWire: 0 },
  ]);
});

const WORDS = [
  null, 5, 'x', [], {}, { v: 1, stream: 's', last: 9 }, { stream: A.toUpperCase() },
  { stream: idIn(A, 1) }, { stream: [A] }, { stream: { toString: 1 } }, { last: 9 },
];

test('a word that is none makes no stream', async (t) => {
  const relay = await start(t);
  for (const firsthand of WORDS) {
    const { status, answer } = await send(relay, batch([track()], { firsthand }));
    assert.deepEqual([status, answer], [200, { success: true, ack: {} }]);
  }
  assert.equal((await ledger(relay)).totals.streams, 0);
});

test('what is wrong in a word is left out', async (t) => {
  const relay = await start(t);
  for (const last of [-1, 0.5, 4294967296, '7', null, 1e300, [7]]) {
    await send(relay, batch([], { firsthand: { stream: A, last } }));
  }
  for (const dropped of [5, 'xyz', [7], null, { a: -1, b: 0.5, c: '1', d: 0, e: 4294967296,
    'f g': 1, [`${'h'.repeat(41)}`]: 1, '': 1, good: 3, toString: 1 }]) {
    await send(relay, batch([], { firsthand: { stream: A, dropped } }));
  }
  await send(relay, `{"writeKey":"key","batch":[],
    "firsthand":{"stream":"${A}","dropped":{"__proto__":2}}}`);
  const { expected, dropped } = await account(relay);
  assert.equal(expected, 0);
  assert.deepEqual(Object.entries(dropped), [['__proto__', 2], ['good', 3], ['toString', 1]]);
});

test('at most 32 reasons are kept, the same in whatever order', async (t) => {
  const relay = await start(t);
  const say = (name, numbers) => send(relay, batch([], { firsthand: {
    stream: name, dropped: Object.fromEntries(numbers.map((n) => [`r${n}`, n])) } }));
  await say(A, span(10, 49));
  await say(A, span(50, 90));
  await say(B, span(50, 90));
  await say(B, span(10, 49));
  const { dropped } = await account(relay, A);
  assert.deepEqual(Object.values(dropped), span(10, 41));
  assert.deepEqual((await account(relay, B)).dropped, dropped);
});

// --- All streams -------------------------------------------------------------------

test('the totals sum up what the streams say', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0, 2], { dropped: { too_large: 1 } }));
  await send(relay, ours(B, [0, 4, 4], { dropped: { too_large: 1, refused: 1 } }));
  await send(relay, batch([track()]));
  const { success, totals, streams, next } = await ledger(relay);
  assert.equal(success, true);
  assert.deepEqual(totals, {
    streams: 2, expected: 8, received: 4, doubledOnTheWire: 1, doubledInTheStore: 0,
    dropped: { refused: 1, too_large: 2 }, missing: 1, late: 0,
  });
  assert.deepEqual(streams.map((row) => row.stream), [B, A], 'the newest first');
  assert.equal(next, null);
});

test('an empty ledger', async (t) => {
  assert.deepEqual(await ledger(await start(t)), {
    success: true,
    totals: {
      streams: 0, expected: 0, received: 0, missing: 0, doubledOnTheWire: 0,
      doubledInTheStore: 0, dropped: {}, late: 0,
    },
    streams: [], next: null,
  });
});

test('1,000 streams a page, and `next` leads to the others', async (t) => {
  const relay = await start(t);
  const names = span(1, 2100).map(stream);
  await send(relay, batch(names.map((name) => track({ messageId: name })), { firsthand: {} }));
  const seen = [];
  let page = await ledger(relay);
  for (; page.next !== null; page = await ledger(relay, `?after=${page.next}`)) {
    assert.equal(page.streams.length, 1000);
    seen.push(...page.streams);
  }
  seen.push(...page.streams);
  assert.deepEqual(seen.map((row) => row.stream), names.reverse());
  assert.equal(page.totals.received, 2100, 'the totals are of all');
});

test('the ranges of a page are bounded, and it says how far they go', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, span(0, 2399).filter((n) => n % 2 === 0)));
  const { gaps, gapsThrough, missing } = await account(relay);
  assert.equal(missing, 1199);
  assert.deepEqual([gaps.length, gaps.at(-1), gapsThrough], [1000, [1999, 1999], 2000]);
  await send(relay, ours(B, [1]));
  const [other, first] = (await ledger(relay)).streams;
  assert.deepEqual([first.gaps.length, first.gapsThrough], [10, 20]);
  assert.deepEqual(other.gaps, [[0, 0]], 'to each its own');
});

test('a question that is none is refused', async (t) => {
  const relay = await start(t);
  for (const query of ['?stream=', '?stream=x', `?stream=${idIn(A, 1)}`, '?after=-1',
    '?after=x', `?after=${'9'.repeat(16)}`]) {
    assert.equal((await fetch(`${relay.url}/ledger${query}`)).status, 400, query);
  }
  const wrong = await fetch(`${relay.url}/ledger`, { method: 'DELETE' });
  assert.equal(wrong.headers.get('allow'), 'GET, HEAD');
  const head = await fetch(`${relay.url}/ledger`,
    { method: 'HEAD', headers: { Origin: 'https://other.example' } });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('access-control-allow-origin'), null);
});

test('doubledInTheStore is looked up: a store without the rule is found out', () => {
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, messageId TEXT, receivedAt TEXT);
    CREATE TABLE renamed (id TEXT, messageId TEXT);
    CREATE TABLE days (day, type, age, stored);
    CREATE TABLE streams (seq INTEGER PRIMARY KEY, writeKey, stream, through, last,
      stored, doubled, late, dropped, firstSeen, lastSeen)`);
  const insert = db.prepare('INSERT INTO events (messageId) VALUES (?)');
  for (const id of [idIn(A, 0), idIn(A, 0), idIn(A, 1), idIn(B, 0), 'x', 'x', 'x']) insert.run(id);
  const row = db.prepare("INSERT INTO streams VALUES (?, 'k', ?, 0, 0, 1, 0, 0, '{}', '', '')");
  row.run(1, A);
  row.run(2, B);
  const { totals, streams } = createLedger(db).view(new URLSearchParams());
  assert.equal(totals.doubledInTheStore, 3);
  assert.deepEqual(streams.map((found) => found.doubledInTheStore), [0, 1]);
});
