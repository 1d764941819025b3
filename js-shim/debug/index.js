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

const parse = (body) => attempt(() => JSON.parse(new TextDecoder().decode(body))) || {};

// One time of debugging, from debug() to debug(false).
const start = (track, { options = {}, past = [] }, close) => {
  const { endpoint, global } = options;
  const state = { options }; // what the panel shows besides the events
  let panel;
  const book = openBook((entry, isGone) => panel && panel.show(entry, isGone));
  let sentEvents = 0; // in the request under way

  const hear = {
    event(event) {
      const { number } = book.event(event);
      log.event(event, number);
    },
    dropped(message) {
      const { type, args } = message;
      book.dropped(message, args && callText(type, args, global));
      log.dropped(message, global);
    },
    sent({ events, bytes, why, body }) {
      const { batch = [], firsthand = {} } = parse(body);
      const { ask, first, last } = firsthand;
      book.sent({ batch, why, ...firsthand });
      if (firsthand.dropped) state.ledger = firsthand;
      sentEvents = events ?? batch.length;
      log.say(sentText({ events: sentEvents, bytes: bytes ?? body.length, why, ask: ask && [first, last] }));
    },
    answered({ status, text, events = sentEvents }) {
      const verdict = judge({ status, text, events }, endpoint);
      state.answer = verdict;
      book.answered(verdict);
      log.answered(verdict);
    },
  };

  const listeners = Object.entries(hear).map(([name, listener]) => [name, (message) => attempt(() => (listener(message), panel.refresh()))]);
  // A verb that fails gives the function that it hangs on.
  const inspect = () => {
    const found = attempt(track.inspect);
    return typeof found === 'object' ? found : {};
  };
  for (const [name, message] of past.splice(0)) attempt(() => hear[name](message));
  for (const event of inspect().queue || []) attempt(() => book.event(event));
  panel = openPanel({ version: track.VERSION, inspect: () => ({ ...state, ...inspect() }), close });
  for (const entry of book.entries) panel.show(entry);
  for (const listener of listeners) track.on(...listener);
  log.say(`${track.VERSION || ''}  track.inspect() shows the queue and the ledger, track.debug(false) ends this.`.trim());

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
      if (on === false) attempt(close);
      else stop ||= attempt(() => start(track, agent, () => track.debug(false)));
    };
    track.debug();
  },
};
