// One agent: the page's calls, made into texts for the core. What an event is and
// whether it is one is decided there, and so is what may be kept and sent; how
// events go out is in delivery.js. FH_* are the core's constants, put in by
// build.mjs.
import { describe, isFunction, resolvers } from './arguments.js';
import { Call } from './call.js';
import { createCore, now, prepare } from './core.js';
import { openDelivery } from './delivery.js';
import { startDestinations } from './destinations.js';
import { createHooks } from './hooks.js';
import { clearJournal } from './journal.js';
import { createListeners } from './listeners.js';
import { createMoments } from './moments.js';
import { Promise } from './natives.js';
import { askHints, browserFacts, canonical, measure, pageFacts } from './page.js';
import { attempt, clearState, loadState, rootDomain } from './store.js';
import { createVisitor } from './visitor.js';

const HELD = 1000; // calls that wait for the visitor's decision, for the bridge, or for the end of their task
const AT_ONCE = 200; // of the last, so that a slow machine has no long task by them
const BRIDGE_MS = 2000; // for the bridge to come

/**
 * Makes an agent; returns its track function. Nothing in it ever throws.
 * @param options of the site
 * @param load brings another file of ours, by the name of its part: 'bridge'; calls the
 *   function behind that if it does not come, and the next one when it has come
 */
