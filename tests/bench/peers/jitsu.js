import { jitsuAnalytics } from '@jitsu/js';

const analytics = jitsuAnalytics({ host: location.origin, writeKey: 'test-key:secret' });

window.sdk = { track: (name, properties) => analytics.track(name, properties) };
