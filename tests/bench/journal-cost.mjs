// What the journal costs the page's main thread: the agent with its journal
// beside the same agent where IndexedDB is denied, in the same run.
//
//   node tests/bench/journal-cost.mjs [--engine chromium,firefox,webkit] [--repeats 12]
//
// The measure is the CPU time of the main thread of the page's process, as the
// kernel counts it: one that all engines share, in nanoseconds, and that other
// work on the machine adds little to. Chromium's TaskDuration is printed beside
// it: it counts waits within a task too. Absolute times are this machine's, so
// each is also said as a multiple of a floor: one bare put of the same bytes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { installed, open } from '../browser/engines/index.mjs';
import { tree } from '../browser/engines/processes.mjs';
import { until } from '../browser/engines/until.mjs';
import { writePage } from './journal-cost-page.mjs';

const OUT = 'build/journal-cost.json';

// Bursts of `size` events, each in one task, `gap` ms apart: longer than the
// agent waits for more, so that each is a batch and a commit of its own. Many,
// because a page that does nothing costs something too.
const LOADS = [
  { size: 1, bursts: 30, gap: 50 },
  { size: 10, bursts: 15, gap: 60 },
  { size: 100, bursts: 4, gap: 120 },
  { size: 1000, bursts: 1, gap: 0 }, // seconds until it has arrived
];
const WARM = LOADS.slice(0, 3).map((load) => ({ ...load, bursts: Math.ceil(load.bursts / 5) }));
const FLOOR = { bursts: 30, gap: 25 };
const SETTLED_MS = 4000; // the agent's age when it has looked for orphans
const QUIET_NS = 150_000; // of CPU in PROBE_MS: nothing goes on any more
const PROBE_MS = 100;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const DENY = "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError') } });";
const page = (head) => `<!doctype html><html><head><meta charset="utf-8"><title>A page</title><script>${head}</script></head><body></body></html>`;

// --- In the page -------------------------------------------------------------

const loadAgent = () =>
  new Promise((resolve, reject) => {
    const script = document.createElement('script');
    Object.assign(script.dataset, { key: 'test', endpoint: '/v1/batch' });
    script.onload = () => resolve(window.track.ready().then(() => {}));
    script.onerror = () => reject(new Error('no agent'));
    script.src = '/firsthand.js';
    document.head.append(script);
  });

const bursts = ({ size, bursts: count, gap }) =>
  new Promise((resolve) => {
    let n = 0;
    const next = () => {
      for (let i = 0; i < size; i++) {
        window.track('Product Viewed', {
          product_id: `p-${i}`,
          sku: 'G-32',
          category: 'Games',
          name: 'Monopoly: 3rd Edition',
          brand: 'Hasbro',
          price: 18.99,
          quantity: 1,
          coupon: 'MAYDEALS',
        });
      }
      if (++n < count) setTimeout(next, gap);
      else resolve();
    };
    setTimeout(next, gap);
  });

/** Counts what is put from now on, into window.puts. */
const countPuts = () => {
  window.puts = [];
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, key) {
    window.puts.push(value.row.length);
    return put.call(this, value, key);
  };
};

const openFloor = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('floor', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('rows');
    request.onsuccess = () => ((window.floor = request.result), resolve());
    request.onerror = () => reject(request.error);
  });

/** One transaction with one put for each burst, as the agent makes its own. */
const bare = ({ bursts: count, gap }, bytes) =>
  new Promise((resolve) => {
    let n = 0;
    let open = count;
    const next = () => {
      const transaction = window.floor.transaction('rows', 'readwrite', { durability: 'relaxed' });
      const key = crypto.getRandomValues(new Uint8Array(16));
      transaction.objectStore('rows').put({ row: new Uint8Array(bytes), at: Date.now(), claimed: 0 }, key);
      transaction.commit?.();
      transaction.oncomplete = () => --open || resolve();
      if (++n < count) setTimeout(next, gap);
    };
    setTimeout(next, gap);
  });

/** The same timers with nothing in them. */
const idle = ({ bursts: count, gap }) =>
  new Promise((resolve) => {
    let n = 0;
    const next = () => (++n < count ? setTimeout(next, gap) : resolve());
    setTimeout(next, gap);
  });

const spin = () => {
  for (const end = performance.now() + 100; performance.now() < end; );
};

// --- Here ----------------------------------------------------------------------

async function startSite() {
  let events = 0;
  const server = createServer(async (req, res) => {
    const path = req.url.split('?')[0];
    if (req.method === 'POST') {
      let text = '';
      for await (const part of req.setEncoding('utf8')) text += part;
      events += JSON.parse(text).batch.length;
      return res.writeHead(200, { 'content-type': 'application/json' }).end('{"success":true}');
    }
    if (path === '/firsthand.js') return res.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync('dist/firsthand.js'));
    return res.writeHead(200, { 'content-type': 'text/html' }).end(page(path === '/denied' ? DENY : ''));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    events: () => events,
    close: () => (server.closeAllConnections(), server.close()),
  };
}

/** CPU time of the main thread of a process, ns; 0 when there is none. */
function cpuOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

