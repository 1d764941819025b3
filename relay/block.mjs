// What the agent says of a batch: its `firsthand` block (src/batch.c). It came
// over the wire, so each member counts only where it is what it should be.
import { isObject } from './json.mjs';
import { DROP_REASONS } from './limits.mjs';
import { isNumber, isStream } from './stream.mjs';

/**
 * @param {string} text the block as JSON.
 * @returns {{stream: string|undefined, last: number, dropped: object}} `last`
 *   is the highest number of the batch, -1 where it says none; `dropped` has,
 *   by reason, all that the stream had dropped by then. Without a stream the
 *   others mean nothing.
 */
export function readBlock(text) {
  const block = JSON.parse(text) ?? {};
  return {
    stream: isStream(block.stream) ? block.stream : undefined,
    last: isNumber(block.last) ? block.last : -1,
    dropped: mostDropped({}, isObject(block.dropped) ? block.dropped : {}),
  };
}

/**
 * Merges two counts by reason. Counts of a stream only grow, so of two batches
 * the higher one is the later, in whatever order they arrive. Over the bound
 * the first by name stay, which does not depend on the order either.
 *
 * @param {object} known from here.
 * @param {object} said what is no count is left out.
 * @returns {object}
 */
export function mostDropped(known, said) {
  if (Object.keys(said).length === 0) return known;
  const most = new Map(Object.entries(known));
  for (const [reason, count] of Object.entries(said)) {
    if (!/^\w{1,40}$/.test(reason) || !isNumber(count) || count === 0) continue;
    most.set(reason, Math.max(count, most.get(reason) ?? 0));
  }
  const sorted = [...most].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.slice(0, DROP_REASONS));
}
