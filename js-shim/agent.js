// One agent: the page's calls, made into texts for the core. What an event is and
// whether it is one is decided there, and so is what may be kept and sent; how
// events go out is in delivery.js. FH_* are the core's constants, put in by
// build.mjs.
import { createCore, now } from './core.js';
import { openDelivery } from './delivery.js';
import { clearJournal } from './journal.js';
import { askHints, browserFacts, canonical, measure, pageFacts } from './page.js';
import { attempt, clearState, loadState, rootDomain } from './store.js';

// The arguments of a verb, as in Segment's spec: leading texts (or numbers: ids),
// then a bag of values, then options. Here: what the bag is called, and what the
// texts are, the last one first.
const verbs = {
  track: ['properties', 'event'],
  page: ['properties', 'name', 'category'],
  screen: ['properties', 'name', 'category'],
  identify: ['traits', 'userId'],
  group: ['traits', 'groupId'],
  alias: ['', 'previousId', 'userId'],
};

// These have so many texts, whatever is given for them.
const texts = { track: 1, alias: 2 };

const HELD = 1000; // calls that wait for the visitor's decision, or for the bridge
const BRIDGE_MS = 2000; // for the bridge to come

// string and number are the types with an r: 15 bytes less than their names.
const isText = (arg) => /r/.test(typeof arg);

// A call as the core takes it (src/event.h).
const describe = (type, args) => {
  if (!verbs[type]) return args;
  const [bag, ...names] = verbs[type];
  let n = 0;
  while (isText(args[n])) n++;
  n = texts[type] || n;
  const { context, integrations } = args[n + 1] || {};
  const call = { [bag]: bag ? args[n] || {} : undefined, context, integrations };
  for (const name of names) call[name] = args[--n];
  return call;
};

