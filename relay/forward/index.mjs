// Forwarding: each destination of the configuration reads the log by itself.
import { createDestination } from './destination.mjs';

export { checkDestinations, readDestinations } from './config.mjs';
export { convertPlaybook } from './playbook.mjs';

// After an error of the log itself, which is the disk's.
const AGAIN_MS = 5000;

/**
 * Starts forwarding.
 *
 * @param {object} log of `openEventLog`.
 * @param {Record<string, object>} destinations of `readDestinations`.
 * @param {object} [options] as of `createDestination`.
 * @returns {{status, close}}
 *  - `status() → Promise`: by name what `createDestination` says, and `behind`: events
 *    of the log that it is not done with, and `letters`: its dead letters in the log;
 *  - `close() → Promise`: before the log is closed. What has not been answered goes
 *    out again at the next start, under the same ids.
 * @throws for a mapping with a mistake, before anything is sent.
 */
export function startForwarding(log, destinations, options = {}) {
  const made = Object.entries(destinations)
    .map(([name, own]) =>
      ({ name, start: own.start ?? 'next', destination: createDestination(own, options) }));
  const timers = new Set();
  let closed = false;
  const runs = made.map(begin);

  function begin({ name, start, destination }) {
    const consumer = log.consumer(name, { start });
    return destination.run(consumer).catch(async (error) => {
      if (closed) return;
      options.logger?.error({ destination: name, reason: error.message }, 'the log fails a destination');
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (!closed) runs.push(begin({ name, start, destination }));
      }, AGAIN_MS);
      timers.add(timer);
    });
  }

  return {
    async status() {
      if (made.length === 0) return {};
      const known = new Map((await log.consumers()).map((one) => [one.name, one]));
      return Object.fromEntries(made.map(({ name, destination }) => {
        const { pending = 0, dead = 0 } = known.get(name) ?? {};
        return [name, { ...destination.status(), behind: pending, letters: dead }];
      }));
    },
    async close() {
      closed = true;
      timers.forEach(clearTimeout);
      await Promise.all(made.map(({ destination }) => destination.stop()));
      await Promise.all(runs);
    },
  };
}

/**
 * Sends a destination's dead letters once more, each by itself.
 *
 * @returns {Promise<{delivered: number, failed: number}>} those that failed stay,
 *   with the new reason.
 */
export function replay(log, own, { limit, ...options } = {}) {
  const destination = createDestination(own, options);
  return log.replay(own.name, (row) => destination.deliver(row), { limit });
}
