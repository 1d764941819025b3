import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';

const rudder = new RudderAnalytics();
const quiet = { enabled: false };

// What its control plane would answer: a source without device destinations.
rudder.load('test-key', location.origin, {
  getSourceConfig: () => ({
    source: {
      id: 'source',
      name: 'source',
      writeKey: 'test-key',
      enabled: true,
      workspaceId: 'workspace',
      config: { statsCollection: { errors: quiet, metrics: quiet } },
      destinations: [],
    },
  }),
});

window.sdk = {
  ready: new Promise((resolve) => rudder.ready(resolve)),
  track: (name, properties) => rudder.track(name, properties),
};
