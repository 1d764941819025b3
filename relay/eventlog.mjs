// The durable log: events in the order of their arrival, each once, on SQLite.
// It knows rows and positions, nothing of HTTP or of what an event means.
import Database from 'better-sqlite3';

// Entry n brings a file from version n to n + 1 (PRAGMA user_version). Entries
// are only ever added. AUTOINCREMENT: a position is never given twice, so a
// reader's cursor stays right when old rows are deleted. A duplicate uses one
// up, so there are gaps.
const MIGRATIONS = [`
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
`];

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
 *  - `append(events, batch?) → {stored, duplicates}`: all in one transaction
 *    or, when it throws, nothing; an event whose messageId is known is counted
 *    in `duplicates` and changes nothing;
 *  - `read(after, limit) → rows`: what stands behind position `after`;
 *  - `last() → position` of the newest event, 0 when there is none;
 *  - `before(n) → position` behind which the newest n events stand;
 *  - `count() → n`: reads the whole index, so not for every request;
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
    INSERT INTO events (messageId, type, writeKey, receivedAt, body)
    VALUES (@messageId, @type, @writeKey, @receivedAt, @body)
    ON CONFLICT (messageId) DO NOTHING`);
  const insertBatch = db.prepare(`
    INSERT INTO batches (writeKey, receivedAt, sentAt, firsthand)
    VALUES (@writeKey, @receivedAt, @sentAt, @firsthand)`);
  const select = db.prepare(`
    SELECT seq, messageId, type, writeKey, receivedAt, body
    FROM events WHERE seq > ? ORDER BY seq LIMIT ?`);
  const selectLast = db.prepare('SELECT max(seq) FROM events').pluck();
  const selectBefore = db.prepare(
    'SELECT seq FROM events ORDER BY seq DESC LIMIT 1 OFFSET ?').pluck();
  const selectCount = db.prepare('SELECT count(*) FROM events').pluck();

  const commit = db.transaction((events, batch) => {
    let stored = 0;
    for (const event of events) stored += insertEvent.run(event).changes;
    if (batch) insertBatch.run(batch);
    return stored;
  });

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
      const stored = commit.immediate(events, batch);
      if (stored > 0) announce();
      return { stored, duplicates: events.length - stored };
    },
    read: (after, limit) => select.all(after, limit),
    last: () => selectLast.get() ?? 0,
    before: (n) => selectBefore.get(n) ?? 0,
    count: () => selectCount.get(),
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

function migrate(db) {
  const version = db.pragma('user_version', { simple: true });
  if (version > MIGRATIONS.length) {
    throw new Error(`The database ${db.name} has version ${version}; this `
      + `relay knows versions up to ${MIGRATIONS.length}. Use a newer relay.`);
  }
  for (const step of MIGRATIONS.slice(version)) db.exec(step);
  db.pragma(`user_version = ${MIGRATIONS.length}`);
}
