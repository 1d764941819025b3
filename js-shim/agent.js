// One agent: carries the page's calls to the core and the core's batches to
// the endpoint, in time. What an event is, what goes when, and what an answer
// means is decided in the core.
import { 
  FH_BEACON_REFUSED,
  FH_BEACON_TAKEN,
  FH_ERR_SERIALISE,
  FH_LAST,
  FH_NOW,
  FH_QUEUED,
  FH_SAVE,
  FH_WHEN_DUE,
 } from 'firsthand:codes';
import { createCore } from './core.js';
import { onLifecycle } from './lifecycle.js';
import { browserFacts, pageFacts } from './page.js';
import { post, postLast } from './send.js';
import { loadState, saveState } from './store.js';

// Leading texts (or numbers: ids) of a call, then a bag of values, then options.
const split = (args) => {
  const n = args.findIndex((arg) => !/^(string|number)$/.test(typeof arg));
  return n < 0 ? [args] : [args.slice(0, n), args[n], args[n + 1]];
};

// An event's members from the arguments of each verb, as in Segment's spec.
const verbs = {
  track: ([event, properties, options]) => [{ event, properties: properties || {} }, options],
  page: (args) => {
    const [texts, properties, options] = split(args);
    return [{ name: texts.pop(), category: texts.pop(), properties: properties || {} }, options];
  },
  identify: (args) => {
    const [[userId], traits, options] = split(args);
    return [{ userId, traits: traits || {} }, options];
  },
  reset: () => [],
};

/** Makes an agent; returns its track function. Nothing in it ever throws. */
export const createTrack = (options) => {
  const { endpoint, debug } = options;
  let core; // made at the first call, or when the page is idle
  let timer;
  let flight; // the promise of the request under way
  let unsaved; // the visitor's state changed since it was stored
  let leaving; // pagehide was seen: there may be no later
  let pageKnown; // identifies the page facts that the core has

  const say = (...words) => debug != null && console.warn('[firsthand]', ...words);

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
    const [facts] = pageFacts();
    const code = made.start({ key: options.key, ...loadState(), browser: browserFacts(), page: facts });
    if (code < 0) throw made.state(code);
    return (core = made);
  };

  const save = () => {
    if (unsaved) saveState(core.state);
    unsaved = false;
  };

  const send = (why) => {
    const body = core.take(why);
    if (!body.length) return;
    flight = post(endpoint, body).then((answer) => {
      flight = 0;
      if (!answer.ok) say(`${endpoint} answered`, answer.status, answer.text);
      core.ack(answer.status, answer.text, answer.retryAfter);
      tick();
      return answer.ok;
    });
  };

  const tick = guard(() => {
    clearTimeout(timer);
    timer = 0;
    save();
    send(FH_WHEN_DUE);
    const ms = core.poll();
    if (ms >= 0) timer = setTimeout(tick, ms);
  });

  // All that waits goes by beacons, beside what flies: no answer will be seen.
  const handOver = () => {
    for (let body; (body = core.take(FH_LAST)).length; )
      if (core.ack(postLast(endpoint, body) ? FH_BEACON_TAKEN : FH_BEACON_REFUSED) < 0) break;
  };

  // `snapshot` and `at`: the page and the time of a call that had to wait.
  const call = guard((type, args, [facts, id] = pageFacts(), at) => {
    const { event } = up();
    let text;
    guard(() => {
      const [members, { context, integrations } = {}] = verbs[type](args);
      const page = id === pageKnown ? undefined : facts;
      text = JSON.stringify({ type, ...members, context, integrations, page });
    })();
    const result = event(text, FH_ERR_SERIALISE, at);
    if (result < 0) return say('dropped:', core.state(result), type, ...args);
    pageKnown = id;
    unsaved ||= result & FH_SAVE;
    if (leaving) handOver();
    else if (!timer) timer = setTimeout(tick, result & FH_QUEUED ? core.poll() : 0);
  });

  const track = (...args) => call('track', args);
  for (const verb of ['page', 'identify', 'reset']) track[verb] = (...args) => call(verb, args);

  track.flush = async () => {
    const next = guard(() => (up(), save(), send(FH_NOW)));
    for (next(); await flight; ) next();
  };

  track.ready = (listener) => Promise.resolve().then(guard(() => (up(), listener && listener())));

  // One call that the snippet queued, or `arguments` of a stub of the page's own.
  track._replay = guard((item) => {
    const [verb, args, url, title, referrer, wall, mono] = Array.isArray(item) ? item : ['track', item];
    if (!verbs[verb]) return track[verb](...args);
    call(verb, [...args], url ? [{ url, title, referrer }, url + title] : undefined, wall && [wall, mono]);
  });

  onLifecycle({
    _hidden: guard(() => core && (save(), send(FH_NOW), handOver())),
    _leave: guard(() => ((leaving = 1), core && (save(), handOver()))),
    _back: guard(() => ((leaving = 0), core && (send(FH_NOW), tick()))),
  });
  (self.requestIdleCallback || setTimeout)(guard(up));
  return track;
};
