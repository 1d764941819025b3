// The ledger: what was sent, stored, doubled, dropped, missing and late, and
// that it is what the events themselves say.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { openEventLog } from '../../relay/eventlog.mjs';
import { createLedger } from '../../relay/ledger.mjs';
import {
  batch, idIn, ledger, ours, place, post, span, spawnRelay, start, stream,
  track, until,
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
  assert.deepEqual(only(await account(relay), 'expected', 'received'), { expected: 1, received: 1 });
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

test('doubledInTheStore is looked up: a store without the rule is found out', (t) => {
  const log = openEventLog(join(place(t), 'e.db'));
  t.after(() => log.close());
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, messageId TEXT);
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

// --- With the events, or not at all --------------------------------------------------

/** All accounts of a file, in an order of their own. */
function rows(db) {
  const log = openEventLog(db);
  const { streams } = log.ledger.view(new URLSearchParams());
  log.close();
  const nameOf = (row) => `${row.stream} ${row.writeKey}`;
  return streams.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Has the table counted anew. */
function recount(file) {
  change(file, 'DROP TABLE streams');
  return rows(file);
}

function change(file, sql) {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

test('a failure in the middle keeps neither events nor counts', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0]));
  change(relay.db, `CREATE TRIGGER no BEFORE UPDATE ON streams
    BEGIN SELECT raise(ABORT, 'no'); END`);
  const before = rows(relay.db);
  assert.equal((await send(relay, ours(A, [1]))).status, 503);
  assert.equal(relay.log.count(), 1);
  assert.deepEqual(rows(relay.db), before);
  change(relay.db, 'DROP TRIGGER no');
  assert.deepEqual((await send(relay, ours(A, [1]))).answer.ack, { [A]: 1 });
});

test('kill -9 under load: the ledger is what the events say', async (t) => {
  const db = join(place(t), 'e.db');
  for (const life of [1, 2]) {
    const { child, ended, url } = await spawnRelay(t, '--db', db);
    const acks = new Map();
    const sender = async (name) => {
      for (let n = 0; ; n += 10) {
        // The same numbers in each life: what came before comes as copies.
        const { answer } = await post(`${url}/v1/b`, ours(name, span(n, n + 9)));
        acks.set(name, answer.ack[name]);
      }
    };
    const senders = [1, 2, 3].map((n) => sender(stream(n)).catch(() => {}));
    await until(() => acks.size === 3 && Math.min(...acks.values()) >= 100 * life);
    child.kill('SIGKILL');
    await Promise.all([ended, ...senders]);
    const counted = rows(db);
    for (const row of counted) assert.ok(row.through >= acks.get(row.stream), row.stream);
    assert.deepEqual(recount(db), counted);
  }
});

// --- Counted anew --------------------------------------------------------------------

