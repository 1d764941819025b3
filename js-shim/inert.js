// A track for where there is no page: a server that renders one, a worker. Each
// call is there and does nothing, so that code for both need not ask where it is.
// tests/types holds it against the types.
import { isFunction, resolvers } from './arguments.js';

const nothing = () => {};

// Answers as the agent does, so that nobody waits in vain. A listener that throws
// must not end a server.
const refused = (type, args) => {
  const outcome = Promise.resolve({ status: 'refused', reason: 'no_page', event: { type } });
  const callback = args.find(isFunction);
  if (callback) outcome.then(callback).catch(nothing);
  return outcome;
};

const nobody = { id: () => null, anonymousId: () => '', traits: () => ({}), reset: nothing, logout: nothing };
const inspection = { anonymousId: '', userId: null, groupId: null, session: null, consent: {}, held: 0 };

const silent = [
  'reset', 'register', 'unregister', 'time', 'link', 'trackLink', 'trackClick', 'form', 'trackForm', 'trackSubmit', 'use', 'on', 'once', 'off',
  'addSourceMiddleware', 'addIntegrationMiddleware', 'addDestinationMiddleware', 'debug', 'timeout', 'initialize', 'push',
];

/** Makes one. */
export const createInert = () => {
  const track = (...args) => refused('track', args);
  for (const name in resolvers) track[name] = (...args) => refused(name, args);
  for (const name of silent) track[name] = () => track;
  return Object.assign(track, {
    pageview: (...args) => refused('page', args),
    group: (...args) => (args.length ? refused('group', args) : nobody),
    user: () => nobody,
    session: () => null,
    setAnonymousId: () => '',
    consent: (said) => (said ? track : {}),
    inspect: () => inspection,
    // A rejection would end a server that nobody tells of it.
    when: async (promise) => Promise.resolve(promise).then(nothing, nothing),
    flush: async () => {},
    stitch: async () => ({ ok: false, reason: 'no_page' }),
    ready: async () => {}, // it never is, so the listener is not called
    initialized: false,
    VERSION: FH_VERSION,
  });
};