export const createTrack = (options, load) => {
  let core; // made at the first call, or when the page is idle
  let delivery; // opened when the visitor allows it
  let openDestinations; // where there are several
  let pageKnown; // identifies the page facts that the core has
  let debugs = options.debug != null;
  let shares; // tells the other agents of the page
  let past; // what has happened until the debugger is there
  let known; // by the bridge
  let refused; // WebAssembly is
  let rise;
  const risen = new Promise((resolve) => (rise = resolve)); // the core is there, or has failed
  const held = []; // calls before he has decided: [text, times, call]
  const pending = []; // calls of this task: [call, page, times, text]
  const started = new Map(); // by event: when time() was called
  const stores = options.storage !== 'none';
  const { adopt, link, query, cmp, renew, planMode } = options;
  const plan = planMode === 'off' ? null : options.plan;
  let awaited = [adopt, link, query, cmp, renew, plan].some((option) => option != null); // the bridge, or the plan

  const say = (...words) => debugs && attempt(() => console.warn('[firsthand]', ...words));

  // The one place where errors end: a page must not notice ours.
  const guard = (work) => (...args) => {
    try {
      return work(...args);
    } catch (error) {
      say(error);
    }
  };

  // The other one: what is to come. By await, which no page can replace.
  const calm = async (promise) => {
    try {
      return await promise;
    } catch (error) {
      say(error);
    }
  };

  // Nor should it those of its own functions that we call.
  const safely = guard((work, args) => {
    const promise = work(...args);
    if (promise && promise.catch) promise.catch(say);
  });

  const listeners = createListeners(safely);
  const emit = (...what) => {
    if (past) past.push(what);
    listeners._emit(...what);
  };
  const isHeard = () => past || listeners._heard;
  const hooks = createHooks(say);

  // Segment's: what load() was told holds for each call, as yes or no.
  const integrations =
    options.integrations && Object.fromEntries(Object.entries(options.integrations).map(([name, value]) => [name, !!value]));

  // What the core's answer says of all that is to be kept and sent. Where nobody is
  // asked first, a refusal must be remembered.
  const obey = (flags, type) => {
    if (flags & FH_CLEAR) {
      if (delivery) delivery._clear();
      else if (stores) clearJournal();
      if (stores) clearState(options.cookie, type === 'consent' && options.consent == null);
      share('');
    } else if (!(flags & FH_HELD)) {
      delivery ||=
        FH_DESTINATIONS > 1 && openDestinations
          ? openDestinations(core, visitor._consent, stores, refresh, share, say, guard, calm, isHeard, emit, settle)
          : openDelivery(core, options, stores, refresh, share, say, guard, calm, isHeard, emit, settle);
      if (FH_DESTINATIONS > 1 && openDestinations && (!type || type === 'consent')) delivery._told();
    }
  };

  // Other agents of this page hear of it as those of other documents do.
  const share = (newValue) => {
    shares = 1;
    if (stores) dispatchEvent(new StorageEvent('storage', { key: '_fh', newValue }));
    shares = 0;
  };

  // Another document may have changed what is known of the visitor.
  const refresh = guard(() => {
    if (!stores || !core) return;
    obey(core.restore(loadState()));
    release();
  });

  const measured = () => (pageKnown = 0); // the core is to have it

  // `found`: what the bridge has learnt of the visitor elsewhere. `twin`: the core where
  // WebAssembly is refused, which is found out by trying.
  const up = guard((found, twin) => {
    if (core || (awaited && !(found || twin))) return core;
    awaited = false;
    known ||= found;
    const made = attempt(() => createCore(twin));
    if (!made) {
      if (!load || refused) return;
      awaited = refused = true;
      return load('twin', () => {
        awaited = false;
        for (const [, , call] of held.splice(0)) decide(call, FH_ERR_CONFIG);
      });
    }
    const { globalPrivacyControl: gpc, doNotTrack } = navigator;
    const config = {
      key: options.key,
      entropy: [...crypto.getRandomValues(new Uint32Array(4))],
      options: { ...options, sample: options.sample * 1e6 },
      gpc,
      dnt: doNotTrack === '1',
      ...(stores && loadState()),
      ...known,
    };
    const isMany = FH_DESTINATIONS > 1 && options.destinations;
    // The events are made for all: each destination has its format from its own core.
    const code = made.start(isMany ? { ...config, options: { ...config.options, dialect: 'segment' } } : config);
    if (code < 0) throw made.state(code);
    if (isMany) openDestinations = startDestinations(config, twin);
    // A build without dialects must not send one's backend what that cannot read.
    if ((!FH_DIALECTS && !/^(segment)?$/.test(options.dialect || '')) || (FH_DESTINATIONS < 2 && options.destinations)) throw made.state(FH_ERR_CONFIG);
    core = made;
    rise();
    obey(code);
    return core;
  });

  // Brings up the core, when its module has been compiled beside the page.
  const bring = async () => {
    await calm(prepare());
    rise(up());
  };

  // Calls that were made before the root domain could be tried for get it now.
  const release = () => {
    for (const [text, ...rest] of held.splice(0)) submit(text && text.replace(/"domain":"\S*/, `"domain":"${ownDomain()}`), ...rest);
  };

  // Trying for the root domain sets a cookie for a moment, so only once that is allowed.
  const ownDomain = () => (delivery && stores && rootDomain()) || location.hostname;

  // What the call's promise, callback and listeners are told. The core still has an
  // event of the same task, and one that is not sent yet.
  const tell = guard((call) => {
    const { _type: type, _result: result } = call;
    const event = { type, ...call._call };
    if (result < 0) return { status: 'refused', reason: core ? core.state(result) : 'invalid_config', event };
    if (result & FH_HELD) return { status: 'held', event };
    return { status: 'queued', event: attempt(() => JSON.parse(core.built(call._number))) || event };
  });

  const announce = async (call, { reason, event }) => {
    await 0;
    const { _type: type, _args: args } = call;
    if (reason) return emit('dropped', { reason, type, event, args });
    if (!event) return emit(type); // reset, and the like
    emit('event', event);
    // Segment's: the members that the verb's arguments give.
    listeners._emit(type, ...call._names.map((name) => event[name]));
  };

  const decide = guard((call, result) => {
    const { _type: type, _args: args, _result: before } = call;
    call._decide(result);
    const isHeld = result & FH_HELD && result > 0;
    if (isHeard() && !isHeld) calm(announce(call, resolvers[type] || result < 0 ? tell(call) : {}));
    if (!resolvers[type]) return;
    const callback = before == null && args.find(isFunction);
    if (callback) call.then((context) => safely(callback, [context]));
  });

  // Lets the page's hooks have a queued event. What comes out within the call takes
  // its place, what comes later is a call of its own. Returns what has become of it.
  const filter = (call, result) => {
    const text = core.built(call._number);
    // Its messageId, if that is the core's own, which puts it in again.
    const own = call._call && call._call.messageId ? '' : text.slice(1, 52);
    let out, isLate;
    hooks._run(
      text,
      guard((after) => {
        if (!isLate) out = after;
        else if (after) submit(after, now(), call._result == null ? call : Object.assign(new Call(call._type, [], tell), { _names: call._names }), 1);
        else decide(call, FH_ERR_MIDDLEWARE);
      }),
    );
    isLate = 1;
    if (out !== text) core.event(`{"type":"amend","number":${call._number},"event":${out ? out.replace(own, '') : null}}`, 0, now());
    return out ? result : out === '' ? FH_ERR_MIDDLEWARE : undefined;
  };

  const submit = (text, at, call, isFiltered) => {
    const { _type: type } = call;
    let result = core ? core.event(text, FH_ERR_SERIALISE, at) : FH_HELD;
    if (result >= 0) obey(result, type);
    if (result < 0) say('dropped:', core.state(result), type, ...[].concat(call._args));
    else if (result & FH_HELD) {
      // What he has said of other things is known, and not to be said again.
      if (core && type === 'consent') return result;
      if (held.length < HELD) held.push([text, at, call]);
      else {
        result = FH_ERR_FULL;
        if (core) core.event('', result, at);
      }
    } else if (!(result & FH_CLEAR)) {
      const parked = core.parked(result);
      call._number = core.number();
      if (hooks._hooks.length && resolvers[type] && !isFiltered) result = filter(call, result);
      delivery._called(result, parked);
    }
    if (result != null) decide(call, result);
    return result;
  };

  const describeCall = (made) => {
    const { _type: type, _args: args } = made;
    if (!resolvers[type]) return args;
    const [call, given] = resolvers[type](args);
    made._names = Object.keys(call);
    if (given || integrations) describe(call, given, integrations);
    if (started.has(call.event)) {
      const duration = Math.round(performance.now() - started.get(call.event)) / 1000;
      started.delete(call.event);
      call.properties = { duration, ...call.properties };
    }
    if (call.anonymousId && (call.event || type !== 'track')) setAnonymousId(call.anonymousId);
    return call;
  };

  // The call as it is now: the page may change its objects in this very task.
  const write = guard((call) => {
    call._call = describeCall(call);
    return JSON.stringify({ type: call._type, ...call._call });
  });

  // What the core has yet to know of the page, in front of a call.
  const facts = guard((page) =>
    JSON.stringify({
      domain: `${ownDomain()} ${options.domains || ''}`,
      page: { referrer: document.referrer, canonical: canonical(), ...page },
      browser: (guard(measure)(measured), browserFacts()),
      cookies: stores ? attempt(() => document.cookie) : undefined,
    }).replace(/}$/, ','),
  );

  const make = guard((call, page, at, text) => {
    if (!up() && !awaited) return;
    const id = page.url + page.title;
    const result = submit(text && id !== pageKnown ? (facts(page) || '{') + text.slice(1) : text, at, call);
    if (result >= 0 && !(result & FH_HELD)) pageKnown = id;
    return 1;
  });

  // Lets the core have the calls that wait. None leaves the list where the page has
  // broken even the reading of lists.
  const settle = guard((most = HELD) => {
    while (most-- && pending.length) {
      const [made, page, at, text] = pending[0];
      pending.shift();
      make(made, page, at, text) || decide(made, FH_ERR_CONFIG);
    }
    if (pending.length) setTimeout(settleSome);
  });
  const settleSome = () => settle(AT_ONCE);

  // Where the core is not there yet it is brought up first, in tasks of its own.
  const settleSoon = async () => {
    await (core || bring());
    settleSome();
  };

  // The verbs that need not be done when they return: a page's first ones, too.
  const canWait = (verb) => verb === 'track' || (!core && (verb === 'page' || verb === 'ready'));

  // An event is only written down in the call, and goes to the core at the end of the
  // task. Other verbs come behind it, and are to have been heard when they return, as
  // are events that the page's hooks get.
  const put = guard((call, page = pageFacts(), at = now()) => {
    const count = pending.push([call, page, at, write(call)]);
    if (!canWait(call._type) || hooks._hooks.length) settle();
    else if (count > HELD) settleSome();
    else if (count < 2) settleSoon();
  });

  // `args` of a verb, or the members of a call that is none. `page` and `at`: those of
  // a call that had to wait.
  const call = (type, args, page, at) => {
    const made = new Call(type, args, tell);
    put(made, page, at);
    return made;
  };

  const track = (...args) => call('track', args);
  const visitor = createVisitor(() => (up() ? core.state(FH_STATE_STORE) : ''), call);
  const { setAnonymousId, user, session } = visitor._verbs;

  const consent = (categories) => {
    if (!categories) return visitor._consent();
    const said = {};
    for (const name in categories) said[name] = { granted: true, denied: false }[categories[name]] ?? null;
    call('consent', { consent: said });
    release();
    pageKnown = 0; // calls that waited have told the core of pages of their own
  };

  // What plugins of our own are given besides; bridge/index.js and debug/index.js
  // tell what they use.
  const host = {
    options,
    get domain() {
      return ownDomain();
    },
    start: up,
    call: (verb, ...args) => track[verb](...args),
    consent: guard(consent),
    order: call, // makes a call that is no verb: (type, members)
    state: (which) => (delivery && (stores || which) ? core.state(which) : ''), // the cookie's, if left out
    /** [name, what], as listeners would have been told; from here on they are. */
    get past() {
      const all = past || [];
      past = 0;
      return all;
    },
  };

  const use = (item) => {
    hooks._use(item);
    if (item.load) safely(() => item.load(track, host), []);
    release();
  };

  const ready = async (listener) => {
    bring();
    await risen;
    if ((core || awaited) && listener) safely(listener, []);
  };

  const { on } = listeners._verbs;
  const noDestinations = () => say('there are no destinations in the page');

  // Each is guarded, and returns the track function if it returns nothing.
  const verbs = {
    __proto__: null, // whatever the page has put into that of all objects
    ...listeners._verbs,
    ...visitor._verbs,
    ...createMoments(track, guard),
    on: (name, listener) => (name === 'ready' ? ready(listener) && undefined : on(name, listener)),
    group: (...args) => (args.length ? call('group', args) : visitor._group),
    pageview: (path) => call('page', [{ path }]),
    reset: () => {
      call('reset', {});
      pageKnown = 0;
    },
    register: (...items) => {
      for (const item of items) item.load ? use(item) : call('register', { properties: item });
    },
    unregister: (...names) => {
      call('register', { properties: Object.fromEntries(names.map((name) => [name, null])) });
    },
    time: (event) => {
      started.set(event, performance.now());
    },
    use,
    addSourceMiddleware: (middleware) => {
      hooks._source(middleware);
    },
    addIntegrationMiddleware: noDestinations,
    addDestinationMiddleware: noDestinations,
    timeout: () => {}, // nothing here waits
    initialize: () => {}, // by this a second snippet of Segment's knows that it is too late
    consent,
    flush: async () => up() && delivery && (await delivery._flush()),
    ready,
    debug: (isOn = true) => {
      debugs = isOn;
      if (isOn && load && !host.debug) {
        host.debug = past = [];
        load('debug', () => (past = 0));
      }
    },
    // Once the file is there this is no longer what is called.
    stitch: (failed) => failed || (load && new Promise((done) => load('stitch', done, done)).then(() => track.stitch({ reason: 'not_loaded' }))),
    inspect: () => ({
      anonymousId: setAnonymousId(),
      userId: user().id(),
      groupId: visitor._group.id(),
      session: session(),
      consent: consent(),
      held: held.length,
      ...(core && delivery && delivery._waiting()),
    }),
    push: ([verb, ...args]) => track[verb] && track[verb](...args),
  };
  for (const verb in resolvers) verbs[verb] ||= (...args) => call(verb, args);
  for (const verb in verbs) {
    const safe = guard((args) => verbs[verb](...args));
    track[verb] = (...args) => {
      if (!canWait(verb)) settle();
      const result = safe(args);
      return result === undefined ? track : result;
    };
  }
  track.initialized = true;
  track.VERSION = FH_VERSION;

  // One call that a stub has queued: the snippet's, Segment's (an array, last what it
  // knows of the page), or `arguments` of a stub of the page's own.
  track._replay = guard((item, isSegments) => {
    if (!Array.isArray(item)) return track(...item);
    const [verb, text, url, title, wall, args] = item;
    if (isSegments) {
      const rest = item.slice(1);
      const { __t, u, t, r } = rest[rest.length - 1] || {};
      if (!__t) return track[verb](...rest);
      rest.pop();
      return verb === 'group' && !rest.length ? undefined : call(verb, rest, { url: u, title: t, referrer: r });
    }
    // Objects as they were then: the page may have changed them since.
    const was = (arg, i) => (text && typeof arg === 'object' ? JSON.parse(text)[i] : arg);
    if (!resolvers[verb]) return track[verb](...args());
    call(verb, args().map(was), { url, title }, [wall, performance.now() - Date.now() + wall]);
  });

  // Another agent has stored; or the visitor has refused there.
  const changed = guard(({ key, newValue }) => {
    if (key !== '_fh' || shares) return;
    if (newValue) refresh();
    else if (core) consent({ analytics: 'denied' });
  });
  guard(() => {
    if (stores) addEventListener('storage', changed);
    (self.requestIdleCallback || setTimeout)(() => ready());
  })();
  if (options.hints) calm(askHints(options.hints));
  guard(measure)(measured);

  // If the bridge does not come in time, things go on without it.
  const without = guard(() => {
    if (!awaited) return;
    up({});
    release();
  });
  if (awaited) {
    setTimeout(without, BRIDGE_MS);
    if (load) load(plan ? 'plan' : 'bridge', without); // the plan's file loads the bridge
  }
  // The page may be left while calls wait for the bridge or the core.
  const left = guard(() => {
    if (delivery || refused || document.prerendering) return;
    without();
    settle();
    if (delivery) delivery._leave();
  });
  guard(() => addEventListener('pagehide', left, true))();

  return track;
};
