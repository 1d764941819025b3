import { newTracker, trackSelfDescribingEvent } from '@snowplow/browser-tracker';

newTracker('sp', window.COLLECTOR, { appId: 'test' });

const schema = 'iglu:com.example/fault/jsonschema/1-0-0';
window.sdk = {
  ready: Promise.resolve(),
  track: (i) => trackSelfDescribingEvent({ event: { schema, data: { i } } }),
};