/** The process that runs the page: the one whose main thread spins when it does. */
async function processOf(browser, tab) {
  const before = new Map(tree(browser.pid).map((pid) => [pid, cpuOf(pid)]));
  return until(async () => {
    await tab.eval(spin);
    const [[pid, most], [, next]] = [...before].map(([id, cpu]) => [id, cpuOf(id) - cpu]).sort((a, b) => b[1] - a[1]);
    return most > 100e6 && most > 3 * next && pid;
  }, { what: "the page's process" });
}

/** Until the page's main thread does nothing any more. */
async function quiet(pid) {
  let last = cpuOf(pid);
  let calm = 0;
  await until(async () => {
    await pause(PROBE_MS);
    const now = cpuOf(pid);
    calm = now - last < QUIET_NS ? calm + 1 : 0;
    last = now;
    return calm >= 2;
  }, { ms: 4000 }).catch(() => {}); // a browser of which the page never is quite still
}

/** Tracks a load and waits until it has arrived. */
async function trackAll(tab, site, load) {
  const goal = site.events() + load.size * load.bursts;
  await tab.eval(bursts, load);
  await until(() => site.events() >= goal, { what: `${goal} events` });
}

/** One page of one kind; resolves with what a burst of each size cost, in µs: { cpu, task }. */
async function measure(browser, site, kind, puts) {
  const tab = await browser.page();
  await tab.goto(`${site.url}/${kind}`);
  const pid = await processOf(browser, tab);
  const began = Date.now();

  async function cost(work) {
    await quiet(pid);
    const read = async () => [(await tab.metrics?.())?.TaskDuration * 1e6, cpuOf(pid) / 1000];
    const before = await read();
    await work();
    await quiet(pid);
    const after = await read();
    return { task: after[0] - before[0], cpu: after[1] - before[1] };
  }
  const track = (load) => trackAll(tab, site, load);

  const costs = { start: await cost(() => tab.eval(loadAgent)) };
  for (const load of WARM) await track(load);
  if (kind === 'journal') {
    await tab.eval(openFloor);
    await tab.eval(bare, FLOOR, 1000);
  }
  await pause(SETTLED_MS - (Date.now() - began));

  // What a timer costs that does nothing, and the page that waits for it.
  const timer = scaled(await cost(() => tab.eval(idle, FLOOR)), FLOOR.bursts);
  const aBurst = async (work, count) => less(scaled(await cost(work), count), timer);
  for (const load of LOADS) {
    costs[load.size] = await aBurst(() => track(load), load.bursts);
    if (kind === 'journal') costs[`floor ${load.size}`] = await aBurst(() => tab.eval(bare, FLOOR, puts[load.size].bytes), FLOOR.bursts);
  }
  await tab.close();
  return costs;
}

const scaled = ({ task, cpu }, n) => ({ task: task / n, cpu: cpu / n });
const less = (a, b) => ({ task: a.task - b.task, cpu: a.cpu - b.cpu });

/** Rows and bytes that the agent puts for a burst of each size. */
async function calibrate(browser, site) {
  const tab = await browser.page();
  await tab.goto(`${site.url}/journal`);
  await tab.eval(loadAgent);
  await tab.eval(countPuts);
  const puts = {};
  for (const load of [...WARM, ...LOADS]) {
    await tab.eval(() => void (window.puts.length = 0));
    await trackAll(tab, site, load);
    const rows = await tab.eval(() => window.puts);
    if (!rows.length) throw new Error('the journal is not used');
    const total = rows.reduce((sum, n) => sum + n, 0);
    puts[load.size] = { rows: rows.length / load.bursts, bytes: Math.round(total / load.bursts) };
  }
  await tab.close();
  return puts;
}

async function bench(engine, repeats) {
  const site = await startSite();
  const browser = await open(engine);
  try {
    const puts = await calibrate(browser, site);
    const pairs = [];
    for (let n = 0; n < repeats; n++) {
      const pair = {};
      // Now one first, now the other: what drifts falls on both.
      const kinds = ['journal', 'denied'];
      for (const kind of n % 2 ? kinds.reverse() : kinds) pair[kind] = await measure(browser, site, kind, puts);
      pairs.push(pair);
      const us = (kind) => LOADS.map(({ size }) => (pair[kind][size].cpu / size).toFixed(1)).join(' ');
      console.log(`${engine} ${n + 1}: journal ${us('journal')}, denied ${us('denied')} µs/event`);
    }
    return { puts, pairs };
  } finally {
    await browser.cleanup();
    site.close();
  }
}

const { values } = parseArgs({ options: { engine: { type: 'string' }, repeats: { type: 'string', default: '12' } } });
const wanted = (values.engine ?? 'chromium,firefox,webkit').split(',');
const measured = {};
for (const engine of wanted.filter(installed)) measured[engine] = await bench(engine, Number(values.repeats));

mkdirSync('build', { recursive: true });
writeFileSync(OUT, JSON.stringify({ at: new Date().toISOString(), loads: LOADS, measured }));
const text = writePage('docs/JOURNAL-COST.md', { loads: LOADS, measured, lacking: wanted.filter((engine) => !installed(engine)) });
console.log(`\n${text}`);
