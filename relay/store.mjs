// The events in SQLite: how they are put in and read. What makes a log of it is
// in `eventlog.mjs`, for one process, and `sharedlog.mjs`, for several.
import Database from 'better-sqlite3';
import { createDays } from './days.mjs';
import { createGaps } from './gaps.mjs';
import { createGroup } from './group.mjs';
import { createLedger } from './ledger.mjs';
import { WALK_ROWS } from './limits.mjs';
import { migrate } from './schema.mjs';
import { numberOf } from './stream.mjs';
import { createStreams } from './streams.mjs';

// Another process may hold the file's lock. While we wait for it every other
// request waits too, so not long: a sender told to come back loses nothing.
const LOCK_WAIT_MS = 1000;

/**
 * Opens the database in `file`, or makes it.
 *
 * @param {string} file path, or ':memory:'.
 * @param {{synchronous: 'FULL'|'NORMAL'}} options FULL syncs the file at each
 *   commit (sqlite.org/pragma.html#pragma_synchronous).
 * @returns the store:
 *  - `readers`: `read`, `last`, `before`, `count`, `through`, `gaps`, `ledger`
 *    and `subscribe` of `openEventLog`;
 *  - `insert(event, batch, tally?) → boolean`: whether it was new; `batch` is
 *    the column of that name;
 *  - `count(events)`: those of them that were new, by day;
 *  - `insertBatch(batch) → seq`, `setDoubled(seq, {stream: n})`;
 *  - `merge(tally) → Map`: counts it into the streams; by stream, the number up
 *    to which everything is stored;
 *  - `run(job, size?)`, `flush()`: see `group.mjs`; those above are to be
 *    called inside of a job;
 *  - `announce()`: to the subscribers, later;
 *  - `db`, `close()`.
 * @throws when the file cannot be opened, is no database, or was made by a
 *   newer relay.
 */
export function openStore(file, { synchronous }) {
  const db = new Database(file, { timeout: LOCK_WAIT_MS });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${synchronous}`);
    db.pragma('secure_delete = ON'); // what is removed is overwritten
    db.transaction(migrate).immediate(db);
  } catch (error) {
    db.close();
    throw error;
  }

  const insertEvent = db.prepare(`
    INSERT INTO events (messageId, type, writeKey, receivedAt, body, batch, origin)
    VALUES (?, ?, ?, ?, ?, ?, ?)
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

  const days = createDays(db);
  const streams = createStreams(db);
  const { gaps } = createGaps(db);
  const ledger = createLedger(db);
  const group = createGroup(db);
  const listeners = new Set();
  let announced = false;

  return {
    db,
    ...group,
    insert(event, batch, tally) {
      const { messageId, type, writeKey, receivedAt, body, id, origin } = event;
      const { changes } = insertEvent.run(
        messageId, type, writeKey, receivedAt, body, batch, origin ?? null);
      if (numberOf(id) !== undefined) insertRenamed.run(id, messageId);
      tally?.event(event, changes > 0);
      return changes > 0;
    },
    count: days.add,
    insertBatch: (batch) => insertBatch.run(batch).lastInsertRowid,
    setDoubled: (seq, doubled) => setDoubled.run(JSON.stringify(doubled), seq),
    merge(tally) {
      const limits = { rows: WALK_ROWS };
      return new Map(tally.deltas().map((delta) =>
        [delta.stream, streams.merge(delta, limits)]));
    },
    // Later and once for many commits: a listener can neither delay an answer
    // nor make a failure of what is already stored.
    announce() {
      if (announced) return;
      announced = true;
      setImmediate(() => {
        announced = false;
        for (const listener of listeners) listener();
      });
    },
    readers: {
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
    },
    close() {
      listeners.clear();
      group.flush();
      db.close();
    },
  };
}
