// The way of events out of one agent: core → journal, core → endpoint, in time.
// What goes when, and what an answer means, is decided in the core; here its
// bytes are moved, and the moments of the page's life are passed on to it. FH_*
// are its constants, put in by build.mjs.
import { openJournal } from './journal.js';
import { onLifecycle } from './lifecycle.js';
import { Promise } from './natives.js';
import { hurry, post, postLast, postLater } from './send.js';
import { clearAcks, loadAcks, saveState } from './store.js';
import { openTabs } from './tabs.js';
import { wholeEvents } from './whole.js';

const RESEND_DAYS = 7; // Amplitude's dedupe window, the longest there is
const IDLE_MS = 3000; // before the page minds others' events
const AGAIN_MS = 60000; // until it looks for more
const REREAD_MS = 1000; // for the journal to answer a page that has slept
const BUNDLE_MS = 20; // between commits of a page that calls in task upon task
const NET_MS = 500; // at most so often is the net made anew, and while a request flies,
const FLYING_NET_MS = 2000; // behind which what waits is about to go, so often

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param core of core.js
 * @param options of the agent
 * @param stores whether anything may outlive the page
 * @param refresh asks what other documents have made known of the visitor
 * @param share tells those of this page that it was stored
 * @param say prints for whoever debugs
 * @param guard makes of a function one that never throws
 * @param calm makes of a promise one that never rejects
 * @param isHeard whether anybody listens to what `emit` says: (name, what)
 * @param settle lets the core have the calls that wait for the end of their task
 * @param several of destinations.js, if this is one of several destinations: `stores` is
 *   then about the visitor's state and cookies, of which the first alone takes care, or one's
 *   acknowledgement would do for all
 */
