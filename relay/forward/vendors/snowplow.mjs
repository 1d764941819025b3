// A Snowplow collector, tp2 (docs.snowplow.io).
import { bodyOf, JSON_TYPE, rowsOf } from './dialect.mjs';

export const snowplow = {
  needs: ['endpoint'],
  takes: ['key', 'label'],
  mapping: false,
  dialect: 'snowplow',
  // The collector's own bound is 2 MB a request.
  limits: { events: 200, bytes: 1_000_000, concurrency: 1 },
  rows: (text, payload, own) => rowsOf('snowplow', text, own, Date.now()),
  request: (rows, own, sentAt) =>
    ({ url: own.endpoint, headers: JSON_TYPE, body: bodyOf('snowplow', rows, own, sentAt) }),
};
