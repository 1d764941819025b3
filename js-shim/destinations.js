// Several destinations of one agent: each has a core, a journal, limits, waits and
// a ledger of its own, so that none of them knows of the others. The core that makes
// the events hands its rows on to all (src/feed.h), which gives an event the same id
// everywhere. Only in builds for several (FH_DESTINATIONS).
import { createCore, now } from './core.js';
import { openDelivery } from './delivery.js';
import { openJournal } from './journal.js';
import { onLifecycle } from './lifecycle.js';
import { Promise } from './natives.js';

const HELD_BYTES = 262144; // of rows that wait for the visitor's decision
const MOMENTS = ['hidden', 'leave', 'freeze', 'wake', 'back', 'online'];

// The destinations that the options name, the first of which is the agent's own. Rows
// in the journal are known by the key, and but for the first by the endpoint, too: the
// first also finds those of a time when it was the only one.
const listOf = ({ key, endpoint, dialect, label, resendDays, destinations }) => {
  const others = typeof destinations === 'string' ? JSON.parse(destinations) : destinations;
  const all = [{ endpoint, dialect, label }, ...others].map((it, i) => {
    const its = { key, resendDays, ...it, _held: [] };
    return { ...its, _name: i ? `${its.key} ${its.endpoint}` : key };
  });
  if (all.length > FH_DESTINATIONS) throw `this build sends to ${FH_DESTINATIONS} destinations at most`;
  if (!all.every((it) => it.endpoint)) throw 'a destination has no endpoint';
  if (new Set(all.map((it) => `${it.key} ${it.endpoint}`)).size < all.length) throw 'a destination is there twice';
  return all;
};

/**
 * Makes the cores of all destinations. Throws where one of them is not to be had.
 * @param config that the agent's own core is started with
 * @param twin as createCore has it
 */
export const startDestinations = ({ options, gpc, dnt, cookie }, twin) => {
  const all = listOf(options);
  for (const it of all) {
    it._core = createCore(twin);
    const entropy = [...crypto.getRandomValues(new Uint32Array(4))];
    const { key, endpoint, dialect, label } = it;
    // The site's `consent` holds for each category until the visitor has said something.
    const code = it._core.start({ key, entropy, gpc, dnt, cookie, options: { ...options, endpoint, dialect, label } });
    if (code < 0) throw it._core.state(code);
  }

  /**
   * Opens those that the visitor allows; gives what agent.js wants of a delivery.
   * @param maker the core that makes the events
   * @param consent gives what he has said, by category
   * The others are those of openDelivery.
   */
  return (maker, consent, stores, refresh, share, say, guard, calm, isHeard, emit, settle) => {
    const listeners = [];
    let made = []; // ids of rows that the maker still has: who called may look at the event

    const feedOne = (it, row, ledger) => {
      const result = it._core.feed(row, ledger, it._delivery && it._delivery._keeps);
      if (result < 0) say('dropped:', it._core.state(result), 'for', it.endpoint);
      else if (!row.length) return;
      else if (!(result & FH_HELD)) it._delivery._fed(row, it._core.parked(result));
      else if (it._held.reduce((sum, { length }) => sum + length, row.length) < HELD_BYTES) it._held.push(row);
      else it._core.adopt(row, FH_ERR_FULL);
    };

    // Hands on what has been called since.
    const feed = () => {
      const rows = [];
      for (let row; (row = maker.journal()).length; ) rows.push(row);
      const ledger = maker.ledger();
      for (const row of rows) for (const it of all) feedOne(it, row, ledger);
      if (!rows.length) return;
      maker.forget(made);
      made = rows.map((row) => row.slice(0, 16));
    };

    const open = (it, isFirst) =>
      openDelivery(
        it._core, { key: it._name, endpoint: it.endpoint, resendDays: it.resendDays, cookie: options.cookie },
        stores && isFirst, isFirst ? refresh : () => {}, share, say, guard, calm, isHeard,
        (name, what) => emit(name, { ...what, endpoint: it.endpoint }), settle,
        { _maker: maker, _stores: stores, _feed: feed, _listen: (moments) => listeners.push(moments) },
      );

    // The visitor's word on a destination's category is to its core that on "analytics".
    const tell = (it, word) => {
      const was = it._gate;
      const rows = it._held.splice(0);
      it._gate = it._core.event(JSON.stringify({ type: 'consent', consent: { analytics: word } }), 0, now()) & (FH_HELD | FH_CLEAR);
      if (!it._gate) it._delivery ||= open(it, it === all[0]);
      for (const row of rows) feedOne(it, row, maker.ledger());
      if (rows.length && !it._gate) it._delivery._called(0, []);
      if (!(it._gate & FH_CLEAR) || was === it._gate) return;
      if (it._delivery) it._delivery._clear(1);
      else if (stores) guard(openJournal)(it._name, 0, 0, calm)._clear(1);
    };

    // What a page may send at its end is one bound for all: those that fail come last.
    const pass = (moment) => guard(() => {
      settle();
      feed();
      for (const listener of [...listeners].sort((a, b) => a._fails() - b._fails())) listener[moment]();
    });
    onLifecycle(Object.fromEntries(MOMENTS.map((moment) => [moment, pass(moment)])));

    // By reason; the ledger begins with the stream.
    const droppedAt = ({ ledger, state }) => {
      const counts = new Uint32Array(ledger().slice(16).buffer);
      const dropped = {};
      for (let code = 1, reason; (reason = state(-code)); code++) if (counts[code]) dropped[reason] = counts[code];
      return dropped;
    };

    const opened = () => all.filter((it) => it._delivery);

    return {
      /** What the visitor allows may have changed. */
      _told: () => {
        feed();
        const said = consent();
        for (const it of all) tell(it, { granted: true, denied: false }[said[it.consent || 'analytics']] ?? null);
      },
      _called: (result) => opened().forEach((it) => it._delivery._called(it === all[0] ? result : 0, [])),
      _leave: () => opened().forEach((it) => it._delivery._leave()),
      _waiting: () => ({
        ...all[0]._delivery._waiting(),
        destinations: all.map((it) => {
          feedOne(it, new Uint8Array(), maker.ledger());
          const { key, endpoint, consent: category = 'analytics', _gate: gate } = it;
          const { queue = [] } = it._delivery ? it._delivery._waiting() : {};
          return { key, endpoint, consent: category, state: gate & FH_HELD ? 'held' : gate ? 'denied' : 'open', queue, dropped: droppedAt(it._core) };
        }),
      }),
      _clear: () => {
        for (const it of all) tell(it, false);
        all[0]._delivery._clear();
      },
      _flush: () => Promise.all(opened().map((it) => it._delivery._flush())),
    };
  };
};
