// A clock that a test can put forward. It goes on by itself meanwhile: the agent's
// own short waits need nobody to move them.
import { driverOf, inFrames } from './driver.mjs';

const MINE = 'firsthand.testing.clock';
const PATIENCE_MS = 1000; // of real time, for answers that are under way when the clock leaps

/** Runs in the page; no name from outside may be used in it. */
export function installClock({ name, offset, patience }) {
  const mark = Symbol.for(name);
  // Every document to come runs one of these for each step there has been.
  if (globalThis[mark]) return globalThis[mark].atLeast(offset);
  const { Date, setTimeout, clearTimeout, fetch, performance, MessageChannel } = globalThis;
  const elapsed = performance.now.bind(performance);
  let wall = offset; // what Date is ahead
  let ahead = 0; // what performance.now() is: a document begins at 0
  const timers = new Map(); // by the browser's own id of the first wait

  const now = () => elapsed() + ahead;
  const wallNow = () => Date.now() + wall;

  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length ? args : [wallNow()], newTarget),
    apply: (target) => new target(wallNow()).toString(),
    get: (target, key) => (key === 'now' ? wallNow : Reflect.get(target, key)),
  });
  Date.prototype.constructor = globalThis.Date;
  performance.now = now;

  const run = (id) => {
    const timer = timers.get(id);
    if (!timer) return;
    if (timer.period === undefined) timers.delete(id);
    else arm(id, timer, (timer.due += timer.period) - now());
    if (typeof timer.work === 'function') Reflect.apply(timer.work, globalThis, timer.args);
    else (0, eval)(String(timer.work));
  };
  function arm(id, timer, ms) {
    clearTimeout(timer.native);
    timer.native = setTimeout(run, Math.max(0, ms), id);
  }
  let lastId = 0;
  const add = (work, ms, args, period) => {
    const id = ++lastId;
    const timer = { work, args, period, due: now() + Math.max(0, Number(ms) || 0) };
    timers.set(id, timer);
    arm(id, timer, timer.due - now());
    return id;
  };
  const remove = (id) => {
    clearTimeout(timers.get(id)?.native);
    timers.delete(id);
  };
  globalThis.setTimeout = (work, ms, ...args) => add(work, ms, args);
  globalThis.setInterval = (work, ms, ...args) => add(work, ms, args, Math.max(1, Number(ms) || 0));
  globalThis.clearTimeout = globalThis.clearInterval = remove;

  // A turn of the event loop, so that promises of one timer end before the next.
  const turn = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (port1.close(), resolve());
      port2.postMessage(0);
    });

  // The time over which a request is given up is a timer like others: the clock
  // leaps when answers have come, or everything under way would count as lost.
  const inFlight = new Set();
  globalThis.fetch = function () {
    const answer = Reflect.apply(fetch, this, arguments);
    const read = answer.then((response) => response.clone().arrayBuffer());
    const whole = read.catch(() => {}).then(() => inFlight.delete(whole));
    inFlight.add(whole);
    return answer;
  };
  const answered = async (deadline) => {
    while (inFlight.size && elapsed() < deadline) {
      await Promise.race([...inFlight, new Promise((resolve) => setTimeout(resolve, deadline - elapsed()))]);
    }
    await turn();
  };

  const leap = (ms) => {
    wall += ms;
    ahead += ms;
  };
  Object.defineProperty(globalThis, mark, {
    value: {
      atLeast: (least) => void (wall = Math.max(wall, least)),
      // Timers that are due on the way are called at their time, in order.
      advance: async (ms) => {
        const deadline = elapsed() + patience;
        await answered(deadline);
        const end = now() + ms;
        for (;;) {
          const due = [...timers].filter(([, timer]) => timer.due <= end).sort(([, a], [, b]) => a.due - b.due)[0];
          if (!due) break;
          leap(Math.max(0, due[1].due - now()));
          clearTimeout(due[1].native);
          run(due[0]);
          await turn();
          await answered(deadline);
        }
        leap(Math.max(0, end - now()));
        for (const [id, timer] of timers) arm(id, timer, timer.due - now());
      },
    },
  });
}

/** Runs in the page. */
const advanceIn = ({ name, ms }) => globalThis[Symbol.for(name)]?.advance(ms);

/** See index.d.ts. */
export const useClock = async (target, { time } = {}) => {
  const driver = driverOf(target);
  let offset = time === undefined ? 0 : new Date(time).getTime() - Date.now();
  if (Number.isNaN(offset)) throw new TypeError(`useClock: ${time} is no time`);
  const script = () => ({ name: MINE, offset, patience: PATIENCE_MS });
  const install = () => driver.onNewDocument(installClock, script());
  await install();
  await inFrames(driver.pages(), installClock, script());
  return {
    now: () => new Date(Date.now() + offset),
    advance: async (ms) => {
      if (!(ms >= 0)) throw new RangeError(`clock.advance: ${ms} is no number of milliseconds, 0 or more`);
      offset += ms;
      await install();
      await inFrames(driver.pages(), advanceIn, { name: MINE, ms });
    },
  };
};
