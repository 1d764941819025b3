// The events that the server makes, by Segment's own SDK. Its address is the only thing
// that is not as in any shop with Segment: it is that of the relay.
import { createRequire } from 'node:module';

// `make demo` installs it there; sdk/package-lock.json says which.
const require = createRequire(new URL('../../build/demo/', import.meta.url));

/** @param {string} host the relay's address */
export const createTracking = (host) => {
  const { Analytics } = require('@segment/analytics-node');
  const analytics = new Analytics({ writeKey: 'demo-server', host, path: '/v1/batch', flushAt: 1 });
  analytics.on('error', ({ code, reason }) => console.error(`demo: an event was not delivered (${code})`, reason));

  return {
    /**
     * @param {object} visit of `stitch`
     * @param {string} event
     * @param {object} properties
     */
    track: (visit, event, properties) => analytics.track({ ...visit.segment(), event, properties }),
    close: () => analytics.closeAndFlush({ timeout: 2000 }),
  };
};
