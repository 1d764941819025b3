// The durable log: events in the order of their arrival, each once, on SQLite.
// It knows rows and positions, nothing of HTTP or of what an event means.
import Database from 'better-sqlite3';
import { createGaps } from './gaps.mjs';
import { createLedger } from './ledger.mjs';
import { WALK_ROWS } from './limits.mjs';
import { migrate } from './schema.mjs';
import { numberOf } from './stream.mjs';
import { createStreams } from './streams.mjs';
import { createTally } from './tally.mjs';

// Another process may hold the file's lock. While we wait for it every other
// request waits too, so not long: a sender told to come back loses nothing.
const LOCK_WAIT_MS = 1000;

/**
 * Opens the log in `file`, or makes it.
 *
 * `append` is durable when it returns: WAL with synchronous FULL syncs the log
 * file at each commit (sqlite.org/pragma.html#pragma_synchronous).
 *
 * @param {string} file path, or ':memory:'.
 * @returns the log:
 *  - `append(events, batch?) → {stored, duplicates, through?}`: all in one
 *    transaction or, when it throws, nothing; an event whose messageId is known
 *    is counted in `duplicates` and changes nothing. With a batch `through` is
 *    a Map: for each stream that it touched, the number up to which everything
 *    is stored, -1 for none;
 *  - `read(after, limit) → rows`: what stands behind position `after`;
 *  - `last() → position` of the newest event, 0 when there is none;
 *  - `before(n) → position` behind which the newest n events stand;
 *  - `count() → n`: reads the whole index, so not for every request;
 *  - `through(stream) → number`: as above, -1 for an unknown stream;
 *  - `gaps(stream, first, last, limits)`: see `gaps.mjs`;
 *  - `ledger`: see `ledger.mjs`;
 *  - `subscribe(listener) → unsubscribe`: the listener is called, without
 *    arguments and never inside `append`, after events were stored;
 *  - `close()`.
 * @throws when the file cannot be opened, is no database, or was made by a
 *   newer relay.
 */
export function openEventLog(file) {
  const db = new Database(file, { timeout: LOCK_WAIT_MS });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.transaction(migrate).immediate(db);
  } catch (error) {
    db.close();
    throw error;
  }

  const insertEvent = db.prepare(`
    INSERT INTO events (messageId, type, writeKey, receivedAt, body, batch)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (messageId) DO NOTHING`);
  const insertRenamed = db.prepare(
    'INSERT INTO renamed (id, messageId) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const insertBatch = db.prepare(`
    INSERT INTO batches (writeKey, receivedAt, sentAt, firsthand)
    VALUES (@writeKey, @receivedAt, @sentAt, @firsthand)`);
  const setDoubled = db.prepare('UPDATE batches SET doubled = ? WHERE seq = ?');
  const select = db.prepare(`
    SELECT seq, messageId, type, writeKey, receivedAt, body
    FROM events WHERE seq > ? ORDER BY seq LIMIT ?`);
  const selectLast = db.prepare('SELECT max(seq) FROM events').pluck();
  const selectBefore = db.prepare(
    'SELECT seq FROM events ORDER BY seq DESC LIMIT 1 OFFSET ?').pluck();
  const selectCount = db.prepare('SELECT count(*) FROM events').pluck();

  const streams = createStreams(db);
  const { gaps } = createGaps(db);
  const ledger = createLedger(db);

  const commit = db.transaction((events, batch) => {
    if (!batch) return { stored: insertAll(events, null) };
    const { lastInsertRowid } = insertBatch.run(batch);
    const tally = createTally();
    tally.batch(batch);
    const stored = insertAll(events, lastInsertRowid, tally);
    const limits = { rows: WALK_ROWS };
    const through = new Map();
    const doubled = {};
    for (const delta of tally.deltas()) {
      through.set(delta.stream, streams.merge(delta, limits));
      if (delta.doubled > 0) doubled[delta.stream] = delta.doubled;
    }
    if (Object.keys(doubled).length > 0) {
      setDoubled.run(JSON.stringify(doubled), lastInsertRowid);
    }
    return { stored, through };
  });

  function insertAll(events, batch, tally) {
    let stored = 0;
    for (const event of events) {
      const { messageId, type, writeKey, receivedAt, body, id } = event;
      const { changes } = insertEvent.run(
        messageId, type, writeKey, receivedAt, body, batch);
      const renamed = numberOf(id) !== undefined;
      if (renamed) insertRenamed.run(id, messageId);
      tally?.event(renamed ? { ...event, messageId: id } : event, changes > 0);
      stored += changes;
    }
    return stored;
  }

  const listeners = new Set();
  let announced = false;

  // Later and once for many commits: a listener can neither delay an answer
  // nor make a failure of what is already stored.
  function announce() {
    if (announced) return;
    announced = true;
    setImmediate(() => {
      announced = false;
      for (const listener of listeners) listener();
    });
  }

  return {
    append(events, batch) {
      const done = commit.immediate(events, batch);
      if (done.stored > 0) announce();
      return { ...done, duplicates: events.length - done.stored };
    },
    read: (after, limit) => select.all(after, limit),
    last: () => selectLast.get() ?? 0,
    before: (n) => selectBefore.get(n) ?? 0,
    count: () => selectCount.get(),
    through: streams.through,
    gaps,
    ledger,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      listeners.clear();
      db.close();
    },
  };
}
