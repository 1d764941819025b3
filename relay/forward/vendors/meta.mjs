// Meta's Conversions API (developers.facebook.com/docs/marketing-api/conversions-api).
// A request is taken or refused as a whole.
import { JSON_TYPE } from './dialect.mjs';

const VERSION = 'v24.0';

// developers.facebook.com/docs/graph-api/guides/error-handling: an expired token and
// missing permissions are not the events' fault, nor is being asked to slow down.
const CREDENTIALS = new Set([10, 102, 190, 200]);
const TOO_FAST = new Set([1, 2, 4, 17, 32, 341, 613, 80004]);

export const meta = {
  needs: ['pixelId', 'token'],
  takes: ['testEventCode'],
  endpoint: ({ pixelId }) => `https://graph.facebook.com/${VERSION}/${pixelId}/events`,
  mapping: new URL('../mappings/meta.json', import.meta.url),
  silent: true,
  limits: { events: 500, bytes: 1_000_000, concurrency: 1 },
  rows: (text, payload) => ({ count: 1, text: payload }),
  request: (rows, own) => ({
    url: own.endpoint,
    headers: { ...JSON_TYPE, authorization: `Bearer ${own.token}` },
    body: `{"data":[${rows.join(',')}]`
      + (own.testEventCode ? `,"test_event_code":${JSON.stringify(own.testEventCode)}}` : '}'),
  }),
  judge({ json, verdict }) {
    const { code, is_transient: transient } = json?.error ?? {};
    if (CREDENTIALS.has(code)) return 'slow';
    return transient || TOO_FAST.has(code) ? 'retry' : verdict;
  },
};
