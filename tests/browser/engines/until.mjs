// Waiting for a condition instead of for a time.

const POLL_MS = 15;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks `condition` again and again and resolves with its first truthy answer.
 * A throw counts as "not yet": a page that is navigating refuses an eval.
 *
 * @param {() => any} condition may be async
 * @param {object} [options]
 * @param {number} [options.ms] how long to keep asking; generous, because a
 *   loaded machine is slow and a condition that holds costs nothing
 * @param {number} [options.every] the time between two questions; one that costs
 *   the machine something is better asked less often
 * @param {string} [options.what] what is waited for, for the error message
 * @param {() => string | undefined} [options.unless] a reason to give up early
 */
export async function until(condition, { ms = 30_000, every = POLL_MS, what, unless } = {}) {
  const name = what ?? String(condition);
  const end = Date.now() + ms;
  let cause;
  for (;;) {
    try {
      const answer = await condition();
      if (answer) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    const reason = unless?.() ?? (Date.now() > end ? `not within ${ms} ms` : '');
    if (reason) throw new Error(`waited for ${name}: ${reason}`, { cause });
    await pause(every);
  }
}

/** The promise's outcome, or an error that names `what` after `ms`. */
export async function within(promise, ms, what) {
  let timer;
  const late = new Promise((_, reject) => {
    const fail = () => reject(new Error(`${what}: no answer in ${ms} ms`));
    timer = setTimeout(fail, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
