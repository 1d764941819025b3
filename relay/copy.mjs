// The move from one machine to several: all that a SQLite file has goes into a
// shared log. Copied again, only what is new goes.
import { openStore } from './store.mjs';

const PAGE_ROWS = 500;

const keyOf = ({ writeKey, receivedAt, firsthand }) =>
  JSON.stringify([writeKey, receivedAt, firsthand]);

/**
 * @param {string} file of a relay on SQLite.
 * @param {object} target of `openSharedLog`.
 * @param {object} [options]
 * @param {boolean} [options.cursors] the consumers too, so that each goes on
 *   where it was: only while no relay uses either log. Needs JetStream.
 * @param {(count: object) => void} [options.onPage] hears how far it is.
 * @returns {Promise<object>} `events` read, and of them `copied` and `known`;
 *   `batches`, `deadLetters` and `consumers` copied.
 */
export async function copyLog(file, target, { cursors = false, onPage = () => {} } = {}) {
  const store = openStore(file, { synchronous: 'FULL' });
  const { db } = store;
  const count = { events: 0, copied: 0, known: 0, batches: 0, deadLetters: 0, consumers: 0 };

  async function* pages(sql) {
    const select = db.prepare(`${sql} LIMIT ${PAGE_ROWS}`);
    for (let last = 0; ;) {
      const rows = select.all(last);
      if (rows.length === 0) return;
      yield rows;
      last = rows.at(-1).at;
    }
  }

  async function copyEvents() {
    for await (const rows of pages(`
      SELECT seq AS at, messageId, type, writeKey, receivedAt, body, batch IS NOT NULL AS batched,
        (SELECT id FROM renamed WHERE renamed.messageId = events.messageId LIMIT 1) AS id
      FROM events WHERE seq > ? ORDER BY seq`)) {
      const known = await target.restore(rows.map(({ at, batched, id, ...row }) => ({
        kind: 'event',
        batched: batched === 1,
        event: { ...row, id: id ?? undefined, timestamp: JSON.parse(row.body).timestamp },
      })));
      count.events += rows.length;
      count.known += known;
      count.copied += rows.length - known;
      onPage(count);
    }
  }

  async function copyBatches() {
    const known = new Set();
    for (const batch of target.batches()) known.add(keyOf(batch));
    for await (const rows of pages(`
      SELECT seq AS at, writeKey, receivedAt, sentAt, firsthand, doubled
      FROM batches WHERE seq > ? ORDER BY seq`)) {
      const fresh = rows.filter((row) => !known.has(keyOf(row)));
      await target.restore(fresh.map(({ at, doubled, ...batch }) =>
        ({ kind: 'batch', batch, doubled: JSON.parse(doubled) ?? undefined })));
      count.batches += fresh.length;
      onPage(count);
    }
  }

  async function copyLetters() {
    for await (const rows of pages('SELECT id AS at, * FROM dead WHERE id > ? ORDER BY id')) {
      await target.restore(rows.map(({ at, id, ...letter }) => ({ kind: 'dead', letter })));
      count.deadLetters += rows.length;
    }
  }

  // Where the first event stands that the consumer has not acknowledged.
  async function copyCursors() {
    const pending = db.prepare('SELECT messageId FROM events WHERE seq > ?').pluck();
    for (const { name, position } of db.prepare('SELECT * FROM consumers').all()) {
      let first;
      for (const messageId of pending.iterate(position)) {
        const at = target.positionOf(messageId);
        if (at !== undefined && !(at >= first)) first = at;
      }
      await target.begin(name, first);
      count.consumers += 1;
    }
  }

  try {
    await copyEvents();
    await copyBatches();
    await copyLetters();
    if (cursors) await copyCursors();
    return count;
  } finally {
    store.close();
  }
}
