// POST /v1/have: a page that cannot know whether its events arrived asks,
// instead of sending them all again.
import { isObject, parseObject } from './json.mjs';
import { STREAMS, WALK_RANGES, WALK_ROWS } from './limits.mjs';
import { refuse } from './refuse.mjs';
import { isNumber, isStream } from './stream.mjs';
import { writeKeyOf } from './writekey.mjs';

// What one request may cost; used up as it goes.
const budget = () => ({ rows: WALK_ROWS, ranges: WALK_RANGES });

/**
 * Answers `{"writeKey","streams":{"<stream>":[first,last]}}` with the ranges of
 * numbers that are not stored, `{"<stream>":[[a,b],…]}`, in ascending order. A
 * number that is not in them is stored. Past the bounds everything counts as
 * missing: that may cost a copy on the wire, but never an event.
 *
 * An id is stored once, whatever its writeKey; so the key decides nothing.
 *
 * @param {object} request
 * @param {Uint8Array} request.body
 * @param {string} [request.authorization] header.
 * @param {object} log from `openEventLog`.
 * @throws an error of `refuse`: 400, 401, 413 for more than 64 streams.
 */
export function missingOf({ body, authorization }, log) {
  const sent = parseObject(body);
  writeKeyOf(sent, authorization);
  if (!isObject(sent.streams)) {
    throw refuse(400, 'The question needs "streams": {"<stream>": [first, last]}.');
  }
  const asked = Object.entries(sent.streams);
  if (asked.length > STREAMS) {
    throw refuse(413, `The question has ${asked.length} streams; the limit is `
      + `${STREAMS}.`);
  }
  asked.forEach(check);
  const limits = budget();
  return Object.fromEntries(asked.map(([stream, [first, last]]) =>
    [stream, missingIn(log, stream, first, last, limits)]));
}

/**
 * The same for a batch of our agent that asks: `{"stream","first","last","ask":true}`
 * are its `firsthand`, and it has no events.
 *
 * @returns {number[][]|undefined} ranges; undefined where nothing is asked.
 */
export function missingOfBatch({ events, firsthand }, log) {
  if (events > 0 || !isObject(firsthand) || firsthand.ask !== true) return undefined;
  const { stream, first, last } = firsthand;
  check([stream, [first, last]]);
  return missingIn(log, stream, first, last, budget());
}

function missingIn(log, stream, first, last, limits) {
  // Up to here everything was stored, though by now it may be too old to be kept.
  const from = Math.max(first, log.through(stream) + 1);
  if (from > last) return [];
  const { ranges, through } = log.gaps(stream, from, last, limits);
  if (through < last) ranges.push([through + 1, last]);
  return ranges;
}

function check([stream, range]) {
  if (!isStream(stream)) {
    throw refuse(400, 'A stream is a UUID of version 8, in lower case, whose '
      + 'last eight digits are zero.');
  }
  if (!Array.isArray(range) || range.length !== 2 || !range.every(isNumber)
    || range[0] > range[1]) {
    throw refuse(400, `"${stream}" must be [first, last], two whole numbers.`);
  }
}
