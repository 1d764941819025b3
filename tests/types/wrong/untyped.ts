// Wrong without a map of events, too.
import { init, type Outcome, type Plugin } from 'firsthand';

// @ts-expect-error: a key is needed
init({ endpoint: '/v1/batch' });
// @ts-expect-error: no such option
init({ key: 'k', endpoit: '/v1/batch' });
// @ts-expect-error: no such state
init({ key: 'k', endpoint: '/e', consent: 'maybe' });
// @ts-expect-error: a number
init({ key: 'k', endpoint: '/e', sessionIdle: '30' });

const track = init({ key: 'k', endpoint: '/e' });

// @ts-expect-error: an event has a name
track();
// @ts-expect-error: which is a text
track(42);
// @ts-expect-error: properties are an object
track('Signed Up', 'pro');
// @ts-expect-error: and no array
track('Signed Up', ['pro']);
// @ts-expect-error: the time of an event is none of these
track('Signed Up', {}, { timestamp: true });
// @ts-expect-error: nothing comes after the callback
track('Signed Up', {}, {}, () => {}, 1);
// @ts-expect-error: one object needs the event's name
track({ properties: {} });
// @ts-expect-error: a page's name is a text
track.page(7);
// @ts-expect-error: traits are an object
track.identify('u1', 'pro');
// @ts-expect-error: an id
track.alias({});
// @ts-expect-error: no such state
track.consent({ analytics: 'yes' });
// @ts-expect-error: nothing of that name happens
track.on('tracked', () => {});
// @ts-expect-error: a reset is told without anything
track.on('reset', (what: string) => what);
// @ts-expect-error: no such call
track.trackPage();
// @ts-expect-error: functions between the calls and the queue return events
track.use(() => 'event');
// @ts-expect-error: no such hook
export const plugin: Plugin = { track: 'event' };
// @ts-expect-error: there may be no session
track.session().index;
// @ts-expect-error: a text
export const id: number = track.user().id();
// @ts-expect-error: it is what it is
track.VERSION = '2';

export const read = ({ reason, status }: Outcome): string => {
  // @ts-expect-error: there is no such status
  if (status === 'sent') return '';
  // @ts-expect-error: what is queued has no reason
  return reason;
};

// @ts-expect-error: this is not exported
export type { Made } from 'firsthand';
