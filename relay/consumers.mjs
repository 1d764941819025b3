// Those who read the log to the end and go on: one durable cursor for each
// name, and what could not be delivered, kept aside.
import { createDeadLetters, createReplay, letterOf } from './deadletters.mjs';
import { CONSUMER_NAME } from './limits.mjs';

// Rows that another process has stored in the same file announce themselves to
// nobody here.
const POLL_MS = 1000;

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
 * @param {object} store of `openStore`.
 * @returns the members `consumer`, `consumers`, `deadLetters`, `replay` and `drop` of
 *   the log, see `eventlog.mjs`.
 */
export function createConsumers({ db, run, readers: log }) {
  const insert = db.prepare(`
    INSERT INTO consumers (name, position) VALUES (?, ?) ON CONFLICT DO NOTHING`);
  const select = db.prepare('SELECT position FROM consumers WHERE name = ?').pluck();
  const selectAll = db.prepare(`
    SELECT name, (SELECT count(*) FROM events WHERE seq > position) AS pending
    FROM consumers ORDER BY name`);
  const remove = db.prepare('DELETE FROM consumers WHERE name = ?');
  const advance = db.prepare(
    'UPDATE consumers SET position = max(position, ?) WHERE name = ?');
  const dead = createDeadLetters(db);
  const put = (letter) => run(() => dead.put(letter));
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
        await put(letterOf(name, row, reason));
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

  return {
    consumer,
    consumers: async () => selectAll.all().map((one) =>
      ({ ...one, dead: dead.count(one.name) })),
    deadLetters: dead.list,
    replay: createReplay({
      list: dead.list,
      put,
      remove: (letter) => run(() => dead.remove(letter)),
    }),
    async drop(name) {
      if (open.has(name)) throw new Error(`The consumer ${name} is open.`);
      await run(() => {
        remove.run(name);
        dead.removeAll(name);
      });
    },
    closeConsumers: () => [...open.values()].forEach((one) => one.close()),
  };
}
