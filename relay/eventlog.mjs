// The durable log: events in the order of their arrival, each once, on SQLite.
// It knows rows and positions, nothing of HTTP or of what an event means.
import Database from 'better-sqlite3';
import { createConsumers } from './consumers.mjs';
import { createGaps } from './gaps.mjs';
import { createGroup } from './group.mjs';
import { createLedger } from './ledger.mjs';
import { WALK_ROWS } from './limits.mjs';
import { createRetention } from './retention.mjs';
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
 * `append` is durable when it resolves: WAL with synchronous FULL syncs the log
 * file at each commit (sqlite.org/pragma.html#pragma_synchronous). Requests of
 * the same few ms share a commit (`group.mjs`).
 *
 * @param {string} file path, or ':memory:'.
 * @returns the log:
 *  - `append(events, batch?) → Promise<{stored, duplicates, through?}>`: all of
 *    it or, when it rejects, nothing; an event whose messageId is known
 *    is counted in `duplicates` and changes nothing. With a batch `through` is
 *    a Map: for each stream that it touched, the number up to which everything
 *    is stored, -1 for none;
 *  - `read(after, limit) → rows`: what stands behind position `after`, as
 *    `{seq, messageId, type, writeKey, receivedAt, body}`;
 *  - `last() → position` of the newest event, 0 when there is none;
 *  - `before(n) → position` behind which the newest n events stand;
 *  - `count() → n`: reads the whole index, so not for every request;
 *  - `through(stream) → number`: as above, -1 for an unknown stream;
 *  - `gaps(stream, first, last, limits)`: see `gaps.mjs`;
 *  - `ledger`: see `ledger.mjs`;
 *  - `subscribe(listener) → unsubscribe`: the listener is called, without
 *    arguments and never inside `append`, after events were stored;
 *  - `consumer(name, {start}) → {read, ack, dead, wait, close}`: reads the log
 *    under a name that has a durable cursor, see below;
 *  - `consumers() → {name, position}[]`: every name that ever was one, with
 *    what it has acknowledged;
 *  - `deadLetters(name, {after, limit}) → Promise<rows>`: what the consumer put
 *    aside, with `reason`, `deadAt` and an `id` by which `after` goes;
 *  - `replay(name, deliver, {limit}) → Promise<{delivered, failed}>`: calls
 *    `deliver(row)` for each dead letter, oldest first. One that resolves is
 *    removed, one that rejects stays, with the new reason;
 *  - `retain({days, rows, unread}) → Promise<{removed}>`: removes what is older
 *    than `days`, and all but the newest `rows`, but only what every consumer
 *    has acknowledged, unless `unread` is true. What the ledger says of streams
 *    that ended before the oldest event left goes too; dead letters stay;
 *  - `close() → Promise`: finishes what waits.
 *
 * A consumer, one at a time for each name, is at-least-once and in order:
 *
 *  - `start`: 'first' (default) for all that is kept, 'next' for what is stored
 *    from now on; it counts for a new name only;
 *  - `read(limit) → Promise<rows>`: the next ones, [] when there are none;
 *  - `ack(position) → Promise`: done with all that was read up to this `seq`,
 *    dead letters included. What is not acknowledged comes again, to the next
 *    consumer of that name;
 *  - `dead(row, reason) → Promise`: keeps a row aside that cannot be delivered.
 *    It is still to be acknowledged;
 *  - `wait() → Promise<boolean>`: true once `read` has something; false when the
 *    consumer was closed;
 *  - `close() → Promise`.
 *
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

  function insert(events, batch) {
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
  }

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

  const group = createGroup(db);
  const readers = {
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
  };
  const { closeConsumers, ...consumers } = createConsumers(db, readers, group.run);

  return {
    async append(events, batch) {
      const done = await group.run(() => insert(events, batch), events.length);
      if (done.stored > 0) announce();
      return { ...done, duplicates: events.length - done.stored };
    },
    ...readers,
    ...consumers,
    ...createRetention(db, group.run),
    async close() {
      closeConsumers();
      listeners.clear();
      group.flush();
      db.close();
    },
  };
}
