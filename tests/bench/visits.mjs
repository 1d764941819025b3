// What is measured, a visit each: a fresh tab, without cookies or storage, on which one
// subject is loaded and used.
import { until } from '../browser/engines/until.mjs';

const STALL_MS = 8000; // without an event, before the rest is given up: the longest a peer waits is 5 s
const SETTLE_MS = 300; // what a script does once it is ready
const QUIET_MS = 0.6; // of CPU in PROBE_MS, which asking takes: nothing goes on any more
const PROBE_MS = 150;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// --- In the page -------------------------------------------------------------

/** Loads the subject; resolves with the time until it is ready, ms. */
const load = ({ tag, before, after }) =>
  new Promise((resolve, reject) => {
    const run = (code) => code && (0, eval)(code);
    run(before);
    const start = performance.now();
    performance.mark('bench');
    const script = document.createElement('script');
    Object.assign(script.dataset, tag);
    script.onload = () => {
      run(after);
      resolve(Promise.resolve(window.sdk.ready).then(() => performance.now() - start));
    };
    script.onerror = () => reject(new Error('the script did not load'));
    script.src = '/sdk.js';
    document.head.append(script);
  });

/**
 * Tracks bursts of `size`, each in a task, `gap` ms apart.
 * @returns {{ each, bursts, at }} the times of the calls and of the bursts, µs; when the
 *   first one was, ms of Date.now()
 */
const track = ({ name, from, size, bursts, gap }) =>
  new Promise((resolve) => {
    const each = [];
    const whole = [];
    let at;
    let n = from;
    const { now } = Performance.prototype;
    const clock = now.bind(performance);
    const burst = () => {
      at ??= Date.now();
      const started = clock();
      for (let i = 0; i < size; i++, n++) {
        const properties = {
          product_id: `n-${name}-${n}-`,
          sku: 'G-32',
          category: 'Games',
          name: 'Monopoly: 3rd Edition',
          brand: 'Hasbro',
          price: 18.99,
          quantity: 1,
          coupon: 'MAYDEALS',
        };
        const before = clock();
        window.sdk.track('Product Viewed', properties);
        each.push((clock() - before) * 1000);
      }
      whole.push((clock() - started) * 1000);
      if (whole.length < bursts) setTimeout(burst, gap);
      else resolve({ each, bursts: whole, at });
    };
    setTimeout(burst, gap);
  });

/** From here on window.wasmBytes() is the memory of the modules that are made. */
const countWasm = () => {
  const made = [];
  const note = (instance) => (made.push(new WeakRef(instance)), instance);
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, { construct: (target, args) => note(Reflect.construct(target, args)) });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original.apply(WebAssembly, args);
      note(result.instance ?? result);
      return result;
    };
  }
  window.wasmBytes = () =>
    made.flatMap((ref) => Object.values(ref.deref()?.exports ?? {}))
      .filter((value) => value instanceof WebAssembly.Memory)
      .reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
};

// --- Here ----------------------------------------------------------------------

const cpuMs = async (tab) => (await tab.metrics()).ThreadTime * 1000;

/** Until the page's main thread does nothing any more. */
async function quiet(tab, throttle = 1) {
  let last = await cpuMs(tab);
  let calm = 0;
  await until(async () => {
    await pause(PROBE_MS);
    const now = await cpuMs(tab);
    calm = now - last < QUIET_MS * throttle ? calm + 1 : 0;
    last = now;
    return calm >= 2;
  }, { ms: 6000 }).catch(() => {}); // a page that is never quite still
}

/** Until all events have come, or no more come. */
async function arrived(count, events) {
  if (count.isIdle) return;
  const seen = () => count.numbers.size;
  let most = -1;
  let since = Date.now();
  await until(() => {
    if (seen() > most) [most, since] = [seen(), Date.now()];
    return seen() >= events || Date.now() - since > STALL_MS;
  }, { ms: 180_000, every: 5 });
}

/** The tasks of the page's main thread from `mark` on, by the CPU time of each, ms. */
function tasksOf(events) {
  const mark = events.find(({ name, cat }) => name === 'bench' && cat.includes('user_timing'));
  if (!mark) throw new Error('no mark in the trace');
  return events
    .filter(({ pid, tid, name, ph, ts, dur }) => pid === mark.pid && tid === mark.tid && name.endsWith('RunTask') && ph === 'X' && ts + dur > mark.ts)
    .map(({ tdur }) => (tdur ?? 0) / 1000);
}

const TRACED = ['toplevel', 'blink.user_timing'];

