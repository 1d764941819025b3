// One agent: carries the page's calls to the core and the core's batches to
// the endpoint, in time. What an event is, what goes when, and what an answer
// means is decided in the core. FH_* are its constants, put in by build.mjs.
import { createCore } from './core.js';
import { openJournal } from './journal.js';
import { onLifecycle } from './lifecycle.js';
import { browserFacts, pageFacts } from './page.js';
import { post, postLast, postLater } from './send.js';
import { loadAcks, loadState, saveState } from './store.js';
import { openTabs } from './tabs.js';

const RESEND_DAYS = 7; // Amplitude's dedupe window, the longest there is
const IDLE_MS = 3000; // before the page minds others' events
const AGAIN_MS = 60000; // until it looks for more
const REREAD_MS = 1000; // for the journal to answer a page that has slept
const NET_MS = 500; // at most so often is the net made anew

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
  const { endpoint, debug } = options;
  let core; // made at the first call, or when the page is idle
  let timer; // for the next request
  let later; // a task made calls that are to be saved
  let flight; // the promise of the request under way
  let tabs; // the other documents of the origin
  let journal; // of events; undefined where the browser has none
  let orphans; // rows wait in the journal to be taken over: there may be more
  let again; // timer of the next look for such
  let takeBack; // takes back what waits with the browser
  let netMade = 0; // when that was given to it
  let reached = true; // the last request was answered
  let unsaved; // the visitor's state changed since it was stored
  let leaving; // pagehide was seen: there may be no later
  let waking; // what happened in a sleep is not known yet
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

  // A page that is rendered ahead and perhaps never shown keeps its calls.
  const awake = (work) => guard(() => core && !document.prerendering && work());

  const up = () => {
    if (core) return core;
    const made = createCore();
    const code = made.start({ key: options.key, ...loadState(), browser: browserFacts(), page: pageFacts() });
    if (code < 0) throw made.state(code);
    tabs = guard(openTabs)(heard, () => !leaving);
    const days = options.resendDays ?? RESEND_DAYS;
    if (days > 0) journal = guard(openJournal)(tabs, days);
    return (core = made);
  };

  // What must survive the page: the visitor's state, and events in the journal.
  const save = () => {
    if (unsaved) saveState(core.state);
    unsaved = false;
    if (!journal) return;
    for (let row; (row = core.journal()).length; ) journal._add(row);
    if (leaving) journal._leave();
    else journal._commit().catch(say);
  };

  // Rows that are done with.
  const end = (ids) => journal && ids.length && journal._delete(ids).catch(say);

  // Rows that left memory for younger ones: what is stored comes back later.
  const park = (ids) =>
    ids.forEach((id) => {
      orphans = 1;
      const row = journal._park(id);
      if (!row) return;
      core.adopt(row, FH_ERR_FULL);
      end([id]);
    });

  // What beacons brought, by the receiver's cookie.
  const readAcks = () => end(core.acknowledged(loadAcks() || ''));

  // Events of pages that ended before theirs were acknowledged, some rows at a time.
  const adopt = async () => {
    orphans = 0;
    try {
      for (const [row, error] of document.prerendering ? [] : await journal._orphans()) {
        const events = core.adopt(row, error);
        if (events < 0) journal._delete([row.slice(0, 16)]).catch(say);
        else if (!error) orphans += events;
      }
      readAcks();
    } catch (error) {
      say(error);
    }
    if (orphans > 0) tick();
    clearTimeout(again);
    if (!orphans || (!flight && core.poll() < 0)) again = setTimeout(adopt, orphans ? 0 : AGAIN_MS);
  };

  // What waits lies with the browser too, in case this page ends unseen.
  const net = () => {
    if (!reached || performance.now() < netMade + NET_MS) return;
    const body = core.take(FH_NET);
    if (!body.length) return;
    if (takeBack) takeBack();
    takeBack = postLater(endpoint, body);
    netMade = performance.now();
  };
  const noNet = () => (takeBack = takeBack && takeBack());

  const send = (why) => {
    const body = waking ? '' : core.take(why);
    if (!body.length) return;
    flight = post(endpoint, body).then((answer) => {
      flight = 0;
      end(core.ack(...answer));
      reached = answer[0] > 0;
      const ms = core.wait(-1);
      if (tabs && ms >= 0) tabs._tell(ms);
      tick();
      if (orphans && !flight && core.poll() < 0) adopt();
      return answer[0] === 200 || say(endpoint, 'answered', ...answer);
    });
    noNet();
  };

  const tick = awake(() => {
    clearTimeout(timer);
    timer = 0;
    send(FH_WHEN_DUE);
    net();
    const ms = core.poll();
    if (ms >= 0) timer = setTimeout(tick, ms);
  });

  // After the task that made calls: one commit for all of them.
  const soon = awake(() => {
    later = 0;
    save();
    if (timer) net();
    else tick();
  });

  // Another tab tells of a wait, or of its end.
  const heard = (ms) => {
    core.wait(ms);
    tick();
  };

  // All that waits goes to the browser, beside what flies: no answer will be seen.
  // Chromium's last window loses the beacons of its end, but not what it has for later.
  const handOver = guard(() => {
    noNet();
    for (let body; (body = core.take(FH_LAST)).length; ) {
      const taken = (leaving && postLater(endpoint, body)) || postLast(endpoint, body);
      if (!core.ack(taken ? FH_BEACON_TAKEN : FH_BEACON_REFUSED)) break;
    }
  });

  // `facts` and `at`: the page and the time of a call that had to wait.
  const call = guard((type, args, facts = pageFacts(), at) => {
    const id = facts.url + facts.title;
    const { event } = up();
    let text;
    guard(() => (text = describe(type, args, id === pageKnown ? undefined : facts)))();
    const result = event(text, FH_ERR_SERIALISE, at);
    if (result < 0) return say('dropped:', core.state(result), type, ...args);
    pageKnown = id;
    unsaved ||= result & FH_SAVE;
    park(core.parked(result));
    if (leaving) leave();
    else later ||= setTimeout(soon);
  });

  const track = (...args) => call('track', args);
  for (const verb in verbs) track[verb] = (...args) => call(verb, args);

  track.flush = async () => {
    const next = guard(() => (up(), save(), send(FH_NOW)));
    for (next(); await flight; ) next();
  };

  track.ready = (listener) => Promise.resolve().then(guard(() => (up(), listener && listener())));

  // One call that the snippet queued, or `arguments` of a stub of the page's own.
  track._replay = guard((item) => {
    const [verb, text, page, at] = Array.isArray(item) ? item : ['track'];
    // Objects as they were then: the page may have changed them since.
    const was = (arg, i) => (text && typeof arg === 'object' ? JSON.parse(text)[i] : arg);
    const args = [...(item.a || item)].map(was);
    if (verbs[verb]) call(verb, args, page, at);
    else track[verb](...args);
  });

  const hidden = awake(() => (save(), send(FH_NOW), handOver()));
  const leave = awake(() => ((leaving = 1), handOver(), save()));
  const back = awake(() => leaving || (save(), tick()));
  // The page in front goes on at once, the others when they have heard or a little later.
  const online = awake(() => (heard(0), document.hidden || send(FH_NOW)));
  const reread = async () => {
    try {
      core.forget(await journal._missed());
    } catch (error) {
      say(error);
    }
  };
  // What the page has handed over, or another has taken over, may be done by now.
  const wake = awake(async () => {
    leaving = 0;
    waking = 1;
    await Promise.race([journal && reread(), new Promise((resolve) => setTimeout(resolve, REREAD_MS))]);
    waking = 0;
    readAcks();
    back();
  });
  onLifecycle({ hidden, leave, wake, back, online });
  setTimeout(() => guard(up)() && journal && adopt(), IDLE_MS);
  (self.requestIdleCallback || setTimeout)(guard(up));
  return track;
};
