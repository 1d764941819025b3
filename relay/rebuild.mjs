// Makes the rows of `streams` anew from `events` and `batches`.
import { WALK_ROWS } from './limits.mjs';
import { createStreams } from './streams.mjs';
import { createTally } from './tally.mjs';

// Rows a step: what a tally holds in memory.
const PAGE_ROWS = 1000;

// An event counts if its batch had the agent's word: `batch` is that batch's
// position (-1 in a shared log's index), NULL without one. 0 stands in rows of a relay that did not write
// it down; they count if any batch of their key named their stream.
const EVENTS = `
  SELECT seq, coalesce((SELECT id FROM renamed
      WHERE renamed.messageId = events.messageId LIMIT 1), messageId) AS messageId,
    writeKey, receivedAt, body FROM events
  WHERE seq > ? AND (batch <> 0 OR (batch = 0 AND EXISTS (
    SELECT 1 FROM streams
    WHERE stream = substr(messageId, 1, 28) || '00000000'
      AND streams.writeKey = events.writeKey)))
  ORDER BY seq LIMIT ?`;

const BATCHES = `
  SELECT seq, writeKey, receivedAt, firsthand, doubled FROM batches
  WHERE seq > ? ORDER BY seq LIMIT ?`;

/**
 * Fills an empty table `streams`, inside the caller's transaction. The result
 * is what the relay would have counted as the requests came, but for copies
 * that came while it was of version 1, which left no trace.
 *
 * @param {import('better-sqlite3').Database} db
 */
export function rebuildStreams(db) {
  const { merge } = createStreams(db);
  // The batches first: the events of version 1 ask which streams were named.
  eachPage(db, BATCHES, (tally, row) => {
    tally.batch(row);
    const doubled = Object.entries(JSON.parse(row.doubled ?? '{}'));
    for (const [stream, n] of doubled) tally.copies(row, stream, n);
  }, merge);
  // JSON.parse, not SQLite's: that one refuses what is nested 1,000 deep.
  eachPage(db, EVENTS, (tally, row) => {
    tally.event({ ...row, timestamp: JSON.parse(row.body).timestamp }, true);
  }, merge);
}

function eachPage(db, sql, count, merge) {
  const select = db.prepare(sql);
  for (let rows = []; ;) {
    rows = select.all(rows.at(-1)?.seq ?? 0, PAGE_ROWS);
    if (rows.length === 0) return;
    const tally = createTally();
    for (const row of rows) count(tally, row);
    for (const delta of tally.deltas()) merge(delta, { rows: WALK_ROWS });
  }
}
