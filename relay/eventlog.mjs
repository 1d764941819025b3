// The durable log: events in the order of their arrival, each once, on SQLite.
// It knows rows and positions, nothing of HTTP or of what an event means.
import { createConsumers } from './consumers.mjs';
import { createPeople } from './people.mjs';
import { createRetention } from './retention.mjs';
import { openStore } from './store.mjs';
import { createTally } from './tally.mjs';

/**
 * Opens the log in `file`, or makes it.
 *
 * `append` is durable when it resolves: WAL with synchronous FULL syncs the log
 * file at each commit (sqlite.org/pragma.html#pragma_synchronous). Requests of
 * the same few ms share a commit (`group.mjs`).
 *
 * @param {string} file path, or ':memory:'.
 * @returns the log:
 *  - `append(events, batch?) → Promise<{stored, duplicates, through?}>`: all of
 *    it or, when it rejects, nothing; an event whose messageId is known
 *    is counted in `duplicates` and changes nothing. With a batch `through` is
 *    a Map: for each stream that it touched, the number up to which everything
 *    is stored, -1 for none;
 *  - `read(after, limit) → rows`: what stands behind position `after`, as
 *    `{seq, messageId, type, writeKey, receivedAt, body}`;
 *  - `last() → position` of the newest event, 0 when there is none;
 *  - `before(n) → position` behind which the newest n events stand;
 *  - `count() → n`: reads the whole index, so not for every request;
 *  - `through(stream) → number`: as above, -1 for an unknown stream;
 *  - `gaps(stream, first, last, limits)`: see `gaps.mjs`;
 *  - `ledger`: see `ledger.mjs`;
 *  - `subscribe(listener) → unsubscribe`: the listener is called, without
 *    arguments and never inside `append`, after events were stored;
 *  - `consumer(name, {start}) → {read, ack, dead, wait, close}`: reads the log
 *    under a name that has a durable cursor, see below;
 *  - `consumers() → Promise<{name, pending, dead}[]>`: every name that ever was
 *    one, its events that are not acknowledged, and its dead letters;
 *  - `deadLetters(name, {after, limit}) → Promise<rows>`: what the consumer put
 *    aside, with `reason`, `deadAt` and an `id` by which `after` goes;
 *  - `replay(name, deliver, {limit}) → Promise<{delivered, failed}>`: calls
 *    `deliver(row)` for each dead letter, oldest first. One that resolves is
 *    removed, one that rejects stays, with the new reason;
 *  - `drop(name) → Promise`: forgets a consumer that is not open, with its dead
 *    letters; until then `retain` keeps what it has not acknowledged;
 *  - `retain({days, rows, unread}) → Promise<{removed}>`: removes what is older
 *    than `days`, and all but the newest `rows`, but only what every consumer
 *    has acknowledged, unless `unread` is true. What the ledger says of streams
 *    that ended before the oldest event left goes too; dead letters stay;
 *  - `find({userId, anonymousId}) → {events, deadLetters}`: all rows in which
 *    any of the ids given stands. It reads everything, some seconds for a million;
 *  - `erase({userId, anonymousId}) → Promise<{events, deadLetters, remains}>`:
 *    removes them, and says how many; `remains`: true where the log below keeps
 *    what it has (Kafka);
 *  - `backup(file) → Promise`: a copy of the database as it is now;
 *  - `close() → Promise`: finishes what waits.
 *
 * A consumer, one at a time for each name, is at-least-once and in order:
 *
 *  - `start`: 'first' (default) for all that is kept, 'next' for what is stored
 *    from now on; it counts for a new name only;
 *  - `read(limit) → Promise<rows>`: the next ones, [] when there are none;
 *  - `ack(position) → Promise`: done with all that was read up to this `seq`,
 *    dead letters included. What is not acknowledged comes again, to the next
 *    consumer of that name;
 *  - `dead(row, reason) → Promise`: keeps a row aside that cannot be delivered.
 *    It is still to be acknowledged;
 *  - `wait() → Promise<boolean>`: true once `read` has something; false when the
 *    consumer was closed;
 *  - `close() → Promise`.
 *
 * @throws when the file cannot be opened, is no database, or was made by a
 *   newer relay.
 */
export function openEventLog(file) {
  const store = openStore(file, { synchronous: 'FULL' });
  const { closeConsumers, ...consumers } = createConsumers(store);

  function insert(events, batch) {
    const count = (at, tally) => {
      const fresh = events.filter((event) => store.insert(event, at, tally));
      store.count(fresh);
      return fresh.length;
    };
    if (!batch) return { stored: count(null) };
    const seq = store.insertBatch(batch);
    const tally = createTally();
    tally.batch(batch);
    const stored = count(seq, tally);
    const doubled = tally.doubled();
    if (doubled) store.setDoubled(seq, doubled);
    return { stored, through: store.merge(tally) };
  }

  const people = createPeople(store);

  async function erase(who) {
    const { events, deadLetters } = people.find(who);
    const ids = new Set([...events, ...deadLetters].map((row) => row.messageId));
    const gone = await store.run(() => people.forget([...ids]), ids.size);
    store.db.pragma('wal_checkpoint(TRUNCATE)'); // older copies of the pages
    return { ...gone, remains: false };
  }

  return {
    async append(events, batch) {
      const done = await store.run(() => insert(events, batch), events.length);
      if (done.stored > 0) store.announce();
      return { ...done, duplicates: events.length - done.stored };
    },
    ...store.readers,
    ...consumers,
    ...createRetention(store),
    find: people.find,
    erase,
    backup: (file) => store.db.backup(file),
    async close() {
      closeConsumers();
      store.close();
    },
  };
}
