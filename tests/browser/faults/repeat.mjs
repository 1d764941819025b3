// One repeat of one row: makes the fault in a browser, lets the visitor come
// back, and reads from the oracle what became of the events.
import { open } from '../engines/index.mjs';
import { until } from '../engines/until.mjs';
import { rows } from '../journal-rows.mjs';
import { NAME, startCollector } from './collector.mjs';

const LIVE_MS = 4000; // for what the page sent to be stored
const NEXT_MS = 45_000; // for the next visit to deliver
const SETTLE_MS = 8000; // for its journal to be empty
const QUIET_MS = 6000; // after which nothing comes from an empty one

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A fault that was not made: the repeat says nothing. */
export class NoFault extends Error {}

/** In the page: rows that an earlier page spilled into localStorage as it ended. */
const spilt = () => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith('_fh.')).length;
  } catch {
    return 0;
  }
};

/** In the page: tracks the numbers from..to-1. */
const burst = (name, from, to, extra) => {
  for (let i = from; i < to; i++) window.track(name, { i, ...extra });
};

/**
 * @param {object} row of rows/
 * @param {object} options
 * @param {string} [options.kase] one of row.cases
 * @param {{ browser }} options.kept a browser for this row, left from the last repeat
 * @returns the figures, as in a line of the results
 */
export async function runOnce(row, { engine, kase, copy, kept }) {
  const began = Date.now();
  const steps = {}; // where the time went
  const step = (name) => (steps[name] = Date.now() - began - Object.values(steps).reduce((a, b) => a + b, 0));
  const site = await startCollector(copy);
  const browser = (kept.browser ??= await open(engine, row.launch?.({ engine, kase }) || {}));
  const pages = [];
  const sent = [];
  const unexpected = new Set(); // may be missing: the row says why
  const notes = {};

  const context = {
    engine, kase, browser, site, pause, rows, name: NAME, notes,
    /** Not asked more often than needed: other repeats run beside this one. */
    until: (condition, options) => until(condition, { every: 40, ...options }),
    /** Opens a page in front; with an address of its own where it has none of the site. */
    visit: async (path = '/') => {
      const page = await browser.page();
      pages.push({ page, life: browser.pid });
      await page.goto(path.startsWith('http') ? path : site.url + path);
      return page;
    },
    /** Numbers that the page's own code will track: [from, to). */
    claim: (n) => {
      const from = sent.length;
      for (let i = from; i < from + n; i++) sent.push(i);
      return [from, from + n];
    },
    /** Tracks n events in one task of the page. */
    track: (page, n = 5, extra = {}) => page.eval(burst, NAME, ...context.claim(n), extra),
    /** Of these numbers the row expects to be refused or dropped. */
    mayMiss: (...numbers) => numbers.forEach((i) => unexpected.add(i)),
    /** The fault is there, or the repeat is void. */
    proof: (holds, what) => {
      if (!holds) throw new NoFault(what);
    },
    /** A journal row is committed, or the agent has none. */
    durable: (page) => until(async () => (await page.eval(rows)) > 0, { ms: 8000, every: 50, what: 'a row in the journal' }),
    numbers: () => new Set(site.stored().map(({ properties }) => properties.i)),
    allStored: (ms, what = 'all events') => until(() => {
      const there = context.numbers();
      return sent.every((i) => there.has(i) || unexpected.has(i));
    }, { ms, every: 40, what }).then(() => true, () => false),
    /** Nothing of the journal is left that this page or the next could send. */
    settled: (page, ms = SETTLE_MS) => until(async () => (await page.eval(rows)) <= 0 && (await page.eval(spilt)) === 0, { ms, every: 100 }).then(() => true, () => false),
    /** A page that is gone answers nothing. */
    gone: (page) => until(() => Promise.race([page.eval(() => 1).then(() => false, () => true), pause(2000).then(() => true)]), { ms: 5000, every: 50 }).catch(() => false),
    reopen: async () => {
      await browser.kill();
      await browser.restart();
    },
  };

  site.pages['/'] = site.html();
  site.pages['/other'] = '<!doctype html><title>Other</title><p>No agent here';
  const figures = { row: row.number, case: kase ?? '', engine };
  try {
    step('start');
    await row.run(context);
    step('fault');
    await context.allStored(row.liveMs ?? LIVE_MS);
    step('live');
    const live = count();
    const liveRequests = site.posts.length;
    site.mode('ok');
    site.release();
    if (row.back !== null) await comeBack();
    step('back');
    const after = count();
    if (site.broken) throw new Error(site.broken);
    const wire = [...site.wire.values()].reduce((sum, n) => sum + n - 1, 0);
    Object.assign(figures, {
      valid: true,
      sent: sent.length,
      due: sent.filter((i) => !unexpected.has(i)).length,
      live: live.distinct,
      liveDue: live.due,
      stored: after.distinct,
      late: after.distinct - live.distinct,
      missing: after.missing.length,
      missingNumbers: after.missing.slice(0, 8),
      wireDouble: wire,
      storeDouble: after.all - after.distinct,
      dropped: [...site.ledgers.values()].flatMap((by) => Object.values(by)).reduce((sum, n) => sum + n, 0),
      requests: liveRequests,
      requestsAfter: site.posts.length - liveRequests,
    });
    if (Object.keys(notes).length) figures.notes = notes;
  } catch (error) {
    Object.assign(figures, { valid: false, why: `${error instanceof NoFault ? 'no fault: ' : ''}${error.message}`.slice(0, 300) });
    kept.spoilt = true;
  } finally {
    // One that was ended and has a new life serves the next repeat too.
    if (row.ends || kept.spoilt) {
      await browser.cleanup().catch(() => {});
      kept.browser = kept.spoilt = undefined;
    } else {
      const mine = pages.filter(({ life }) => life === browser.pid);
      await Promise.all(mine.map(({ page }) => Promise.race([page.close().catch(() => {}), pause(3000)])));
    }
    await site.close();
    step('end');
  }
  return { ...figures, ms: Date.now() - began, steps };

  function count() {
    const all = site.stored().map(({ properties }) => properties.i);
    const distinct = new Set(all);
    const missing = sent.filter((i) => !distinct.has(i) && !unexpected.has(i));
    return { all: all.length, distinct: distinct.size, missing, due: sent.length - unexpected.size - missing.length };
  }

  /** The visitor's next visit: a page with the agent that tracks nothing. */
  async function comeBack() {
    if (row.back) await row.back(context);
    site.pages['/next'] = site.html(row.nextPage?.(site) ?? {});
    const page = await context.visit('/next');
    const end = Date.now() + (row.nextMs ?? NEXT_MS);
    // What is in no journal and in no request for a while is nowhere.
    let quiet = Date.now();
    for (let posts = -1; Date.now() < end && Date.now() < quiet + QUIET_MS; ) {
      if (await context.allStored(Math.min(500, end - Date.now()))) break;
      const left = await page.eval(rows).catch(() => 1) > 0 || await page.eval(spilt).catch(() => 1) > 0;
      if (left || site.posts.length !== posts) quiet = Date.now();
      posts = site.posts.length;
    }
    // Copies that the journal still holds are sent too: would they double?
    await context.settled(page, row.settleMs);
  }
}
