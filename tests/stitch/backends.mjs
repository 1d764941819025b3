// The five official server SDKs, as a site's server uses them with firsthand/server,
// pointed at a recorder on this machine.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { root } from '../run/suite.mjs';
import { until } from '../browser/engines/until.mjs';

const require = createRequire(`${root}build/stitch/index.js`);

const ANSWERS = [
  [/^\/amplitude/, { code: 200, events_ingested: 1 }],
  [/^\/posthog/, { status: 1 }],
  [/./, { success: true }],
];

/** What the SDKs post: [{ path, body }] in `seen`. */
const startRecorder = async () => {
  const seen = [];
  const server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString() : bytes.toString();
    if (text) seen.push({ path: req.url, body: JSON.parse(text) });
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify(ANSWERS.find(([pattern]) => pattern.test(req.url))[1]));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const close = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));
  return { url, seen, close };
};

// What each backend got, as one shape: who, and in which session.
const READ = {
  segment: ({ batch }) => batch.map(({ event, anonymousId, userId, context, integrations, properties }) => {
    const session = integrations?.['Actions Amplitude']?.session_id;
    return { event, by: properties.by, anonymousId, userId, session, page: context.page?.path, campaign: context.campaign?.name };
  }),
  rudderstack: ({ batch }) => batch.map(({ event, anonymousId, userId, context, properties }) =>
    ({ event, by: properties.by, anonymousId, userId, session: context.sessionId, page: context.page?.path, campaign: context.campaign?.name })),
  amplitude: ({ events }) => events.map(({ event_type: event, device_id: anonymousId, user_id: userId, session_id: session, event_properties }) =>
    ({ event, by: event_properties.by, anonymousId, userId, session })),
  snowplow: ({ data }) => data.map(({ ue_pr, duid: anonymousId, uid: userId, sid: session, co }) => {
    const { name: event, by } = JSON.parse(ue_pr).data.data;
    return { event, by, anonymousId, userId, session, entities: co ? JSON.parse(co).data.map(({ schema }) => schema.split('/')[1]) : [] };
  }),
  posthog: ({ batch = [] }) => batch.map(({ event, distinct_id: distinctId, properties }) =>
    ({ event, by: properties.by, anonymousId: properties.$device_id, userId: distinctId, session: properties.$session_id })),
};

/** @returns `emit(event, visit, by)` by all SDKs, `received()` by backend, `close()` */
export const startBackends = async () => {
  const recorder = await startRecorder();
  const { url } = recorder;
  const { Analytics } = require('@segment/analytics-node');
  const RudderAnalytics = require('@rudderstack/rudder-sdk-node');
  const amplitude = require('@amplitude/analytics-node');
  const { newTracker, buildSelfDescribingEvent } = require('@snowplow/node-tracker');
  const { PostHog } = require('posthog-node');

  const segment = new Analytics({ writeKey: 'k', host: url, path: '/segment/v1/batch', flushAt: 1 });
  const rudderstack = new RudderAnalytics('k', { dataPlaneUrl: `${url}/rudderstack`, flushAt: 1, gzip: false });
  await amplitude.init('k', { serverUrl: `${url}/amplitude`, flushQueueSize: 1, flushIntervalMillis: 1 }).promise;
  const snowplow = newTracker({ namespace: 'n', appId: 'shop', encodeBase64: false }, { endpoint: `${url}/snowplow`, eventMethod: 'post', bufferSize: 1 });
  const posthog = new PostHog('k', { host: `${url}/posthog`, flushAt: 1, flushInterval: 0, disableGeoip: false });

  const emit = (event, visit, by) => {
    segment.track({ ...visit.segment(), event, properties: { by } });
    rudderstack.track({ ...visit.rudderstack(), event, properties: { by } });
    amplitude.track(event, { by }, visit.amplitude());
    const { payload, context } = visit.snowplow();
    const described = buildSelfDescribingEvent({ event: { schema: 'iglu:example.shop/event/jsonschema/1-0-0', data: { name: event, by } } });
    described.addDict(payload);
    snowplow.track(described, context);
    posthog.capture({ ...visit.posthog({ by }), event });
  };

  const received = () =>
    Object.fromEntries(Object.entries(READ).map(([name, read]) =>
      [name, recorder.seen.filter(({ path }) => path.startsWith(`/${name}`)).flatMap(({ body }) => read(body))]));

  return {
    emit,
    received,
    /** Waits until each backend has so many events. */
    all: (count) => until(() => {
      const found = received();
      return Object.values(found).every(({ length }) => length >= count) && found;
    }, { what: `${count} events at each backend: ${JSON.stringify(Object.entries(received()).map(([n, e]) => [n, e.length]))}` }),
    close: async () => {
      await Promise.allSettled([segment.closeAndFlush({ timeout: 2000 }), posthog.shutdown(2000), amplitude.flush().promise, rudderstack.flush?.()]);
      await recorder.close();
    },
  };
};