const VISITS = {
  /** From the tag to ready, and what follows it at once. */
  async start({ tab, subject }) {
    let readyMs;
    const events = await tab.trace(TRACED, async () => {
      readyMs = await tab.eval(load, subject);
      await tab.eval((ms) => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, ms))), SETTLE_MS);
    });
    const tasks = tasksOf(events);
    return { readyMs, cpuMs: tasks.reduce((sum, ms) => sum + ms, 0), longestMs: Math.max(...tasks) };
  },

  /** Calls as the page sees them, alone and in bursts of ten. */
  async calls({ tab, subject, count }) {
    await tab.eval(load, subject);
    await quiet(tab);
    const loads = { one: { size: 1, bursts: 50, gap: 8 }, ten: { size: 10, bursts: 50, gap: 12 } };
    const figures = {};
    let from = 0;
    for (const [name, how] of Object.entries(loads)) {
      const { each, bursts } = await tab.eval(track, { name: count.name, from, ...how });
      figures[name] = { each, bursts };
      from += how.size * how.bursts;
      await arrived(count, from);
      await quiet(tab);
    }
    return figures;
  },

  /** A burst of 1,000 until all of it is delivered; then the memory. */
  async drain({ tab, subject, count }) {
    await tab.eval(countWasm);
    await tab.eval(load, subject);
    await quiet(tab);
    const before = await cpuMs(tab);
    const { each, bursts, at } = await tab.eval(track, { name: count.name, from: 0, size: 1000, bursts: 1, gap: 20 });
    await arrived(count, 1000);
    await quiet(tab);
    const cpu = (await cpuMs(tab)) - before;
    for (let i = 0; i < 3; i++) await tab.devtools('HeapProfiler.collectGarbage');
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = await tab.devtools('Runtime.getHeapUsage');
    const wasm = await tab.eval(() => window.wasmBytes());
    return {
      each, burstUs: bursts[0], cpuMs: cpu, delivered: count.numbers.size, copies: count.copies, lastMs: (count.lastMs ?? at) - at,
      heap: usedSize, memory: usedSize + embedderHeapUsedSize + backingStorageSize + wasm, wasm,
    };
  },

  /** The same with its tasks, for a slow processor. */
  async tasks({ tab, subject, count, throttle }) {
    await tab.eval(load, subject);
    await quiet(tab, throttle);
    const before = await cpuMs(tab);
    const events = await tab.trace(TRACED, async () => {
      await tab.eval(() => void performance.mark('bench'));
      await tab.eval(track, { name: count.name, from: 0, size: 1000, bursts: 1, gap: 20 });
      await arrived(count, 1000);
    });
    await quiet(tab, throttle);
    const tasks = tasksOf(events);
    return { cpuMs: (await cpuMs(tab)) - before, longestMs: Math.max(...tasks), long: tasks.filter((ms) => ms > 50).length, delivered: count.numbers.size };
  },

  /** 100 events on the wire: ten bursts of ten, 100 ms apart. */
  async wire({ tab, subject, count }) {
    await tab.eval(load, subject);
    await pause(1000); // what it asks for at the start
    const { code, config } = count;
    const [before, requests, preflights] = [count.up(), count.requests, count.preflights];
    const { at } = await tab.eval(track, { name: count.name, from: 0, size: 10, bursts: 10, gap: 100 });
    await arrived(count, 100);
    await pause(500); // an answer, a delete, an answer to that
    return {
      code, config, upBytes: count.up() - before, bodies: count.bodies, requests: count.requests - requests, preflights: count.preflights - preflights,
      delivered: count.numbers.size, firstMs: count.firstMs - at, lastMs: count.lastMs - at,
    };
  },
};

// name: how it is called in the results; throttle: times slower; least: of how many
// repeats there is a median.
export const PLAN = [
  { name: 'start', visit: 'start', throttle: 1, least: 10 },
  { name: 'start 4x', visit: 'start', throttle: 4, least: 10 },
  { name: 'calls', visit: 'calls', throttle: 1, least: 10 },
  { name: 'drain', visit: 'drain', throttle: 1, least: 10 },
  { name: 'drain 4x', visit: 'tasks', throttle: 4, least: 10 },
  { name: 'wire', visit: 'wire', throttle: 1, least: 10 },
];

/** One visit of one subject. */
export async function visit(browser, site, subject, { visit: what, throttle }, run) {
  const tab = await browser.page();
  try {
    const url = site.url(subject.id);
    await tab.devtools('Storage.clearDataForOrigin', { origin: url, storageTypes: 'all' });
    const count = Object.assign(site.run(run), { isIdle: subject.id === 'none' });
    await tab.goto(`${url}/`);
    if (throttle > 1) await tab.cpuThrottle(throttle);
    const { name, script, answer, ...plain } = subject;
    return await VISITS[what]({ tab, subject: plain, count, throttle });
  } finally {
    await tab.close();
  }
}
