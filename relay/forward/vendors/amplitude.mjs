// Amplitude, HTTP V2 (amplitude.com/docs/apis/analytics/http-v2).
import { bodyOf, JSON_TYPE, rowsOf } from './dialect.mjs';

const HOSTS = { us: 'api2.amplitude.com', eu: 'api.eu.amplitude.com' };

export const amplitude = {
  needs: ['key'],
  takes: ['region', 'format', 'label'],
  texts: { region: Object.keys(HOSTS), format: ['agent'] },
  endpoint: ({ region = 'us' }) => `https://${HOSTS[region]}/2/httpapi`,
  mapping: new URL('../mappings/amplitude.json', import.meta.url),
  dialect: 'amplitude',
  // 1 MB and 2,000 events; fewer, since one that is refused holds up the others.
  limits: { events: 500, bytes: 900_000, concurrency: 1 },
  // "agent": the rows that the agent itself would send, session_start and all, for
  // a site that has sent them to Amplitude directly before.
  rows: (text, payload, own) =>
    own.format === 'agent' ? rowsOf('amplitude', text, own, Date.now()) : { count: 1, text: payload },
  request: (rows, own, sentAt) =>
    ({ url: own.endpoint, headers: JSON_TYPE, body: bodyOf('amplitude', rows, own, sentAt) }),
};
