// An endpoint without a network: takes bodies, keeps their events, says what is to
// be answered. capture() feeds it from a browser; anything else may as well.
import { decode } from './decode.mjs';
import { createSearch } from './search.mjs';
import { idOf, isNumber, isStream } from '../relay/stream.mjs';

const RANGES = 1000; // in the answer to a question

// In the order in which they happened; within a document its own numbers tell where
// the clock does not.
const inOrder = (a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp) || (a.messageId < b.messageId ? -1 : 1);

const isAcknowledged = (status, body) => status >= 200 && status < 300 && /"success"\s*:\s*true|^OK$/.test(body);

/**
 * @param {object} [options]
 * @param {number} [options.timeout] ms that find and count wait, 5000 if left out
 * @param {() => Promise<void>} [options.settle] of createSearch
 * @param {() => string[]} [options.notes] of createSearch
 * @param {object | string} [options.plan] of createSearch
 */
export const createEvents = ({ timeout, settle, notes = () => [], plan } = {}) => {
  const seen = new Map(); // all events there ever were, by messageId: one that was cleared does not come back
  const requests = [];
  let kept = []; // those of `seen` that have not been cleared
  let mode = { status: 200 };

  const keep = (event, request) => {
    const known = seen.get(event.messageId);
    if (known) return void (known.request.copies += 1);
    const whole = { ...event, request: { ...request, copies: 1 } };
    seen.set(event.messageId, whole);
    kept.push(whole);
    kept.sort(inOrder);
  };

  // Which of the numbers that the agent asks for have never come (docs/WIRE.md).
  const missingOf = ({ stream, first, last }) => {
    const ranges = [];
    if (!isStream(stream) || ![first, last].every(isNumber)) return ranges;
    for (let number = first; number <= last && ranges.length < RANGES; number++) {
      if (seen.has(idOf(stream, number))) continue;
      const range = ranges.at(-1);
      if (range?.[1] === number - 1) range[1] = number;
      else ranges.push([number, number]);
    }
    return ranges;
  };

  const answerOf = (batch) => {
    const { status, body } = mode;
    if (body !== undefined) return { status, body };
    if (!isAcknowledged(status, '"success":true')) return { status, body: JSON.stringify({ success: false, error: `answer(${status})` }) };
    const missing = batch.firsthand?.ask === true ? missingOf(batch.firsthand) : undefined;
    return { status, body: JSON.stringify({ success: true, missing }) };
  };

  /**
   * Takes the body of a request as the endpoint would.
   *
   * @param {string | Uint8Array} body
   * @param {object} [facts] of the request: they go to its events as `request`. `cookie`
   *   and `userAgent` are used for what the snippet posts
   * @returns {{ status: number, body: string } | undefined} what to answer, status 0:
   *   nothing, cut the connection; undefined: the body is none of Firsthand's
   */
  const receive = (body, { cookie, userAgent, ...facts } = {}) => {
    const batch = decode(body, { cookie, userAgent });
    if (!batch) return undefined;
    const answer = answerOf(batch);
    const { sentAt, firsthand } = batch;
    const request = { at: Date.now(), ...facts, sentAt, attempt: firsthand?.attempt };
    requests.push({ ...request, status: answer.status, events: batch.events.length, firsthand });
    // What the agent is not told to be done with, it sends again.
    if (isAcknowledged(answer.status, answer.body)) for (const event of batch.events) keep(event, request);
    return answer;
  };

  const asleep = () => {
    const refused = requests.filter(({ status }) => status !== 200).length;
    return refused ? [`${refused} of ${requests.length} requests were not taken: offline() or answer() was called.`] : [];
  };

  return {
    get all() {
      return [...kept];
    },
    get requests() {
      return [...requests];
    },
    ...createSearch({ all: () => kept, timeout, settle, plan, notes: () => [...asleep(), ...notes()] }),
    receive,
    clear: () => void (kept = []),
    answer: (status, body) => void (mode = { status, body }),
    offline: () => void (mode = { status: 0 }),
    online: () => void (mode = { status: 200 }),
  };
};
