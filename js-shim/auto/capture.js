// What captures are made with: listening that throws nothing into the page, delays
// nothing of it and leaves nothing behind.

let undos; // of the capture that is being started

/** What the work returns; undefined where it throws. */
export const attempt = (work) => {
  try {
    return work();
  } catch {
    // A page's object is hostile, an API is not there.
  }
};

/** To be done when the capture is stopped; only while it starts. */
export const atEnd = (undo) => undos.push(undo);

/** Makes a capture of a function that starts one: (track, options) => stop. */
export const capture = (begin) => (track, options = {}) => {
  const outer = undos; // one may start another
  const mine = (undos = []);
  attempt(() => begin(track, options));
  undos = outer;
  return () => {
    flush();
    for (const undo of mine.splice(0)) undo();
  };
};

const listen = (how, types, listener, target = window) => {
  for (const type of types.split(' ')) target[`${how}EventListener`](type, listener, { capture: true, passive: true });
};

/** Hears of events, named with spaces between, before the page's listeners may stop them. */
export const on = (types, listener, target) => {
  const safe = (event) => attempt(() => listener(event));
  listen('add', types, safe, target);
  atEnd(() => listen('remove', types, safe, target));
};

const LATER_MS = 50; // three frames: what the page makes of an event is painted

// When the page is hidden or left. Of one that is seen and left, visibilitychange comes
// right after pagehide, and that is the moment: of beacons in pagehide Firefox 153 loses
// a third where a page that was clicked gives way to another site, of those a
// visibilitychange later hardly any.
const ENDS = 'visibilitychange pagehide';

/** Hears of the page's end, or of what may be it. */
export const onEnd = (end) => on(ENDS, (event) => document.hidden && end(event));

const works = new Set();
let timer;

/** Does now what has time. */
export const flush = (event) => {
  if (event && !document.hidden) return;
  listen('remove', ENDS, flush);
  clearTimeout(timer);
  for (const work of works) attempt(work);
  works.clear();
};

/**
 * Work that has time until the browser has painted what the page makes of an event,
 * so that no interaction waits for it and the page has had its say. Where the page is
 * hidden or left before, it is done at once: ahead of the agent's own listeners, or, as
 * that takes calls even then, behind them.
 */
export const later = (work) => {
  if (!works.size) timer = setTimeout(flush, LATER_MS);
  listen('add', ENDS, flush); // again is no more than once
  works.add(work);
};
