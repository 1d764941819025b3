// Those who read the log to the end and go on: one durable cursor for each
// name, and what could not be delivered, kept aside.
import { CONSUMER_NAME } from './limits.mjs';

// Rows that another process has stored in the same file announce themselves to
// nobody here.
const POLL_MS = 1000;

const PAGE_ROWS = 100;

/**
 * A consumer's name also names things in NATS and Kafka.
 *
 * @throws when it is none.
 */
export function checkName(name) {
  if (!CONSUMER_NAME.test(name)) {
    throw new Error(`"${name}" cannot name a consumer: 1 to 64 letters, digits, `
      + '"-" and "_".');
  }
}

/**
 * @param {import('better-sqlite3').Database} db
 * @param {object} log of `openEventLog`: `read`, `last`, `subscribe`.
 * @param {(job: () => any) => Promise} run of `createGroup`.
 * @returns the members `consumer`, `consumers`, `deadLetters` and `replay` of
 *   the log, see `eventlog.mjs`.
 */
export function createConsumers(db, log, run) {
  const insert = db.prepare(`
    INSERT INTO consumers (name, position) VALUES (?, ?) ON CONFLICT DO NOTHING`);
  const select = db.prepare('SELECT position FROM consumers WHERE name = ?').pluck();
  const selectAll = db.prepare('SELECT name, position FROM consumers ORDER BY name');
  const advance = db.prepare(
    'UPDATE consumers SET position = max(position, ?) WHERE name = ?');
  const insertDead = db.prepare(`
    INSERT INTO dead
      (consumer, seq, messageId, type, writeKey, receivedAt, body, reason, deadAt)
    VALUES
      (@consumer, @seq, @messageId, @type, @writeKey, @receivedAt, @body, @reason, @deadAt)
    ON CONFLICT (consumer, seq) DO UPDATE SET reason = @reason, deadAt = @deadAt`);
  const selectDead = db.prepare(`
    SELECT id, seq, messageId, type, writeKey, receivedAt, body, reason, deadAt
    FROM dead WHERE consumer = ? AND id > ? ORDER BY id LIMIT ?`);
  const deleteDead = db.prepare('DELETE FROM dead WHERE id = ?');
  const setReason = db.prepare('UPDATE dead SET reason = ?, deadAt = ? WHERE id = ?');
  const open = new Map();

  function consumer(name, { start = 'first' } = {}) {
    checkName(name);
    if (open.has(name)) throw new Error(`The consumer ${name} is open already.`);
    insert.run(name, start === 'next' ? log.last() : 0);
    let cursor = select.get(name); // read, perhaps not acknowledged
    let wake = () => {};

    const news = () => new Promise((done) => {
      const timer = setTimeout(done, POLL_MS).unref();
      wake = () => { clearTimeout(timer); done(); };
    });
    const leave = log.subscribe(() => wake());
    const self = {
      async read(limit) {
        const rows = log.read(cursor, limit);
        cursor = rows.at(-1)?.seq ?? cursor;
        return rows;
      },
      async ack(position) {
        await run(() => advance.run(Math.min(position, cursor), name));
      },
      async dead(row, reason) {
        await run(() => insertDead.run({
          ...row, consumer: name, reason: String(reason), deadAt: new Date().toISOString(),
        }));
      },
      async wait() {
        while (open.get(name) === self && log.last() <= cursor) await news();
        return open.get(name) === self;
      },
      async close() {
        if (open.get(name) !== self) return;
        open.delete(name);
        leave();
        wake();
      },
    };
    open.set(name, self);
    return self;
  }

  async function replay(name, deliver, { limit = Infinity } = {}) {
    const count = { delivered: 0, failed: 0 };
    let after = 0;
    while (count.delivered + count.failed < limit) {
      const left = limit - count.delivered - count.failed;
      const rows = selectDead.all(name, after, Math.min(PAGE_ROWS, left));
      if (rows.length === 0) break;
      for (const row of rows) {
        after = row.id;
        try {
          await deliver(row);
          await run(() => deleteDead.run(row.id));
          count.delivered += 1;
        } catch (error) {
          await run(() => setReason.run(String(error.message), new Date().toISOString(), row.id));
          count.failed += 1;
        }
      }
    }
    return count;
  }

  return {
    consumer,
    replay,
    consumers: () => selectAll.all(),
    deadLetters: async (name, { after = 0, limit = PAGE_ROWS } = {}) =>
      selectDead.all(name, after, limit),
    closeConsumers: () => [...open.values()].forEach((one) => one.close()),
  };
}