test('an event that is nested deeper than SQLite reads is counted too', async (t) => {
  const relay = await start(t);
  const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`;
  const body = JSON.stringify(ours(A, [0])).replace('"Signed Up"', `"e","properties":{"a":${deep}}`);
  assert.equal((await send(relay, body)).status, 200);
  const counted = rows(relay.db);
  await relay.close();
  assert.deepEqual(recount(relay.db), counted);
});

/** A file as the relay of version 1 left it. */
function versionOne(file, insert) {
  const db = new Database(file);
  db.exec(`
    CREATE TABLE events (
      seq        INTEGER PRIMARY KEY AUTOINCREMENT,
      messageId  TEXT NOT NULL UNIQUE,
      type       TEXT NOT NULL,
      writeKey   TEXT NOT NULL,
      receivedAt TEXT NOT NULL,
      body       TEXT NOT NULL
    ) STRICT;
    CREATE TABLE batches (
      seq        INTEGER PRIMARY KEY AUTOINCREMENT,
      writeKey   TEXT NOT NULL,
      receivedAt TEXT NOT NULL,
      sentAt     TEXT,
      firsthand  TEXT NOT NULL
    ) STRICT;
    PRAGMA user_version = 1;`);
  const event = db.prepare(`INSERT INTO events (messageId, type, writeKey, receivedAt, body)
    VALUES (?, 'track', 'key', ?, ?)`);
  const word = db.prepare(`INSERT INTO batches (writeKey, receivedAt, firsthand)
    VALUES ('key', ?, ?)`);
  db.exec('BEGIN');
  insert({
    event: (messageId, receivedAt, timestamp = receivedAt) =>
      event.run(messageId, receivedAt, JSON.stringify({ messageId, timestamp })),
    word: (receivedAt, firsthand) => word.run(receivedAt, JSON.stringify(firsthand)),
  });
  db.exec('COMMIT');
  db.close();
}

test('a file of version 1 is brought up to date and goes on', async (t) => {
  const db = join(place(t), 'e.db');
  const [noon, later] = ['2026-03-01T12:00:00.000Z', '2026-03-01T12:05:00.000Z'];
  versionOne(db, ({ event, word }) => {
    event(idIn(A, 0), noon);
    event(idIn(A, 1), noon, '2026-03-01T11:00:00.000Z');
    word(noon, { v: 1, stream: A, first: 0, last: 1, dropped: {} });
    event('someone-else', noon);
    event(idIn(stream(3), 0), noon); // of our form, but no batch named it
    event(idIn(A, 4), later);
    word(later, { v: 1, stream: A, first: 4, last: 4, dropped: { too_large: 1 } });
    word(later, { dropped: { age: 1 } });
  });
  const relay = await start(t, { db });
  assert.deepEqual(only(await account(relay), 'expected', 'received', 'doubledOnTheWire',
    'dropped', 'missing', 'late', 'through', 'gaps', 'firstSeen', 'lastSeen'), {
    expected: 5, received: 3, doubledOnTheWire: 0, dropped: { too_large: 1 }, missing: 1,
    late: 1, through: 1, gaps: [[2, 3]], firstSeen: noon, lastSeen: later,
  });
  assert.equal((await ledger(relay)).totals.streams, 1);
  assert.deepEqual((await send(relay, ours(A, [1, 2, 3]))).answer.ack, { [A]: 4 });
  assert.equal((await account(relay)).doubledOnTheWire, 1);
  const counted = rows(db);
  await relay.close();
  assert.deepEqual(recount(db), counted, 'old and new rows together');
});

test('a large file is counted page by page', (t) => {
  const file = join(place(t), 'e.db');
  const numbers = span(0, 24_999);
  versionOne(file, ({ event, word }) => {
    for (const n of numbers) event(idIn(A, n), 'then');
    word('then', { stream: A, last: 24_999 });
  });
  assert.deepEqual(only(rows(file)[0], 'expected', 'received', 'through', 'gaps'),
    { expected: 25_000, received: 25_000, through: 24_999, gaps: [] });
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32's idea). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A batch as it may come: late, doubled, with gaps, mixed, out of order. */
function anyBatch(next) {
  const below = (n) => Math.floor(next() * n);
  const name = stream(1 + below(4));
  const numbers = span(1, below(12)).map(() => below(60)).concat(
    next() < 0.5 ? span(0, below(30)) : []);
  const dropped = next() < 0.3 ? undefined
    : { too_large: below(5), [`r${below(40)}`]: below(9) };
  const body = ours(name, numbers,
    { dropped, writeKey: next() < 0.1 ? 'other' : 'key' });
  if (next() < 0.1) delete body.firsthand;
  else if (next() < 0.1) body.firsthand.stream = 's';
  if (next() < 0.2) {
    body.batch.push(...ours(stream(5 + below(3)), [below(9), below(9)]).batch, track());
  }
  for (const event of body.batch) {
    if (next() < 0.2) event.timestamp = new Date(1.7e12 - below(3) * 40_000).toISOString();
  }
  return body;
}

/** The ledger as a simple mind keeps it. */
function createModel() {
  const stores = new Set();
  const accounts = new Map();
  const of = (key, name) => {
    const at = `${name} ${key}`;
    if (!accounts.has(at)) accounts.set(at, { stored: 0, doubled: 0, last: -1, dropped: {} });
    return accounts.get(at);
  };
  return {
    accounts, stores,
    take({ writeKey, batch: events, firsthand }) {
      if (firsthand?.stream?.length === 36) {
        const mine = of(writeKey, firsthand.stream);
        mine.last = Math.max(mine.last, firsthand.last ?? -1);
        for (const [reason, n] of Object.entries(firsthand.dropped ?? {})) {
          if (n) mine.dropped[reason] = Math.max(n, mine.dropped[reason] ?? 0);
        }
      }
      for (const { messageId } of events) {
        const isNew = !stores.has(messageId);
        stores.add(messageId);
        if (!firsthand || !messageId.startsWith('5eed')) continue;
        const mine = of(writeKey, `${messageId.slice(0, 28)}00000000`);
        if (!isNew) mine.doubled += 1;
        else {
          mine.stored += 1;
          mine.last = Math.max(mine.last, parseInt(messageId.slice(28), 16));
        }
      }
    },
  };
}

for (const seed of span(1, 12)) {
  test(`random batches, seed ${seed}: counted at once, counted anew, counted simply`, async (t) => {
    const next = random(seed);
    let clock = 1.7e12;
    const now = () => { clock += Math.floor((next() - 0.3) * 1e4); return clock; };
    const db = join(place(t), 'e.db');
    const model = createModel();
    let relay = await start(t, { db, now });
    for (const _ of span(1, 60)) {
      const body = anyBatch(next);
      const { status, answer } = await send(relay, body);
      assert.equal(status, 200);
      model.take(body);
      for (const [name, number] of Object.entries(answer.ack ?? {})) {
        for (const n of span(0, number)) assert.ok(model.stores.has(idIn(name, n)));
        const { last } = model.accounts.get(`${name} ${body.writeKey}`);
        assert.ok(number === last || !model.stores.has(idIn(name, number + 1)),
          'all that can be said');
      }
      if (next() < 0.05) {
        await relay.close();
        relay = await start(t, { db, now });
      }
    }
    await relay.close();
    const counted = rows(db);
    assert.deepEqual(
      counted.map((row) => [`${row.stream} ${row.writeKey}`, {
        stored: row.received, doubled: row.doubledOnTheWire, last: row.expected - 1,
        dropped: row.dropped,
      }]),
      [...model.accounts].sort());
    assert.deepEqual(recount(db), counted);
  });
}
