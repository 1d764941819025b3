// What some batches and events add to each stream. Pure: sums and extremes, so
// neither order nor grouping matters, and a request and a rebuild count alike.
import { mostDropped, readBlock } from './block.mjs';
import { LATE_MS } from './limits.mjs';
import { numberOf, streamOf } from './stream.mjs';

/**
 * Of the numbers only the first unbroken run is kept, `from` to `to`: nearly
 * always a batch is just that.
 *
 * @returns the tally:
 *  - `batch(row)`: the agent's word on a batch, a row of `batches`;
 *  - `event({messageId, id, writeKey, receivedAt, timestamp}, isNew)`: one copy
 *    of an event, `id` being our own where the page has chosen the messageId;
 *    ids that are not of our form count for nothing;
 *  - `copies(row, stream, n)`: n copies at once of what was stored already;
 *  - `doubled() → object|undefined`: by stream, the copies; undefined for none;
 *  - `deltas() → object[]`: one for each stream and writeKey that was named.
 */
export function createTally() {
  const deltas = new Map();

  function deltaOf({ writeKey, receivedAt }, stream) {
    const key = stream + writeKey;
    let delta = deltas.get(key);
    if (!delta) {
      delta = {
        writeKey, stream, last: -1, stored: 0, doubled: 0, late: 0,
        dropped: {}, firstSeen: receivedAt, lastSeen: receivedAt,
        from: -1, to: -1,
      };
      deltas.set(key, delta);
    }
    if (receivedAt < delta.firstSeen) delta.firstSeen = receivedAt;
    if (receivedAt > delta.lastSeen) delta.lastSeen = receivedAt;
    return delta;
  }

  // `timestamp` is by the relay's clock already (ingest.mjs, `times`). All
  // events of a request have one receivedAt; it is parsed once.
  let received = {};
  function isLate({ timestamp, receivedAt }) {
    if (received.text !== receivedAt) {
      received = { text: receivedAt, ms: Date.parse(receivedAt) };
    }
    return received.ms - Date.parse(timestamp) > LATE_MS;
  }

  return {
    batch(row) {
      const { stream, last, dropped } = readBlock(row.firsthand);
      if (stream === undefined) return;
      const delta = deltaOf(row, stream);
      delta.last = Math.max(delta.last, last);
      delta.dropped = mostDropped(delta.dropped, dropped);
    },
    event(row, isNew) {
      const id = numberOf(row.id) === undefined ? row.messageId : row.id;
      const number = numberOf(id);
      if (number === undefined) return;
      const delta = deltaOf(row, streamOf(id));
      if (delta.from < 0) delta.from = delta.to = number;
      else if (number === delta.to + 1) delta.to = number;
      if (!isNew) return void (delta.doubled += 1);
      delta.stored += 1;
      delta.last = Math.max(delta.last, number);
      if (isLate(row)) delta.late += 1;
    },
    copies(row, stream, n) {
      deltaOf(row, stream).doubled += n;
    },
    doubled() {
      const found = [...deltas.values()].filter((delta) => delta.doubled > 0)
        .map((delta) => [delta.stream, delta.doubled]);
      return found.length > 0 ? Object.fromEntries(found) : undefined;
    },
    deltas: () => [...deltas.values()],
  };
}

