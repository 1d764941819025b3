// The log of several relays: events go into NATS or Kafka, which have them on
// several machines before the sender hears of it. Each relay reads all of it
// back into a SQLite file of its own, the index, and answers from there what a
// broker cannot: whether an id is known, what a stream lacks, the ledger.
import { setTimeout as delay } from 'node:timers/promises';
import { createRetention } from './retention.mjs';
import { checkName } from './consumers.mjs';
import { decode, encode } from './cloudevents.mjs';
import { createDeadLetters, createReplay, letterOf } from './deadletters.mjs';
import { createPeople } from './people.mjs';
import { openStore } from './store.mjs';
import { isNumber, isStream } from './stream.mjs';
import { createTally } from './tally.mjs';

// What has just been written is usually back in a few ms. When it is not, the
// acknowledgement says less than it could; the next one makes up for it.
const INDEX_WAIT_MS = 1000;

// So often a row is given to consumers that end before they are done with it,
// and then no more: it may be the row that kills them.
const MAX_DELIVERIES = 20;

// A full disk holds up the index, not the log.
const RETRY_MS = 1000;

// Parts of a log (Kafka's partitions) that a position in the index can tell.
const PARTS = 1024;

// Ids of events that were erased: the log may still have them.
const ERASED = `
  CREATE TABLE IF NOT EXISTS erased (messageId TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`;

/** A full disk, a lock: not what was to be stored. */
const isOfStore = ({ code = '' }) =>
  code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT');

const originOf = ({ part, position }) => position * PARTS + part;

/**
 * @param {object} transport of `nats.mjs` or `kafka.mjs`:
 *  - `publish(messages) → Promise<{part, position, duplicate}[]>`: durable when
 *    it resolves; messages are of `encode`;
 *  - `tail(cursors, onMessages) → Promise<{ends}>`: gives every message behind
 *    the cursors (a Map by part), in order, and waits for `onMessages`; `ends`
 *    is a Map of where each part ended when it was called;
 *  - `consume(name, {start}, onMessage) → Promise<{close}>`: gives events to one
 *    of all who use that name, as `{part, position, attributes, data,
 *    deliveries}`, and waits for `onMessage`; what that rejects comes again;
 *  - `acknowledge(messages) → Promise`: of `consume`;
 *  - `begin(name, position) → Promise`: makes a consumer anew; where it is there;
 *  - `consumers() → Promise<{name, pending}[]>`;
 *  - `drop(name) → Promise`: where it is there, forgets a consumer;
 *  - `acknowledged() → Promise<number|undefined>`: the position up to which all
 *    consumers are done, undefined for no consumer;
 *  - `remove(messages) → Promise<boolean>`, `purge(position) → Promise`: where
 *    they are there, the log can forget;
 *  - `close() → Promise`.
 * @param {string} file of the index. Deleted, it is made anew from the log.
 * @param {object} [options]
 * @param {(error: Error) => void} [options.onError] hears what goes wrong where
 *   no caller waits.
 * @param {number} [options.maxDeliveries] instead of 20, below.
 * @returns {Promise<object>} a log, see `eventlog.mjs`, with these differences:
 *  - `append`: not all or nothing. When it rejects some events may be stored;
 *    sent again they are copies;
 *  - readers answer from the index, which is a few ms behind;
 *  - a consumer's name may be used by several relays, each row goes to one;
 *    `seq` of its rows counts what this one has read;
 *  - a row that was given out 20 times without an acknowledgement is put aside.
 * @throws when the file is a log of its own.
 */
