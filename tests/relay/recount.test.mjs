// The ledger is what the events say: counted with them or not at all, and the
// same when it is counted anew, after a crash or from a file of version 1.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { openEventLog } from '../../relay/eventlog.mjs';
import {
  idIn, ledger, ours, place, post, span, spawnRelay, start, stored, stream, track, until,
} from './help.mjs';

const A = stream(1);
const B = stream(2);

const send = (relay, body) => post(`${relay.url}/v1/b`, body);

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

// --- Named by the page ---------------------------------------------------------------

test('an event that the page has named has its place in the stream', async (t) => {
  const relay = await start(t);
  const named = ours(A, [0, 1, 2]);
  named.batch[1] = { ...named.batch[1], messageId: 'order-1001', firsthandId: idIn(A, 1) };
  assert.deepEqual((await send(relay, named)).answer.ack, { [A]: 2 });
  assert.deepEqual(relay.log.gaps(A, 0, 3, { rows: 9, ranges: 9 }).ranges, [[3, 3]]);
  const [, event] = stored(relay);
  assert.equal(event.messageId, 'order-1001');
  assert.equal(event.firsthandId, undefined);

  // Named the same, elsewhere: one event, and no number is missing.
  const again = ours(B, [0]);
  again.batch[0] = { ...named.batch[1], firsthandId: idIn(B, 0) };
  assert.deepEqual((await send(relay, again)).answer.ack, { [B]: 0 });
  assert.equal(relay.log.count(), 3);

  await send(relay, named);
  assert.equal(relay.log.count(), 3);
  const [counted] = rows(relay.db);
  assert.equal(counted.through, 2);
  assert.equal(counted.doubledOnTheWire, 3);
  await relay.close();
  assert.equal(recount(relay.db)[0].through, 2);
});

// --- Counted anew --------------------------------------------------------------------

test('an event that is nested deeper than SQLite reads is counted too', async (t) => {
  const relay = await start(t);
  const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`;
  const receivedAt = new Date().toISOString();
  const { firsthand, batch: [event] } = ours(A, [0]);
  const body = JSON.stringify({ ...event, timestamp: receivedAt, properties: 0 }).replace('"properties":0', `"properties":{"a":${deep}}`);
  await relay.log.append([{ ...event, receivedAt, timestamp: receivedAt, writeKey: 'key', body }],
    { writeKey: 'key', receivedAt, sentAt: null, firsthand: JSON.stringify(firsthand) });
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
  const { totals, streams: [account] } = await ledger(relay);
  assert.equal(totals.streams, 1);
  assert.deepEqual(account, {
    writeKey: 'key', stream: A,
    expected: 5, received: 3, doubledOnTheWire: 0, doubledInTheStore: 0,
    dropped: { too_large: 1 }, missing: 1, late: 1,
    through: 1, gaps: [[2, 3]], gapsThrough: 4, firstSeen: noon, lastSeen: later,
  });
  assert.deepEqual((await send(relay, ours(A, [1, 2, 3]))).answer.ack, { [A]: 4 });
  assert.equal((await ledger(relay)).totals.doubledOnTheWire, 1);
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
  const [{ expected, received, through }] = rows(file);
  assert.deepEqual([expected, received, through], [25_000, 25_000, 24_999]);
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
