// The core behind plain functions. The only file that knows an export of the
// module or an address in its memory (docs/ABI.md). FH_* are its constants, put
// in by build.mjs.

import { compile } from './unpack.js';

export { prepare } from './unpack.js';

/** The wall clock and the monotonic one, as the core takes them. */
export const now = () => [Date.now(), performance.now()];

/**
 * Instantiates the module at once. Throws where WebAssembly is refused.
 * @param twin gives the same, made of JavaScript (twin/index.js)
 */
export const createCore = (twin) => {
  const { memory, io, start, event, poll, take, ack, journal, adopt, forget, acknowledged, wait, restore, number, state } =
    twin ? twin() : new WebAssembly.Instance(compile()).exports;
  const bytes = new Uint8Array(memory.buffer, io(), FH_IO_BYTES);
  const encoder = new TextEncoder();

  // The length in io, or the code that counts a text which does not fit.
  const write = (text) => {
    const { read, written } = encoder.encodeInto(text, bytes);
    return read < text.length ? FH_ERR_LARGE : written;
  };

  const idsIn = (count) => {
    const ids = [];
    for (let i = 0; i < count; i++) ids.push(bytes.slice(16 * i, 16 * i + 16));
    return ids;
  };

  const text = (which) => new TextDecoder().decode(bytes.subarray(0, state(which)));

  const core = {
    start: (config) => start(write(JSON.stringify(config)), ...now()),
    /** A call as text, or, where there is none, the code that says why. */
    event: (text, why, at) => event(text ? write(text) : why, ...at),
    /** The event with this number as it goes out, if it is not gone; as a page knows it. */
    built: (number) => text(FH_STATE_EVENT + number).replace(/"firsthandId":"\S{36}",/, ''),
    /** The number of the event that the last call made, or was refused as. */
    number,
    poll: () => poll(...now()),
    /** The next batch: a view of the module's memory, good until the next call. */
    take: (why) => bytes.subarray(0, take(why, ...now())),
    /** The ids of the journal rows that are done with; undefined: stop trying. */
    ack: (status, text = '', retryAfter = 0) => {
      const count = ack(status, Math.max(0, write(text)), retryAfter, ...now());
      if (count >= 0) return idsIn(count);
    },
    /** Those that had to leave memory for an event, by what `event` returned. */
    parked: (result) => idsIn(result >> FH_KEYS_SHIFT),
    /** Those that the receiver's cookie acknowledges. */
    acknowledged: (cookie) => idsIn(acknowledged(write(cookie))),
    /** The next row for the journal. */
    journal: () => bytes.slice(0, journal()),
    /** Takes a row over, or with a code counts it as lost: how many events, or a code. */
    adopt: (row, error) => (bytes.set(row.subarray(0, FH_IO_BYTES)), adopt(row.length, error, ...now())),
    /** Forgets the rows of these ids, which another document has seen through. */
    forget: (ids) => {
      ids.forEach((id, i) => bytes.set(id, 16 * i));
      forget(16 * ids.length);
    },
    /** What to tell the other tabs of a wait (-1: nothing), or, given, what one has told. */
    wait: (ms) => wait(ms, ...now()),
    /** What another document has stored of the visitor. */
    restore: (state) => restore(write(JSON.stringify(state))),
    state: text,
  };
  if (FH_DESTINATIONS > 1) {
    /** What has become of the numbers of its stream that are no events, as `feed` takes it. */
    core.ledger = () => bytes.slice(0, state(FH_STATE_LEDGER));
    /** Takes a row, or '', of the core with this ledger; `isKept`: it goes into the journal. Flags, or a code. */
    core.feed = (row, ledger, isKept) => {
      bytes.set(row);
      bytes.set(ledger, row.length);
      return adopt(row.length + ledger.length, isKept ? FH_FED : FH_FED_ONLY, ...now());
    };
  }
  return core;
};
