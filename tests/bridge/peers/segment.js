import { AnalyticsBrowser } from '@segment/analytics-next';
import { queryString } from '@segment/analytics-next/dist/pkg/core/query-string';

const { host } = location;

// What its CDN would answer: no destination but Segment itself.
const analytics = AnalyticsBrowser.load(
  { writeKey: 'test-key', cdnSettings: { integrations: { 'Segment.io': { apiKey: 'test-key', apiHost: `${host}/v1`, protocol: 'http' } } } },
  { useQueryString: false, user: window.STORE === 'localStorage' ? { storage: { stores: ['localStorage'] } } : undefined },
);

window.sdk = {
  ready: new Promise((resolve) => analytics.ready(resolve)),
  ids: async () => {
    const user = await analytics.user();
    return { anonymousId: user.anonymousId(), userId: user.id() };
  },
  identify: (id) => analytics.identify(id),
  reset: () => analytics.reset(),

  /** The calls that it makes of a query. */
  calls: (query) => {
    const calls = [];
    const note = (verb) => (...args) => calls.push([verb, ...args]);
    queryString({ options: {}, setAnonymousId: note('setAnonymousId'), identify: note('identify'), track: note('track') }, query);
    return calls;
  },
};