export async function openSharedLog(transport, file, options = {}) {
  const { onError = () => {}, maxDeliveries = MAX_DELIVERIES } = options;
  const store = openStore(file, { synchronous: 'NORMAL' });
  const { db, readers } = store;
  db.exec(ERASED);
  const dead = createDeadLetters(db);
  const selectOrigin = db.prepare('SELECT origin FROM events WHERE messageId = ?').pluck();
  const insertErased = db.prepare('INSERT INTO erased VALUES (?) ON CONFLICT DO NOTHING');
  const wasErased = db.prepare('SELECT 1 FROM erased WHERE messageId = ?').pluck();
  const selectCursors = db.prepare('SELECT part, position FROM cursors').raw();
  const selectCursor = db.prepare('SELECT position FROM cursors WHERE part = ?').pluck();
  const setCursor = db.prepare(`INSERT INTO cursors (part, position) VALUES (?, ?)
    ON CONFLICT (part) DO UPDATE SET position = excluded.position`);
  if (db.prepare('SELECT 1 FROM events WHERE origin IS NULL LIMIT 1').get()) {
    store.close();
    throw new Error(`${file} is a log of its own, not an index; give --db another `
      + 'file, and move its events with "firsthand-relay copy".');
  }
  const people = createPeople(store);
  const cursors = new Map(selectCursors.all());
  const expected = new Set();
  const open = new Map();
  let closed = false;

  // --- What comes back from the log ---

  const apply = {
    __proto__: null,
    event({ event, batched }, tally, origin) {
      if (wasErased.get(event.messageId)
        || !store.insert({ ...event, origin }, batched ? -1 : null, batched ? tally : undefined)) return 0;
      store.count([event]);
      return 1;
    },
    batch({ batch, doubled }, tally) {
      const seq = store.insertBatch(batch);
      tally.batch(batch);
      if (doubled) apply.copies({ ...batch, doubled, seq }, tally);
    },
    copies({ doubled, seq, ...row }, tally) {
      for (const [stream, n] of Object.entries(doubled)) {
        if (isStream(stream) && isNumber(n)) tally.copies(row, stream, n);
      }
      if (seq !== undefined) store.setDoubled(seq, doubled);
    },
    dead: ({ letter }) => void dead.put(letter),
    undead: ({ letter }) => void dead.remove(letter),
    dropped: ({ name }) => void dead.removeAll(name),
    erased({ messageIds }) {
      people.forget(messageIds);
      for (const messageId of messageIds) insertErased.run(messageId);
    },
  };

  function applyOne(message, tally) {
    const item = decode(message);
    try {
      return apply[item?.kind]?.(item, tally, originOf(message)) ?? 0;
    } catch (error) {
      // Nothing that others have written may hold up what comes behind it.
      if (isOfStore(error)) throw error;
      onError(error);
      return 0;
    }
  }

  async function project(messages) {
    while (!closed) {
      try {
        return await projectOnce(messages);
      } catch (error) {
        onError(error);
        await delay(RETRY_MS);
      }
    }
    return undefined;
  }

  async function projectOnce(messages) {
    const stored = await store.run(() => {
      const tally = createTally();
      let count = 0;
      for (const message of messages) {
        // Another process may use the same index, and have been here.
        if (message.position <= (selectCursor.get(message.part) ?? -1)) continue;
        count += applyOne(message, tally);
        setCursor.run(message.part, message.position);
      }
      store.merge(tally);
      return count;
    }, messages.length);
    for (const { part, position } of messages) cursors.set(part, position);
    for (const check of expected) check();
    if (stored > 0) store.announce();
  }

  /** Resolves when the index has this position, or after `ms`. */
  function reach({ part, position }, ms) {
    const isThere = () => (cursors.get(part) ?? -1) >= position;
    if (isThere()) return undefined;
    return new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        expected.delete(check);
        done();
      };
      const check = () => isThere() && end();
      const timer = ms === undefined ? undefined : setTimeout(end, ms);
      expected.add(check);
    });
  }

  /** The last of each part, for a while. */
  function reachAll(messages) {
    const last = new Map();
    for (const { part, position } of messages) {
      last.set(part, Math.max(position, last.get(part) ?? 0));
    }
    return Promise.all([...last].map(([part, position]) =>
      reach({ part, position }, INDEX_WAIT_MS)));
  }

  // --- What goes into it ---

  const write = async (...items) => {
    const messages = await transport.publish(items.map(encode));
    await reachAll(messages);
  };

  async function append(events, batch) {
    const tally = createTally();
    if (batch) tally.batch(batch);
    const seen = new Set();
    const fresh = events.filter((event) => {
      const { messageId } = event;
      const isNew = !seen.has(messageId) && selectOrigin.get(messageId) === undefined
        && !wasErased.get(messageId);
      seen.add(messageId);
      tally.event(event, isNew);
      return isNew;
    });
    const items = fresh.map((event) => ({ kind: 'event', event, batched: Boolean(batch) }));
    if (batch) items.push({ kind: 'batch', batch, doubled: tally.doubled() });
    const written = await transport.publish(items.map(encode));
    const copies = fresh.filter((_, i) => written[i].duplicate);
    const done = {
      stored: fresh.length - copies.length,
      duplicates: events.length - fresh.length + copies.length,
    };
    if (batch) await note(copies, batch);
    await reachAll(written);
    if (!batch) return done;
    const through = new Map(tally.deltas().map(({ stream }) =>
      [stream, readers.through(stream)]));
    return { ...done, through };
  }

  // Copies that another relay stored a moment ago.
  async function note(copies, { writeKey, receivedAt }) {
    const tally = createTally();
    for (const event of copies) tally.event(event, false);
    const doubled = tally.doubled();
    if (doubled) {
      await transport.publish([encode({ kind: 'copies', writeKey, receivedAt, doubled })]);
    }
  }

  /** What was in another log; see `copy.mjs`. */
  async function restore(items) {
    const fresh = items.filter(({ kind, event }) =>
      kind !== 'event' || selectOrigin.get(event.messageId) === undefined);
    await write(...fresh);
    return items.length - fresh.length;
  }

  // --- Those who read on ---

  function consumer(name, options = {}) {
    checkName(name);
    if (open.has(name)) throw new Error(`The consumer ${name} is open already.`);
    const held = new Map(); // by seq: what was read, and is not acknowledged
    let ready = [];
    let count = 0;
    let wake = () => {};

    async function take(message) {
      await reach(message); // it then knows of every copy before this one
      const item = decode(message);
      if (item?.kind !== 'event' || isCopy(item.event, message)
        || wasErased.get(item.event.messageId)) {
        return transport.acknowledge([message]);
      }
      const { timestamp, id, ...event } = item.event;
      count += 1;
      const row = { seq: count, ...event };
      if (message.deliveries > maxDeliveries) {
        await self.dead(row, `given out ${message.deliveries - 1} times, never acknowledged`);
        return transport.acknowledge([message]);
      }
      held.set(count, message);
      ready.push(row);
      wake();
    }
    const isCopy = ({ messageId }, message) =>
      (selectOrigin.get(messageId) ?? originOf(message)) !== originOf(message);

    const source = transport.consume(name, options, (message) =>
      take(message).catch((error) => {
        onError(error);
        throw error; // it is to come again
      }));
    source.catch(() => {}); // the one who reads hears of it
    const self = {
      async read(limit) {
        await source;
        return ready.splice(0, limit);
      },
      async ack(position) {
        const unread = ready[0]?.seq ?? count + 1;
        const done = [...held].filter(([seq]) => seq <= position && seq < unread);
        await transport.acknowledge(done.map(([, message]) => message));
        for (const [seq] of done) held.delete(seq);
      },
      dead: (row, reason) => write({ kind: 'dead', letter: letterOf(name, row, reason) }),
      async wait() {
        await source;
        while (open.get(name) === self && ready.length === 0) {
          await new Promise((done) => { wake = done; });
        }
        return open.get(name) === self;
      },
      async close() {
        if (open.get(name) !== self) return;
        open.delete(name);
        wake();
        await (await source).close();
      },
    };
    open.set(name, self);
    return self;
  }

  // --- What is to be forgotten ---

  const seqOf = db.prepare('SELECT max(seq) FROM events WHERE origin < ?').pluck();
  const originAt = db.prepare('SELECT origin FROM events WHERE seq = ?').pluck();
  const retention = createRetention(store, {
    async unread() {
      const position = await transport.acknowledged?.();
      return position === undefined ? undefined : seqOf.get((position + 1) * PARTS) ?? 0;
    },
    purge: async (seq) => {
      const origin = originAt.get(seq);
      if (origin) await transport.purge?.(Math.floor(origin / PARTS));
    },
  });

  async function erase(who) {
    const { events, deadLetters } = people.find(who);
    const messages = events.map(({ origin }) =>
      ({ part: origin % PARTS, position: Math.floor(origin / PARTS) }));
    const messageIds = [...new Set([...events, ...deadLetters].map((row) => row.messageId))];
    const remains = !await transport.remove?.(messages) && events.length > 0;
    await write({ kind: 'erased', messageIds });
    return { events: events.length, deadLetters: deadLetters.length, remains };
  }

  try {
    const { ends } = await transport.tail(new Map(cursors), project);
    await Promise.all([...ends].map(([part, position]) => reach({ part, position })));
  } catch (error) {
    store.close();
    throw error;
  }

  return {
    append,
    ...readers,
    consumer,
    consumers: async () => (await transport.consumers()).map((one) =>
      ({ ...one, dead: dead.count(one.name) })),
    deadLetters: dead.list,
    replay: createReplay({
      list: dead.list,
      put: (letter) => write({ kind: 'dead', letter }),
      remove: ({ consumer: name, messageId }) =>
        write({ kind: 'undead', letter: { consumer: name, messageId } }),
    }),
    async drop(name) {
      if (open.has(name)) throw new Error(`The consumer ${name} is open.`);
      if (!transport.drop) throw new Error("A group is removed with Kafka's own tools.");
      await transport.drop(name);
      await write({ kind: 'dropped', name });
    },
    ...retention,
    find: people.find,
    erase,
    restore,
    // For `copy.mjs`: what the index has, and where a consumer is to begin.
    batches: () => db.prepare(
      'SELECT writeKey, receivedAt, firsthand FROM batches').iterate(),
    positionOf: (messageId) => {
      const origin = selectOrigin.get(messageId);
      return origin === undefined ? undefined : Math.floor(origin / PARTS);
    },
    begin: transport.begin,
    async close() {
      closed = true;
      await Promise.allSettled([...open.values()].map((one) => one.close()));
      await transport.close();
      store.close();
    },
  };
}
