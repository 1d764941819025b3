// A track for where there is no page: a server that renders one, a worker. Each
// call is there and does nothing, so that code for both need not ask where it is.

const nothing = () => {};

const refused = () => Promise.resolve({ status: 'refused', reason: 'no_page' });

const nobody = () => ({ id: () => null, anonymousId: () => null, traits: () => ({}), reset: nothing });

const events = ['track', 'page', 'pageview', 'screen', 'identify', 'alias'];
const silent = [
  'reset', 'setAnonymousId', 'register', 'unregister', 'time', 'link', 'form', 'trackLink', 'trackClick', 'trackForm', 'trackSubmit',
  'session', 'debug', 'consent', 'use', 'addSourceMiddleware', 'addIntegrationMiddleware', 'addDestinationMiddleware', 'timeout',
];

/** Makes one. */
export const createInert = () => {
  const track = () => refused();
  for (const name of events) track[name] = track;
  for (const name of silent) track[name] = nothing;
  for (const name of ['on', 'once', 'off']) track[name] = () => track;
  return Object.assign(track, {
    user: nobody,
    group: (...args) => (args.length ? refused() : nobody()),
    // A rejection would end a server that nobody tells of it.
    when: (promise) => Promise.resolve(promise).then(refused, refused),
    flush: async () => {},
    ready: async () => {}, // it never is, so the listener waits
    inspect: () => ({}),
    initialized: false,
  });
};
