import { newTracker, trackSelfDescribingEvent } from '@snowplow/browser-tracker';

// Base64 would only hide the numbers of the events from the collector.
newTracker('sp', location.origin, { appId: 'shop', encodeBase64: false });

const schema = 'iglu:com.example/product_viewed/jsonschema/1-0-0';
window.sdk = { track: (name, data) => trackSelfDescribingEvent({ event: { schema, data } }) };
