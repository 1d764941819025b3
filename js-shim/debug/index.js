// Shows whoever develops a page what the agent does: on the console, and in a
// panel on the page. A second file, loaded only where it is asked for, by
// track.debug() or ?fh_debug=1 in the address; docs/DEBUGGING.md.
//
// It is a plugin. Of the agent it uses the page's own way in:
//
//   track.on, off(name, listener)   'event', 'dropped', 'sent', 'answered'
//   track.inspect()                 the visitor, the queue, the ledger
//   agent.options                   as configured
//   agent.past                      [name, message] of what was told before this file
//                                   had come
//
// and it stores nothing.
import { attempt } from './attempt.js';
import { openBook } from './book.js';
import { log } from './log.js';
import { openPanel } from './panel.js';
import { callText, judge, sentText } from './words.js';

const ledgerIn = (body) => attempt(() => JSON.parse(new TextDecoder().decode(body)).firsthand) || {};

// One time of debugging, from debug() to debug(false).
const start = (track, { options = {}, past = [] }, close) => {
  const { endpoint = '/v1/batch', global } = options;
  const state = { options, endpoint }; // what the panel shows besides the events
  let panel;
  const book = openBook((entry, isGone) => panel && panel.show(entry, isGone));

  // That of a batch of another document's events tells nothing of what was dropped here.
  const note = (ledger) => ledger && ledger.dropped && (state.ledger = ledger);

  const hear = {
    event(event) {
      const { number } = book.event(event);
      log.event(event, number);
    },
    dropped(message) {
      const { type, args, reason } = message;
      const dropped = ((state.ledger ||= {}).dropped ||= {});
      dropped[reason] = (dropped[reason] || 0) + 1;
      book.dropped(message, args && callText(type, args, global));
      log.dropped(message, global);
    },
    sent({ events, bytes, why, body }) {
      const ledger = ledgerIn(body);
      note(ledger);
      book.sent({ ...ledger, events, why });
      log.say(sentText({ ...ledger, events: events.length, bytes, why }));
    },
    answered({ status, text, events }) {
      const verdict = judge({ status, text, events: events.length }, endpoint);
      state.answer = verdict;
      book.answered(verdict);
      log.answered(verdict);
    },
  };

  const listeners = Object.entries(hear).map(([name, listener]) => [name, (message) => attempt(() => (listener(message), panel.refresh()))]);
  // A verb that fails gives the function that it hangs on.
  const inspect = () => {
    const found = attempt(track.inspect);
    const { ledger, ...rest } = typeof found === 'object' ? found : {};
    note(ledger);
    return { ...state, ...rest };
  };
  log.say(`${track.VERSION || ''}  track.inspect() shows the queue and the ledger, track.debug(false) ends this.`.trim());
  for (const [name, message] of past.splice(0)) attempt(() => hear[name](message));
  for (const event of inspect().queue || []) attempt(() => book.event(event));
  panel = openPanel({ version: track.VERSION, inspect, close });
  for (const entry of book.entries) panel.show(entry);
  for (const listener of listeners) track.on(...listener);

  return () => {
    for (const listener of listeners) track.off(...listener);
    panel.close();
  };
};

/** The plugin. Loading it shows the panel; track.debug(false) and debug() hide and show it. */
export const debug = {
  name: 'debug',
  load(track, agent = {}) {
    let stop;
    const close = () => (stop = stop && stop());
    track.debug = (on = true) => {
      if (!on) attempt(close);
      else stop ||= attempt(() => start(track, agent, () => track.debug(false)));
      return track;
    };
    track.debug();
  },
};
