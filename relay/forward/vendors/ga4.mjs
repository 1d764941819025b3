// Google Analytics 4, Measurement Protocol
// (developers.google.com/analytics/devguides/collection/protocol/ga4). It answers 2xx to
// everything: a wrong secret looks like a right one, so try a configuration with
// debug/mp/collect as the endpoint first.
import { JSON_TYPE } from './dialect.mjs';

export const ga4 = {
  needs: ['measurementId', 'apiSecret'],
  takes: [],
  endpoint: () => 'https://www.google-analytics.com/mp/collect',
  mapping: new URL('../mappings/ga4.json', import.meta.url),
  silent: true,
  single: true,
  // A request has one client and one time, so it is one event; 130 kB.
  limits: { events: 1, bytes: 130_000, concurrency: 8 },
  rows: (text, payload) => ({ count: 1, text: payload }),
  request(rows, own) {
    const url = new URL(own.endpoint);
    url.searchParams.set('measurement_id', own.measurementId);
    url.searchParams.set('api_secret', own.apiSecret);
    return { url: url.href, headers: JSON_TYPE, body: rows[0] };
  },
};
