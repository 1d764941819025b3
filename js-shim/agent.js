// One agent: the page's calls, made into texts for the core. What an event is and
// whether it is one is decided there; how events go out is in delivery.js. FH_*
// are the core's constants, put in by build.mjs.
import { createCore } from './core.js';
import { openDelivery } from './delivery.js';
import { browserFacts, pageFacts } from './page.js';
import { loadState } from './store.js';

// The arguments of a verb, as in Segment's spec: leading texts (or numbers: ids),
// then a bag of values, then options. Here: what the bag is called, and what the
// texts are, the last one first.
const verbs = {
  track: ['properties', 'event'],
  page: ['properties', 'name', 'category'],
  identify: ['traits', 'userId'],
  reset: [],
};

// string and number are the types with an r: 15 bytes less than their names.
const isText = (arg) => /r/.test(typeof arg);

// A call as the core takes it (src/event.h).
const describe = (type, args, page) => {
  const [bag, ...names] = verbs[type];
  let n = 0;
  while (isText(args[n])) n++;
  // A track call's name is its first argument, whatever that is.
  if (type === 'track') n = 1;
  const { context, integrations } = args[n + 1] || {};
  const call = { type, [bag]: args[n] || {}, context, integrations, page };
  for (const name of names) call[name] = args[--n];
  return JSON.stringify(call);
};

/** Makes an agent; returns its track function. Nothing in it ever throws. */
export const createTrack = (options) => {
  let core; // made at the first call, or when the page is idle
  let delivery;
  let pageKnown; // identifies the page facts that the core has

  const say = (...words) => options.debug != null && console.warn('[firsthand]', ...words);

  // The one place where errors end: a page must not notice ours.
  const guard = (work) => (...args) => {
    try {
      return work(...args);
    } catch (error) {
      say(error);
    }
  };

  const up = () => {
    if (core) return core;
    const made = createCore();
    const code = made.start({ key: options.key, ...loadState(), browser: browserFacts(), page: pageFacts() });
    if (code < 0) throw made.state(code);
    delivery = openDelivery(made, options, say, guard);
    return (core = made);
  };

  // `facts` and `at`: the page and the time of a call that had to wait.
  const call = guard((type, args, facts = pageFacts(), at) => {
    const id = facts.url + facts.title;
    const { event, state } = up();
    let text;
    guard(() => (text = describe(type, args, id === pageKnown ? undefined : facts)))();
    const result = event(text, FH_ERR_SERIALISE, at);
    if (result < 0) return say('dropped:', state(result), type, ...args);
    pageKnown = id;
    delivery._called(result);
  });

  const track = (...args) => call('track', args);
  for (const verb in verbs) track[verb] = (...args) => call(verb, args);

  track.flush = async () => guard(up)() && delivery._flush();

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

  (self.requestIdleCallback || setTimeout)(guard(up));
  return track;
};
