// The table `days`: how many events of each type were stored on each day (UTC), and
// how long after they happened. Kept in the same transaction as the events, so a
// day is read without walking a million of them.

/**
 * The upper ends of the classes of age, in ms; there is one more above the last.
 * Age is `receivedAt` − `timestamp`, and `timestamp` is corrected by when the sender
 * sent (ingest.mjs): so it is the time from the call to the sending, by the sender's
 * own clock. The way over the network is not in it, since two clocks cannot tell.
 */
export const AGES_MS = [100, 300, 1000, 3000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000];

export const TABLE = `
  CREATE TABLE days (
    day    TEXT NOT NULL,
    type   TEXT NOT NULL,
    age    INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    PRIMARY KEY (day, type, age)
  ) STRICT, WITHOUT ROWID;
`;

const ADD = `
  INSERT INTO days (day, type, age, stored) VALUES (?, ?, ?, ?)
  ON CONFLICT (day, type, age) DO UPDATE SET stored = stored + excluded.stored`;

export const dayOf = (time) => time.slice(0, 10);

function ageOf({ receivedAt, timestamp }) {
  const ms = Date.parse(receivedAt) - Date.parse(timestamp);
  const age = AGES_MS.findIndex((end) => ms <= end);
  return age < 0 ? AGES_MS.length : age;
}

/** Counts by [day, type, age]. */
function createCount() {
  const counts = new Map();
  return {
    add(event) {
      const key = JSON.stringify([dayOf(event.receivedAt), event.type, ageOf(event)]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    rows: () => [...counts].map(([key, stored]) => [...JSON.parse(key), stored]),
  };
}

/**
 * @param {import('better-sqlite3').Database} db with the table.
 * @returns {{add: (events: object[]) => void}} counts events that have just been
 *   stored; inside their transaction.
 */
export function createDays(db) {
  const insert = db.prepare(ADD);
  return {
    add(events) {
      const count = createCount();
      events.forEach(count.add);
      for (const row of count.rows()) insert.run(row);
    },
  };
}

/** Fills an empty table from the events: about 3 s for a million. */
export function fillDays(db) {
  const count = createCount();
  for (const row of db.prepare('SELECT type, receivedAt, body FROM events').iterate()) {
    count.add({ ...row, timestamp: JSON.parse(row.body).timestamp });
  }
  const insert = db.prepare(ADD);
  for (const row of count.rows()) insert.run(row);
}
