// PostHog, /batch/ (posthog.com/docs/api/capture).
import { bodyOf, JSON_TYPE, rowsOf } from './dialect.mjs';

const HOSTS = { us: 'us.i.posthog.com', eu: 'eu.i.posthog.com' };

export const posthog = {
  needs: ['key'],
  takes: ['region', 'label'],
  texts: { region: Object.keys(HOSTS) },
  endpoint: ({ region = 'us' }) => `https://${HOSTS[region]}/batch/`,
  mapping: false,
  dialect: 'posthog',
  limits: { events: 500, bytes: 1_000_000, concurrency: 1 },
  rows: (text, payload, own) => rowsOf('posthog', text, own, Date.now()),
  request: (rows, own, sentAt) =>
    ({ url: own.endpoint, headers: JSON_TYPE, body: bodyOf('posthog', rows, own, sentAt) }),
};
