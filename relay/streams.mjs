// The table `streams`: one row for each stream and writeKey, kept in the same
// transaction as the events it counts.
import { mostDropped } from './block.mjs';
import { createGaps } from './gaps.mjs';

// `last`: the highest number that was stored or said, -1 for none. `through`:
// as far as the row's last change knew, every number from 0 to it is stored, -1
// when 0 is not; it is at most `last`, and never falls.
// `doubled`: copies of what was stored already. `dropped`: JSON, by reason.
// The rows' order is that of the first mention. The stream stands first in the
// index, so that it can be found without its writeKey.
const TABLE = `
  CREATE TABLE streams (
    seq       INTEGER PRIMARY KEY,
    writeKey  TEXT NOT NULL,
    stream    TEXT NOT NULL,
    through   INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    stored    INTEGER NOT NULL,
    doubled   INTEGER NOT NULL,
    late      INTEGER NOT NULL,
    dropped   TEXT NOT NULL,
    firstSeen TEXT NOT NULL,
    lastSeen  TEXT NOT NULL,
    UNIQUE (stream, writeKey)
  ) STRICT;
`;

/** Makes the table where it is missing. @returns {boolean} whether it was. */
export function ensureStreams(db) {
  const found = db.prepare(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'streams'").get();
  if (!found) db.exec(TABLE);
  return !found;
}

/**
 * @param {import('better-sqlite3').Database} db with the table.
 * @returns the streams:
 *  - `merge(delta, limits) → through`: adds what a tally counted; to be called
 *    inside a transaction, after the events were stored; `limits` bounds the
 *    search (gaps.mjs);
 *  - `through(stream) → number`: -1 for a stream that is not known.
 */
export function createStreams(db) {
  const { firstGap } = createGaps(db);
  const select = db.prepare(`
    SELECT seq, through, last, dropped FROM streams
    WHERE stream = ? AND writeKey = ?`);
  const insert = db.prepare(`
    INSERT INTO streams (stream, writeKey, through, last, dropped,
      stored, doubled, late, firstSeen, lastSeen)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const update = db.prepare(`
    UPDATE streams SET through = ?, last = ?, dropped = ?,
      stored = stored + ?, doubled = doubled + ?, late = late + ?,
      firstSeen = min(firstSeen, ?), lastSeen = max(lastSeen, ?)
    WHERE seq = ?`);
  const selectThrough = db.prepare(
    'SELECT max(through) FROM streams WHERE stream = ?').pluck();

  function merge(delta, limits) {
    const { stream, writeKey } = delta;
    const known = select.get(stream, writeKey);
    const last = Math.max(known?.last ?? -1, delta.last);
    const through = reach(delta, known?.through ?? -1, last, limits);
    const dropped = mergeDropped(known?.dropped ?? '{}', delta.dropped);
    const { stored, doubled, late, firstSeen, lastSeen } = delta;
    const values = [through, last, dropped, stored, doubled, late, firstSeen, lastSeen];
    if (known) update.run(...values, known.seq);
    else insert.run(stream, writeKey, ...values);
    return through;
  }

  // From what came with this request, and only where there is more from the
  // index: a stream without a gap costs no search.
  function reach({ stream, from, to }, known, last, limits) {
    const through = from <= known + 1 ? Math.max(known, to) : known;
    if (through >= last) return last;
    return Math.min(firstGap(stream, through + 1, limits) - 1, last);
  }

  return { merge, through: (stream) => selectThrough.get(stream) ?? -1 };
}

/** Both are by reason: the row's text and what a batch said. */
const mergeDropped = (text, said) => (Object.keys(said).length === 0
  ? text : JSON.stringify(mostDropped(JSON.parse(text), said)));
