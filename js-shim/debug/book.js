// What has happened to the last events, as far as it was heard: each an entry,
//
//   { type, title, at, number?, state, reason?, event?, args? }
//
// whose state is queued, sent, acknowledged, handed (to the browser, by a page
// that was being left: no answer is seen) or refused.
import { titleOf } from './words.js';

const MOST = 50;
const LEFT = 2; // why a batch left: the page did (FH_LAST of src/outbox.h)

// An id of ours: the stream and, in the last 32 bits, the event's number. Where the
// page has chosen the messageId it stands beside it.
const OURS = /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[\da-f]{4}-[\da-f]{4}([\da-f]{8})$/;
const STREAM_CHARS = 28;

const numberOf = (messageId) => {
  const [, digits] = OURS.exec(messageId) || [];
  return digits && parseInt(digits, 16);
};

const streamOf = (messageId) => messageId.slice(0, STREAM_CHARS);

const oursOf = ({ messageId = '', firsthandId = messageId }) => firsthandId;

/** @param changed is called with each entry that is new or not what it was, and with those that had to go */
export const openBook = (changed) => {
  let entries = []; // oldest first
  let flying = []; // those of the request under way
  const of = (messageId) => messageId && entries.find(({ event }) => event && event.messageId === messageId);

  const add = (entry) => {
    entries.push(entry);
    changed(entry);
    for (const old of entries.splice(0, entries.length - MOST)) changed(old, true);
    return entry;
  };

  const turn = (entry, state, reason) => {
    Object.assign(entry, { state, reason });
    changed(entry);
  };

  return {
    /** An event was built and waits. One that is known already stays as it is. */
    event(event) {
      const { messageId, timestamp, type } = event;
      const at = Date.parse(timestamp) || Date.now();
      return of(messageId) || add({ type, title: titleOf(event), at, number: numberOf(oursOf(event)), state: 'queued', event });
    },

    /** A call was refused, or an event that was built is given up. */
    dropped({ reason, type, event, args }, title = titleOf(event || {})) {
      const known = of(event && event.messageId);
      if (known) turn(known, 'refused', reason);
      else add({ type, title, at: Date.now(), state: 'refused', reason, event, args });
    },

    /** A batch left, or a question about the events from `first` to `last` of a stream. */
    sent({ events, why, ask, stream, first, last }) {
      const ids = new Set(events.map(({ messageId }) => messageId));
      const isAsked = (id) => ask && streamOf(id) === streamOf(stream) && numberOf(id) >= first && numberOf(id) <= last;
      const these = entries.filter(({ event }) => event && (ids.has(event.messageId) || isAsked(oursOf(event))));
      for (const entry of these) if (entry.state !== 'acknowledged') turn(entry, why === LEFT ? 'handed' : 'sent');
      if (why !== LEFT) flying = these;
    },

    /** @param {{ done: boolean, missing?: [number, number][] }} verdict */
    answered({ done, missing }) {
      const isMissing = ({ number }) => (missing || []).some(([first, last]) => number >= first && number <= last);
      for (const entry of flying.splice(0))
        if (entry.state === 'sent') turn(entry, done && !isMissing(entry) ? 'acknowledged' : 'queued');
    },

    /** By the time of the calls, oldest first. */
    get entries() {
      return (entries = entries.sort((a, b) => a.at - b.at));
    },
  };
};
