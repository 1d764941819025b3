// Id sync in an application that bundles the agent.
import { init, type SyncEntry } from 'firsthand';
import { sync } from 'firsthand/sync';

const entries: SyncEntry[] = [
  { provider: 'theTradeDesk', key: 'ttd_id', method: 'fetch', source: 'https://match.vendor.example/id', path: 'user.id', credentials: 'omit', ttl: 180, timeout: 1000 },
  { provider: 'hubSpotTag', key: 'hubspotutk', method: 'firstPartyCookie', source: 'hubspotutk', consent: 'analytics' },
];

init({ key: 'k', endpoint: '/e', sync: entries }).use(sync);
init({ key: 'k', endpoint: '/e', sync: '/sync.json' }).use(sync);