/** Makes an agent; returns its track function. Nothing in it ever throws. */
export const createTrack = (options) => {
  let core; // made at the first call, or when the page is idle
  let delivery; // opened when the visitor allows it
  let pageKnown; // identifies the page facts that the core has
  const held = []; // calls before he has decided: [text, times, type]
  const stores = options.storage !== 'none';
  const { adopt, link, query, cmp } = options;
  let awaited = [adopt, link, query, cmp].some((option) => option != null); // the bridge

  const say = (...words) => options.debug != null && console.warn('[firsthand]', ...words);

  // The one place where errors end: a page must not notice ours.
  const guard = (work) => (...args) => {
    try {
      return work(...args);
    } catch (error) {
      say(error);
    }
  };

  // What the core's answer says of all that is to be kept and sent. Where nobody is
  // asked first, a refusal must be remembered.
  const obey = (flags, type) => {
    if (flags & FH_CLEAR) {
      if (delivery) delivery._clear();
      else if (stores) clearJournal();
      if (stores) clearState(options.cookie, type === 'consent' && options.consent == null);
    } else if (!(flags & FH_HELD)) delivery ||= openDelivery(core, options, stores, refresh, say, guard);
  };

  // Another document may have changed what is known of the visitor.
  const refresh = guard(() => {
    if (!stores || !core) return;
    obey(core.restore(loadState()));
    release();
  });

  const measured = () => (pageKnown = 0); // the core is to have it

  // `found`: what the bridge has learnt of the visitor elsewhere.
  const up = (found) => {
    if (core || (awaited && !found)) return core;
    awaited = false;
    const made = createCore();
    const { globalPrivacyControl: gpc, doNotTrack } = navigator;
    const code = made.start({
      key: options.key,
      entropy: [...crypto.getRandomValues(new Uint32Array(4))],
      options: { ...options, sample: options.sample * 1e6 },
      gpc,
      dnt: doNotTrack === '1',
      ...(stores && loadState()),
      ...found,
    });
    if (code < 0) throw made.state(code);
    core = made;
    obey(code);
    return core;
  };

  // Calls that were made before the root domain could be tried for get it now.
  const release = () => {
    for (const [text, ...rest] of held.splice(0)) submit(text && text.replace(/"domain":"\S*/, `"domain":"${ownDomain()}`), ...rest);
  };

  // Trying for the root domain sets a cookie for a moment, so only once that is allowed.
  const ownDomain = () => (delivery && stores && rootDomain()) || location.hostname;

  const submit = (text, at, type, args) => {
    const result = core ? core.event(text, FH_ERR_SERIALISE, at) : FH_HELD;
    if (result >= 0) obey(result, type);
    if (result < 0) say('dropped:', core.state(result), type, ...[].concat(args));
    else if (result & FH_HELD) {
      // What he has said of other things is known, and not to be said again.
      if (core && type === 'consent') return result;
      if (held.length < HELD) held.push([text, at, type, args]);
      else if (core) core.event('', FH_ERR_FULL, at);
    } else if (!(result & FH_CLEAR)) delivery._called(result);
    return result;
  };

  // `args` of a verb, or the members of a call that is none. `page` and `at`: those of
  // a call that had to wait.
  const call = guard((type, args, page = pageFacts(), at = now()) => {
    const id = page.url + page.title;
    up();
    const text = guard(() => {
      const facts = id !== pageKnown && {
        domain: `${ownDomain()} ${options.domains || ''}`,
        page: { ...page, canonical: canonical() },
        browser: (guard(measure)(measured), browserFacts()),
        cookies: stores ? attempt(() => document.cookie) : undefined,
      };
      return JSON.stringify({ ...facts, type, ...describe(type, args) });
    })();
    const result = submit(text, at, type, args);
    if (result >= 0 && !(result & FH_HELD)) pageKnown = id;
    return result;
  });

  const track = (...args) => call('track', args);
  for (const verb in verbs) track[verb] = (...args) => call(verb, args);

  // Calls that make no event (src/firsthand.h).
  track.reset = () => {
    call('reset', {});
    pageKnown = 0;
  };
  track.setAnonymousId = (anonymousId) => call('anonymousId', { anonymousId });
  track.register = (properties) => call('register', { properties });
  track.unregister = (...names) => call('register', { properties: Object.fromEntries(names.map((name) => [name, null])) });

  track.consent = guard((categories) => {
    const consent = {};
    for (const name in categories) consent[name] = { granted: true, denied: false }[categories[name]] ?? null;
    call('consent', { consent });
    release();
    pageKnown = 0; // calls that waited have told the core of pages of their own
  });

  /** The way in for the bridge; bridge/index.js tells what it is given. */
  track.use = guard((bridge) => {
    bridge({
      options,
      get domain() {
        return ownDomain();
      },
      start: guard(up),
      call: (verb, ...args) => track[verb](...args),
      consent: track.consent,
      state: () => (delivery && stores ? core.state(FH_STATE_COOKIE) : ''),
    });
    release();
  });
  // If it does not come in time, things go on without it.
  track._without = () => awaited && track.use(({ start }) => start({}));
  if (awaited) {
    setTimeout(track._without, BRIDGE_MS);
    addEventListener('pagehide', () => awaited && (track._without(), delivery && delivery._leave()), true);
  }
  track._awaits = awaited;

  track.flush = async () => guard(up)() && delivery && delivery._flush();

  track.ready = (listener) => Promise.resolve().then(guard(() => (up(), listener && listener())));

  // One call that the snippet queued, or `arguments` of a stub of the page's own.
  track._replay = guard((item) => {
    if (!Array.isArray(item)) return track(...item);
    const [verb, text, url, title, wall, args] = item;
    // Objects as they were then: the page may have changed them since.
    const was = (arg, i) => (text && typeof arg === 'object' ? JSON.parse(text)[i] : arg);
    if (!verbs[verb]) return track[verb](...args());
    const { referrer } = document;
    call(verb, args().map(was), { url, title, referrer }, [wall, performance.now() - Date.now() + wall]);
  });

  // Another tab has; or the visitor has refused there.
  const changed = guard(({ key, newValue }) => {
    if (key !== '_fh') return;
    if (newValue) refresh();
    else if (core) track.consent({ analytics: 'denied' });
  });
  if (stores) addEventListener('storage', changed);
  if (options.hints) askHints(options.hints).catch(say);
  guard(measure)(measured);

  (self.requestIdleCallback || setTimeout)(guard(() => up()));
  return track;
};
