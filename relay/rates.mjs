// How much somebody may send: a token bucket for each key or address.
import { RATE_BURST_S, RATE_NAMES } from './limits.mjs';

/**
 * @param {number} perSecond what flows in; a full bucket has RATE_BURST_S of it.
 * @param {() => number} now ms, of a clock that is not set back.
 * @returns {{wait, take}}
 *  - `wait(name) → seconds` until there is something again, 0 when there is;
 *  - `take(name, n)`: takes it even if there is less: a batch is let in as a whole
 *    or not at all, and who owes waits for longer.
 */
export function createRates(perSecond, now) {
  const full = perSecond * RATE_BURST_S;
  const buckets = new Map();

  function levelOf(name) {
    const bucket = buckets.get(name);
    return bucket ? Math.min(full, bucket.level + (now() - bucket.at) / 1000 * perSecond) : full;
  }

  // In the order of their last use: whoever is forgotten has a full bucket.
  function set(name, level) {
    buckets.delete(name);
    buckets.set(name, { level, at: now() });
    if (buckets.size > RATE_NAMES) buckets.delete(buckets.keys().next().value);
  }

  return {
    wait(name) {
      const level = levelOf(name);
      return level > 0 ? 0 : Math.ceil((1 - level) / perSecond);
    },
    take(name, n) {
      set(name, levelOf(name) - n);
    },
  };
}