export const openDelivery = (core, { key, endpoint, resendDays, cookie }, stores, refresh, share, say, guard, calm, isHeard, emit, settle, several) => {
  const credentials = stores ? 'same-origin' : 'omit';
  let timer; // for the next request
  let later; // a task made calls that are to be saved
  let savedAt = -1e3; // when that was last done
  let flight; // the promise of the request under way
  let unsaved; // the visitor's state changed since it was stored
  let counted; // events were taken since: their number is part of it
  let orphans; // rows may wait in the journal to be taken over
  let again; // timer of the next look for such
  let takeBack; // takes back what waits with the browser
  let netMade = 0; // when that was given to it
  let reached = true; // the last request was answered
  let fails = false; // or not taken
  let leaving; // pagehide or freeze was seen: there may be no later
  let waking; // what happened in a sleep is not known yet: nothing is sent
  let wakes = 0;

  // A page that is rendered ahead and perhaps never shown keeps its calls.
  const awake = (work) => guard(() => document.prerendering || work());

  const saveVisitor = () => {
    if (!unsaved) return;
    unsaved = counted = 0;
    if (!stores) return;
    saveState(FH_DESTINATIONS > 1 && several ? several._maker.state : core.state, cookie);
    share('1');
  };

  // What must survive the page: the visitor's state, and events in the journal.
  const save = () => {
    saveVisitor();
    if (FH_DESTINATIONS > 1 && several) several._feed();
    if (!journal) return;
    for (let row; (row = core.journal()).length; ) journal._add(row);
    if (leaving) journal._leave();
    else journal._commit();
  };

  // Rows that are done with.
  const end = (ids) => journal && ids.length && journal._delete(ids);

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
  const readAcks = () => stores && end(core.acknowledged(loadAcks() || ''));

  const isIdle = () => !flight && core.poll() < 0;

  // Events of pages that ended before theirs were acknowledged, some rows at a time.
  const adopt = () => calm(adoptSome());
  const adoptSome = async () => {
    clearTimeout(again);
    again = setTimeout(adopt, AGAIN_MS);
    orphans = !isIdle(); // one's own first; an answer goes on here
    if (orphans) return;
    for (const [row, error] of document.prerendering ? [] : await journal._orphans()) {
      const events = core.adopt(row, error);
      const id = row.slice(0, 16);
      if (events < 0) journal._delete([id]);
      else if (!events) journal._park(id);
      else if (!error) orphans += events;
    }
    readAcks();
    if (orphans) tick();
    if (orphans && isIdle()) adopt(); // the cookie acknowledged all of them
  };

  // What waits lies with the browser too, in case this page ends unseen.
  const net = () => {
    if (!reached || performance.now() < netMade + (flight ? FLYING_NET_MS : NET_MS)) return;
    const body = core.take(FH_NET);
    if (!body.length) return;
    if (takeBack) takeBack();
    takeBack = postLater(endpoint, body, credentials);
    netMade = performance.now();
  };
  const noNet = () => (takeBack = takeBack && takeBack());

  // What leaves, for who listens. The body is a view of what the core overwrites.
  const read = (body) => {
    const parsed = body.length ? JSON.parse(new TextDecoder().decode(body)) : {};
    if (FH_DIALECTS) parsed.batch ||= parsed.events || parsed.data;
    return parsed;
  };
  const eventsOf = (body) => wholeEvents(read(body));
  const copyOf = (body) => isHeard() && body.slice();
  const tellSent = (body, why) => body && emit('sent', { events: eventsOf(body), body, bytes: body.length, why });

  const fly = async (body, copy) => {
    const answer = await post(endpoint, body, credentials);
    flight = 0;
    end(core.ack(...answer));
    if (copy) emit('answered', { events: eventsOf(copy), status: answer[0], text: answer[1] });
    reached = answer[0] > 0;
    if (FH_DESTINATIONS > 1) fails = !reached || answer[0] > 299;
    const wait = core.wait(-1);
    if (tabs && wait >= 0) tabs._tell(wait);
    tick();
    if (orphans && isIdle()) adopt();
    if (answer[0] !== 200) say(endpoint, 'answered', ...answer);
    return wait <= 0 && answer[0]; // a flush may go on
  };

  const send = (why) => {
    const body = waking ? '' : core.take(why);
    if (!body.length) return;
    const copy = copyOf(body);
    flight = calm(fly(body, copy));
    noNet();
    tellSent(copy, why);
  };

  const tick = awake(() => {
    clearTimeout(timer);
    timer = 0;
    if (waking) return;
    send(FH_WHEN_DUE);
    net();
    const ms = core.poll();
    if (ms >= 0) timer = setTimeout(tick, ms);
  });

  // At the end of a task that made calls: one commit for all of them.
  const bundle = awake(() => {
    savedAt = performance.now();
    save();
    if (!timer) timer = setTimeout(tick);
  });
  const soon = () => {
    later = 0;
    bundle();
  };

  // All that waits goes to the browser, beside what flies: no answer will be seen.
  // Chromium's last window loses the beacons of its end, but not what it has for later.
  const handOver = guard((atEnd) => {
    noNet();
    for (let body; !waking && (body = core.take(FH_LAST)).length; ) {
      const copy = copyOf(body);
      const taken = (atEnd && postLater(endpoint, body, credentials)) || postLast(endpoint, body, credentials);
      const ended = !core.ack(taken ? FH_BEACON_TAKEN : FH_BEACON_REFUSED);
      if (taken) tellSent(copy, FH_LAST);
      if (ended) break;
    }
  });

  const hidden = awake(() => (hurry(), settle(), (later = 0), (unsaved ||= counted), save(), send(FH_NOW), handOver()));
  const leave = (atEnd) => (hurry(), settle(), (leaving = 1), FH_DESTINATIONS > 1 && several && several._feed(), handOver(atEnd), (unsaved ||= counted), save());
  // Of a subdomain's pages nothing is heard, nor of any in a sleep.
  const back = awake(() => {
    if (leaving) return;
    refresh();
    save();
    tick();
    if (orphans && isIdle()) adopt();
  });
  // Another tab tells of a wait, or of its end.
  const heard = (ms) => {
    core.wait(ms);
    tick();
  };
  // The page in front goes on at once, the others when they have heard or a little later.
  const online = awake(() => (heard(0), document.hidden || send(FH_NOW)));
  const reread = async () => core.forget(await journal._missed());
  // What the page has handed over, or another has taken over, may be done by now.
  const wake = awake(() => calm(wakeUp()));
  const wakeUp = async () => {
    leaving = 0;
    refresh(); // before a call comes
    const mine = (waking = ++wakes);
    await Promise.race([journal && calm(reread()), pause(REREAD_MS)]);
    if (waking !== mine) return; // it slept again meanwhile
    waking = 0;
    readAcks();
    back();
  };

  const tabs = guard(openTabs)(key, heard, () => !leaving);
  const days = resendDays ?? RESEND_DAYS;
  const journal = (FH_DESTINATIONS > 1 && several ? several._stores : stores) && tabs && days > 0 && guard(openJournal)(key, tabs, days, calm);
  const moments = {
    hidden,
    freeze: awake(() => leave()),
    leave: awake(() => leave(1)),
    wake,
    back,
    online,
  };
  if (FH_DESTINATIONS > 1 && several) several._listen({ ...moments, _fails: () => fails });
  else onLifecycle(moments);
  if (journal) setTimeout(adopt, Math.max(0, IDLE_MS - performance.now()));

  const delivery = {
    /** A call was taken: `result` is what the core's `event` returned, `parked` the
     * ids of the rows that had to leave memory for it. */
    _called: (result, parked) => {
      unsaved ||= result & FH_SAVE;
      counted ||= result;
      // At once, for the other agents of the page.
      if (unsaved) awake(saveVisitor)();
      park(parked);
      if (leaving) return document.prerendering || leave(1);
      // At the end of the task, not after it: that may be after the page's end.
      // Where calls come task upon task, and the page is seen, in bundles.
      if (later) return;
      const saved = performance.now() - savedAt;
      later = saved > BUNDLE_MS || document.hidden ? (queueMicrotask(soon), 1) : setTimeout(soon, BUNDLE_MS - saved);
    },

    /** The page is being left, of which this has not heard. */
    _leave: () => leave(1),

    /** What waits and what has become of the rest, as a batch would say it. */
    _waiting: () => {
      const body = core.take(FH_NET);
      return { queue: eventsOf(body), ledger: read(body).firsthand };
    },

    /** Takes back and deletes what was to be sent: the core has dropped it. */
    _clear: (own) => {
      unsaved = counted = 0;
      noNet();
      // The answer brings a cookie, and a request with keepalive is not to be
      // aborted (Chromium 156, WebKit 2.50, which tells of the cookie a moment later).
      if (stores) for (const ms of [0, 1000]) setTimeout(async () => (await flight, clearAcks()), ms);
      if (journal) journal._clear(own);
    },

    /** Saves and sends, due or not; resolves when all is sent or one failed. */
    _flush: async () => {
      const next = guard(() => (save(), send(FH_NOW)));
      for (next(); await flight; ) next();
    },
  };
  if (FH_DESTINATIONS > 1) {
    delivery._keeps = !!journal;
    /** The core was fed with this row, for which those of these ids had to leave memory. */
    delivery._fed = (row, parked) => {
      if (journal) journal._add(row);
      park(parked);
    };
  }
  return delivery;
};
