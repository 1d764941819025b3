// What becomes too old, or too much, goes. An event goes whole, with its id: a
// copy that comes later than that is a new event.
import { setImmediate } from 'node:timers/promises';

// Rows a transaction: other requests get theirs in between.
const PAGE_ROWS = 1000;

const DAY_MS = 86_400_000;

/**
 * @param {object} store of `openStore`.
 * @returns the member `retain` of the log, see `eventlog.mjs`.
 */
export function createRetention({ db, run }) {
  const oldest = db.prepare('SELECT min(seq) FROM events').pluck();
  const newerThan = db.prepare(
    'SELECT min(seq) FROM events WHERE receivedAt >= ?').pluck();
  const newest = db.prepare('SELECT max(seq) FROM events').pluck();
  const behind = db.prepare(
    'SELECT seq FROM events ORDER BY seq DESC LIMIT 1 OFFSET ?').pluck();
  const unread = db.prepare('SELECT min(position) FROM consumers').pluck();
  const removeNames = db.prepare(`DELETE FROM renamed WHERE messageId IN (
    SELECT messageId FROM events WHERE seq >= ? AND seq < ?)`);
  const removeEvents = db.prepare('DELETE FROM events WHERE seq >= ? AND seq < ?');
  const firstKept = db.prepare(
    'SELECT receivedAt FROM events ORDER BY seq LIMIT 1').pluck();
  const removeBatches = db.prepare('DELETE FROM batches WHERE receivedAt < ?');
  const removeStreams = db.prepare('DELETE FROM streams WHERE lastSeen < ?');

  /** The position up to which events go. */
  function bound({ days, rows, unread: evenUnread = false }, now) {
    const bounds = [];
    if (days !== undefined) {
      const kept = newerThan.get(new Date(now - days * DAY_MS).toISOString());
      bounds.push(kept === null ? newest.get() ?? 0 : kept - 1);
    }
    if (rows !== undefined) bounds.push(behind.get(rows) ?? 0);
    const most = Math.max(0, ...bounds);
    return evenUnread ? most : Math.min(most, unread.get() ?? most);
  }

  async function retain(options, now = Date.now()) {
    const last = bound(options, now);
    let removed = 0;
    for (let from = oldest.get(); from !== null && from <= last; from += PAGE_ROWS) {
      const to = Math.min(from + PAGE_ROWS, last + 1);
      removed += await run(() => {
        removeNames.run(from, to);
        return removeEvents.run(from, to).changes;
      }, PAGE_ROWS);
      await setImmediate();
    }
    if (removed > 0) {
      const kept = firstKept.get() ?? new Date(now).toISOString();
      await run(() => {
        removeBatches.run(kept);
        removeStreams.run(kept);
      }, PAGE_ROWS);
    }
    return { removed };
  }

  return { retain };
}
