import { jitsuAnalytics } from '@jitsu/js';

// Left to itself it takes the last two labels of the host, which an address has not.
const jitsu = jitsuAnalytics({ host: location.origin, writeKey: 'key:secret', cookieDomain: location.hostname });

window.sdk = {
  ready: jitsu.track('Ready'),
  ids: () => {
    const { anonymousId, userId } = jitsu.user();
    return { anonymousId, userId };
  },
  identify: (id) => jitsu.identify(id),
  reset: () => jitsu.reset(),
};
