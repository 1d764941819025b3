// The open documents of an origin, and what they tell each other: who is there,
// and how long to leave the endpoint alone.

import { Promise } from './natives.js';
import { attempt } from './store.js';

const ASK_MS = 10000; // who came since has announced itself
const ANSWER_MS = 1000; // for the others to say that they are there: twenty tabs on a slow machine

/**
 * @param {string} key of the source: others' rows and endpoints are not ours
 * @param {(ms: number) => void} onWait another document tells of a wait
 * @param {() => boolean} isAwake false while this one is left or frozen: its rows
 *   are then better sent by others
 */
export const openTabs = (key, onWait, isAwake) => {
  const living = new Set(); // streams of the others
  let own; // this document's stream
  let asked = -ASK_MS; // when
  let answers; // resolves when all have had the time to answer
  const channel = new BroadcastChannel(`firsthand ${key}`);
  // A number is a wait, a text a stream, null asks for streams.
  channel.onmessage = ({ data }) =>
    attempt(() => {
      if (data >= 0 && data !== null) onWait(data);
      else if (data) living.add(data);
      else if (own && isAwake()) channel.postMessage(own);
    });

  return {
    /** Says whose rows are this document's. */
    _own: (stream) => own || channel.postMessage((own = stream)),

    /** Tells the others to wait; 0: no longer. */
    _tell: (ms) => channel.postMessage(ms),

    /** Asks who is there, if that was not done just now; afterwards _lives is right. */
    _ask: () => {
      if (performance.now() < asked + ASK_MS) return answers;
      asked = performance.now();
      living.clear();
      channel.postMessage(null);
      return (answers = new Promise((resolve) => setTimeout(resolve, ANSWER_MS)));
    },

    _lives: (stream) => stream === own || living.has(stream),
  };
};
