// How long to wait before the next attempt.

const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60_000;

/**
 * Full jitter: anywhere between nothing and a bound that doubles, so that many who
 * failed at the same moment do not come back at the same moment
 * (aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter).
 *
 * @param {number} attempt 1 after the first failure.
 * @param {number} least ms that the answer has asked for: the wait is no shorter.
 * @param {{first?: number, longest?: number, random?: () => number}} [options]
 * @returns {number} ms.
 */
export function backoff(attempt, least, options = {}) {
  const { first = FIRST_MS, longest = LONGEST_MS, random = Math.random } = options;
  const bound = Math.min(longest, first * 2 ** Math.min(attempt - 1, 30));
  return least + random() * bound;
}

/**
 * The header "Retry-After" (RFC 9110, 10.2.3), in whole seconds from now; 0: none.
 */
export function retryAfter(header, now) {
  if (!header) return 0;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return date > now ? Math.ceil((date - now) / 1000) : 0;
}
