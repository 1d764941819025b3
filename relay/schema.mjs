// The database's tables and how a file of an older relay gets them.
import { fillDays, TABLE as DAYS } from './days.mjs';
import { rebuildStreams } from './rebuild.mjs';
import { ensureStreams } from './streams.mjs';

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
`, `
  -- The batch that brought the event; NULL: it had no block; 0: not known.
  ALTER TABLE events ADD COLUMN batch INTEGER DEFAULT 0;
  -- JSON, by stream: copies of what was stored already; NULL: none.
  ALTER TABLE batches ADD COLUMN doubled TEXT;
`, `
  -- Our own ids of events whose messageId the page has chosen.
  CREATE TABLE renamed (
    id        TEXT PRIMARY KEY,
    messageId TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX renamedTo ON renamed (messageId);
`, `
  -- In the index of a shared log: where the event stands there.
  ALTER TABLE events ADD COLUMN origin INTEGER;
  -- And up to where the index has read it, for each of its parts.
  CREATE TABLE cursors (
    part     INTEGER PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT;
  -- What each consumer has acknowledged.
  CREATE TABLE consumers (
    name     TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  -- Copies of events that a consumer could not deliver.
  CREATE TABLE dead (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer   TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    messageId  TEXT NOT NULL,
    type       TEXT NOT NULL,
    writeKey   TEXT NOT NULL,
    receivedAt TEXT NOT NULL,
    body       TEXT NOT NULL,
    reason     TEXT NOT NULL,
    deadAt     TEXT NOT NULL,
    UNIQUE (consumer, messageId)
  ) STRICT;
`, DAYS];

// The entry that makes the table of days: a file that is older has events to count.
const WITH_DAYS = 5;

/**
 * Brings a database to the present version, inside the caller's transaction.
 * The table `streams` only sums up the others: where it is missing (a file of
 * version 1, or someone deleted it to have it counted anew) it is made from
 * them, which takes about 7 s for a million events.
 *
 * @param {import('better-sqlite3').Database} db
 * @throws when a newer relay made it.
 */
export function migrate(db) {
  const version = db.pragma('user_version', { simple: true });
  if (version > MIGRATIONS.length) {
    throw new Error(`The database ${db.name} has version ${version}; this `
      + `relay knows versions up to ${MIGRATIONS.length}. Use a newer relay.`);
  }
  for (const step of MIGRATIONS.slice(version)) db.exec(step);
  db.pragma(`user_version = ${MIGRATIONS.length}`);
  if (ensureStreams(db)) rebuildStreams(db);
  if (version > 0 && version < WITH_DAYS) fillDays(db);
}
