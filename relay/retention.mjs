// What becomes too old, or too much, goes. An event goes whole, with its id: a
// copy that comes later than that is a new event.
import { setImmediate } from 'node:timers/promises';
import { dayOf } from './days.mjs';

// Rows a transaction: other requests get theirs in between.
const PAGE_ROWS = 1000;

const DAY_MS = 86_400_000;

/**
 * @param {object} store of `openStore`.
 * @param {object} [log] what the log itself has beside the store:
 *  - `unread() → Promise<number|undefined>`: the position up to which every
 *    consumer is done;
 *  - `purge(position) → Promise`: removes there what goes here.
 * @returns the member `retain` of the log, see `eventlog.mjs`.
 */
export function createRetention({ db, run }, log = {}) {
  const prepare = (sql) => db.prepare(sql).pluck();
  const newest = prepare('SELECT max(seq) FROM events');
  const behind = prepare('SELECT seq FROM events ORDER BY seq DESC LIMIT 1 OFFSET ?');
  const firstKept = prepare('SELECT receivedAt FROM events ORDER BY seq LIMIT 1');
  const fromSeq = db.prepare(
    'SELECT seq, receivedAt FROM events WHERE seq >= ? ORDER BY seq LIMIT 1');
  const unreadHere = prepare('SELECT min(position) FROM consumers');
  const { unread = () => unreadHere.get() ?? undefined, purge } = log;

  const removals = {
    renamed: db.prepare(`DELETE FROM renamed WHERE messageId IN (
      SELECT messageId FROM events WHERE seq >= ? AND seq < ?)`),
    events: db.prepare('DELETE FROM events WHERE seq >= ? AND seq < ?'),
    batches: db.prepare('DELETE FROM batches WHERE seq >= ? AND seq < ? AND receivedAt < ?'),
    streams: db.prepare('DELETE FROM streams WHERE seq >= ? AND seq < ? AND lastSeen < ?'),
  };
  const removeDays = db.prepare('DELETE FROM days WHERE day < ?');
  const ends = Object.fromEntries(['events', 'batches', 'streams'].map((table) =>
    [table, db.prepare(`SELECT min(seq) AS first, max(seq) AS last FROM ${table}`)]));

  /** The last position before a time. Rows stand in the order of their arrival. */
  function lastBefore(time) {
    let [low, high] = [0, newest.get() ?? 0];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const row = fromSeq.get(middle);
      if (row.receivedAt < time) low = row.seq;
      else high = middle - 1;
    }
    return low;
  }

  /** The position up to which events go. */
  async function bound({ days, rows, unread: evenUnread = false }, now) {
    const bounds = [0];
    if (days !== undefined) {
      bounds.push(lastBefore(new Date(now - days * DAY_MS).toISOString()));
    }
    if (rows !== undefined) bounds.push(behind.get(rows) ?? 0);
    const most = Math.max(...bounds);
    return evenUnread ? most : Math.min(most, await unread() ?? most);
  }

  async function remove(table, last, ...more) {
    let removed = 0;
    const { first } = ends[table].get();
    for (let from = first ?? Infinity; from <= last; from += PAGE_ROWS) {
      const to = Math.min(from + PAGE_ROWS, last + 1);
      removed += await run(() => {
        if (table === 'events') removals.renamed.run(from, to);
        return removals[table].run(from, to, ...more).changes;
      }, PAGE_ROWS);
      await setImmediate();
    }
    return removed;
  }

  async function retain(options, now = Date.now()) {
    const last = await bound(options, now);
    if (last > 0) await purge?.(last);
    const removed = await remove('events', last);
    if (removed > 0) {
      const kept = firstKept.get() ?? new Date(now).toISOString();
      await remove('batches', ends.batches.get().last, kept);
      await remove('streams', ends.streams.get().last, kept);
      await run(() => removeDays.run(dayOf(kept)));
    }
    return { removed };
  }

  return { retain };
}
