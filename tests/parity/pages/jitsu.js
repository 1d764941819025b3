import { jitsuAnalytics } from '@jitsu/js';

const analytics = jitsuAnalytics({ host: window.COLLECTOR, writeKey: 'test-key:secret' });

window.sdk = {
  page: () => analytics.page(),
  track: (name, properties) => analytics.track(name, properties),
  identify: (id, traits) => analytics.identify(id, traits),
};
