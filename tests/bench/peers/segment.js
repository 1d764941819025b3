import { AnalyticsBrowser } from '@segment/analytics-next';

const { host, protocol } = location;

// What its CDN would answer: no destination but Segment itself.
const analytics = AnalyticsBrowser.load({
  writeKey: 'test-key',
  cdnSettings: {
    integrations: {
      'Segment.io': { apiKey: 'test-key', apiHost: `${host}/v1`, protocol: protocol.slice(0, -1) },
    },
  },
});

window.sdk = {
  ready: new Promise((resolve) => analytics.ready(resolve)),
  track: (name, properties) => analytics.track(name, properties),
};
