// Waiting for events in a list that grows, wherever it is kept: the test kit's own
// (events.mjs), or a relay's database (tests/browser/site.mjs).
import { createChecker } from '../dist/firsthand.plan.mjs';
import { question } from './match.mjs';
import { missing, unplanned, unwanted } from './report.mjs';

// Taken at the start: a test runner may replace it with one that stands still.
const { setTimeout, clearTimeout } = globalThis;

const POLL_MS = 10;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when the promise does, or the time is over; leaves no timer behind, for which a process would wait. */
export const atMost = (ms, promise) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/** Asks until the answer is true or the time is over; resolves with the last answer. */
export const until = async (condition, timeout, every = POLL_MS) => {
  const end = performance.now() + timeout;
  for (;;) {
    const answer = await condition();
    if (answer || performance.now() >= end) return answer;
    await pause(every);
  }
};

/**
 * @param {object} source
 * @param {() => object[]} source.all the events so far
 * @param {number} [source.timeout] ms to wait where the caller says nothing
 * @param {() => Promise<void>} [source.settle] resolves when what was called so far has come
 * @param {() => string[]} [source.notes] what else an error should say
 * @param {object | string} [source.plan] that check() goes by
 */
export const createSearch = ({ all, timeout: usual = 5000, settle = async () => {}, notes = () => [], plan: usualPlan }) => {
  const matching = (what, bag) => {
    const mismatchesOf = question(what, bag);
    return all().filter((event) => !mismatchesOf(event).length);
  };

  const find = async (what, bag, { timeout = usual } = {}) => {
    const event = await until(() => matching(what, bag)[0], timeout);
    if (event) return event;
    throw new Error(missing({ what, bag, events: all(), mismatchesOf: question(what, bag), timeout, notes: notes() }));
  };

  const count = async (what, limit, bag, { timeout = usual } = {}) => {
    const enough = await until(() => matching(what, bag).length >= limit, timeout);
    if (enough) await settle();
    const found = matching(what, bag);
    if (found.length === limit) return found;
    throw new Error(unwanted({ what, bag, found, limit, events: all(), notes: notes() }));
  };

  // Pages only are captured, so an event that belongs to the server is wrong here.
  const check = async (plan = usualPlan) => {
    if (!plan) throw new Error('check() needs a tracking plan: as its argument, or as the option "plan".');
    const judge = createChecker(plan);
    await settle();
    const events = all();
    const wrong = events.map((event) => ({ event, violations: judge(event, 'client') })).filter(({ violations }) => violations.length);
    if (wrong.length) throw new Error(unplanned({ wrong, events, notes: notes() }));
  };

  return {
    check,
    named: (what, bag) => matching(what, bag),
    find,
    count,
    none: async (what, bag) => void (await count(what, 0, bag)),
  };
};
