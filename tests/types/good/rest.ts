// What calls return, what listeners, middleware and plugins are given.
import { init, type Call, type Middleware, type Options, type Outcome, type Plugin, type SegmentEvent, type SourceMiddleware } from 'firsthand';
import { bridge } from 'firsthand/bridge';

const options: Options = {
  key: 'WRITE_KEY', endpoint: 'https://collect.example/v1/batch', resendDays: 1, consent: 'pending', gpc: 'off', dnt: 'on', storage: 'none',
  cookie: 'Domain=shop.example', sessionIdle: 30, sessionMax: 60, sessionCampaign: 'on', domains: 'a.example b.example', hints: 'model', sample: 0.5,
  rate: 10, mask: '-email', maskDeny: 'pin', maskAllow: 'code', adopt: 'segment', link: 'other.example', query: true, cmp: 'tcf', renew: '', integrations: { All: true },
  debug: 'development'.length > 3 ? true : undefined, dialect: 'segment', label: 'company',
  destinations: [{ endpoint: 'https://eu.i.posthog.com/batch/', key: 'phc_1' }, { endpoint: '/2/httpapi', dialect: 'amplitude', consent: 'ads', label: 'company', resendDays: 7 }],
};
const track = init(options);

export const results = async () => {
  const call: Call = track('Signed Up');
  const outcome: Outcome = await call;
  const event: SegmentEvent = outcome.event;
  const reason: string = outcome.status === 'refused' ? outcome.reason : event.messageId ?? '';
  const maybe: string | undefined = outcome.reason;
  const [first, second] = await Promise.all([track.page(), track.identify('u1')]);
  const late: Outcome | undefined = await track.when(fetch('/'), 'Loaded');
  const status: string = await track.group('acme').then(({ status }) => status).catch(() => 'never');
  await track.alias('new').finally(() => {});
  await track.flush();
  await track.ready(() => {});
  return [reason, maybe, first.event.type, second.status, late, status];
};

const user: { id: string | null; anonymous: string; plan: unknown } = {
  id: track.user().id(),
  anonymous: track.user().anonymousId(),
  plan: track.user().traits()['plan'],
};
track.user().id('u1');
track.user().id(null);
track.user().traits({ plan: 'pro' });
track.user().reset();
const groupId: string | null = track.group().id();
const index: number | undefined = track.session()?.index;
const anonymousId: string = track.setAnonymousId('abc');
console.log(user, groupId, index, anonymousId, track.VERSION.length, track.initialized);

track.consent({ analytics: 'granted', ads: 'denied' }).page();
const said: 'granted' | 'denied' | 'pending' | undefined = track.consent()['analytics'];
const { queue = [], ledger, held } = track.inspect();
console.log(said, queue[0]?.type, ledger, held + 1);

track.register({ plan: 'pro' }).unregister('plan', 'seats').reset().timeout(300).debug().debug(false);
track.register({ name: 'a', load() {} }, { name: 'b', load() {} });
track.push(['track', 'Signed Up', { plan: 'pro' }]);

track.on('track', (event, properties) => console.log(event.length, properties['plan']));
track.once('page', (category, name) => console.log(category?.length, name?.length));
track.on('identify', (userId, traits) => console.log(userId?.length, traits['plan']));
track.on('dropped', ({ reason, event, args }) => console.log(reason.length, event.type, args.length));
track.on('sent', ({ events, bytes }) => console.log(events[0]?.event, bytes.toFixed()));
track.on('answered', ({ status, text }) => console.log(status.toFixed(), text.length));
const heard = (event: SegmentEvent) => console.log(event.type);
track.on('event', heard).off('event', heard).on('ready', () => {});

// Middleware: changes, drops, lets pass, later.
track.use((event) => {
  event.properties = { ...event.properties, plan: 'pro' };
});
track.use((event) => (event.type === 'page' ? null : event));
track.use(async (event) => ({ ...event, context: await Promise.resolve({}) }));
track.use((event) => event.event !== 'Secret');
const later: SourceMiddleware = ({ payload, next, integrations }) => {
  if (integrations['All'] !== false) setTimeout(() => next(payload), 0);
  else next(null);
};
track.addSourceMiddleware(later).addDestinationMiddleware('any', later);

const plugin: Plugin = {
  name: 'mine',
  load: (agent) => agent.on('reset', () => {}),
  track: (event) => void (event.event = 'Other'),
  event: () => false,
};
const typed: Middleware = () => true;
track.use(plugin).use(bridge).use(typed);

// The tag's global.
declare global {
  interface Window {
    analytics: import('firsthand').Track;
  }
}
window.analytics.page();
