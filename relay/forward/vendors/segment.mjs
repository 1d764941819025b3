// Whatever speaks Segment's HTTP API v1: Segment, RudderStack, Hightouch, Jitsu,
// another relay (segment.com/docs/connections/sources/catalog/libraries/server/http-api).
import { JSON_TYPE } from './dialect.mjs';

export const segment = {
  needs: ['key'],
  takes: ['dialect'],
  // By whose words an answer is judged, where the address does not tell.
  texts: { dialect: ['segment', 'rudderstack', 'hightouch', 'jitsu', 'metarouter'] },
  endpoint: () => 'https://api.segment.io/v1/batch',
  // 500 KB a batch, 32 KB an event.
  limits: { events: 200, bytes: 480_000, concurrency: 1 },
  rows: (text, payload, own) => ({ count: 1, text: own.mapped ? payload : text }),
  request: (rows, own, sentAt) => ({
    url: own.endpoint,
    headers: { ...JSON_TYPE, authorization: `Basic ${Buffer.from(`${own.key}:`).toString('base64')}` },
    body: `{"batch":[${rows.join(',')}],"sentAt":"${new Date(sentAt).toISOString()}"}`,
  }),
  // Errors that name no event may be about any.
  judge: ({ json, verdict }) =>
    Array.isArray(json?.errors) && json.errors.length > 0 && !json.errors.every((one) => one?.messageId)
      ? 'bisect' : verdict,
  // {"errors": [{messageId, error}]}: the others are taken (our relay).
  refused: ({ json }) => new Map((Array.isArray(json?.errors) ? json.errors : [])
    .filter((one) => typeof one?.messageId === 'string')
    .map(({ messageId, error }) => [messageId, String(error ?? 'refused')])),
};
