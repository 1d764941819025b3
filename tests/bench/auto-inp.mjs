// What all captures add to the demo's slowest interaction: the shop with and without
// them, in pairs, in one run of Chromium. An interaction's time is from the press of
// the button to the next paint, as INP has it; the browser's own figure is rounded to
// 8 ms, so it is measured in the page, by the same few lines in both.
//   node tests/bench/auto-inp.mjs [--pairs 40]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRelay } from '../../relay/index.mjs';
import { open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';

const { pairs } = parseArgs({ options: { pairs: { type: 'string', default: '40' } } }).values;
const REPEATS = 20; // of an interaction on each page, each compared with the same one on the other

// The shop's interactions that stay on their page.
const INTERACTIONS = {
  'product: into the basket': ['/product.html?sku=TK-101', '#add button'],
  'tea notes: a category': ['/browse/', '#view nav a, #view a'],
  'checkout: a delivery': ['/checkout.html', '#checkout input[type=radio]:not(:checked)'],
  'basket: one more': ['/cart.html', '#main button[aria-label*="ore"], #main button'],
};

const dir = mkdtempSync(join(tmpdir(), 'firsthand-inp-'));
const relay = createRelay({ db: join(dir, 'events.db'), site: 'site-demo', mounts: [{ prefix: '/fh', dir: 'dist' }], logLevel: 'silent' });

// 127.0.0.1 is the shop as it is, localhost the one with the captures.
const server = createServer((req, res) => {
  const path = req.url.split('?')[0].replace(/\/$/, '/index.html');
  if (!path.endsWith('.html')) return relay.handler(req, res);
  const html = readFileSync(`site-demo${path}`, 'utf8');
  const isWith = req.headers.host.startsWith('localhost');
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  res.end(isWith ? html.replaceAll('data-key="demo"', 'data-key="demo" data-auto="all clicks"') : html);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The interaction's times on a page, ms. */
const measure = async (p, host, [path, selector]) => {
  await p.goto(`http://${host}:${port}${path}`);
  const wanted = host === 'localhost' ? ['firsthand.js', 'firsthand.auto.js', 'firsthand.vitals.js'] : ['firsthand.js'];
  await until(() => p.eval((names) => names.every((name) => performance.getEntriesByType('resource').some((entry) => entry.name.endsWith(name) && entry.responseEnd)), wanted), { what: wanted.join() });
  await p.eval(() => new Promise((resolve) => (window.requestIdleCallback)(() => setTimeout(resolve))));
  await p.eval(() => {
    window.times = [];
    // Bubbling, behind all others; the paint is over when the message comes.
    addEventListener('click', ({ timeStamp }) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.times.push(performance.now() - timeStamp);
        port2.postMessage(0);
      }),
    );
  });
  for (let i = 1; i <= REPEATS; i++) {
    if (!(await p.eval((what) => Boolean(document.querySelector(what)), selector))) return [];
    await p.click(selector);
    await until(() => p.eval((n) => window.times.length >= n, i), { what: 'the paint', ms: 5000 });
  }
  return p.eval(() => window.times);
};

// Without the wait for the screen's next beat, which would hide what is measured.
const browser = await open('chromium', { args: ['--disable-frame-rate-limit', '--disable-gpu-vsync'] });
try {
  const p = await browser.page();
  const slow = [];
  // Something in the basket of both.
  for (const host of ['127.0.0.1', 'localhost']) await measure(p, host, INTERACTIONS['product: into the basket']);
  for (const [name, what] of Object.entries(INTERACTIONS)) {
    const times = await measure(p, '127.0.0.1', what).catch(() => []);
    if (times.length) slow.push([median(times), name]);
    console.log(`${name.padEnd(28)} ${times.length ? `${median(times).toFixed(1)} ms` : 'not there'}`);
  }
  const [[, slowest]] = slow.sort(([a], [b]) => b - a);
  const differences = [];
  const all = { '127.0.0.1': [], localhost: [] };
  for (let i = 0; i < Number(pairs); i++) {
    const order = i % 2 ? ['127.0.0.1', 'localhost'] : ['localhost', '127.0.0.1'];
    const pair = {};
    for (const host of order) {
      const times = await measure(p, host, INTERACTIONS[slowest]);
      all[host].push(...times);
      pair[host] = times;
    }
    differences.push(...pair.localhost.map((time, n) => time - pair['127.0.0.1'][n]));
  }
  console.log(`\nslowest: ${slowest}, ${pairs} pairs of ${REPEATS}`);
  console.log(`without captures  ${median(all['127.0.0.1']).toFixed(2)} ms at the median`);
  console.log(`with all of them  ${median(all.localhost).toFixed(2)} ms`);
  const [low, mid, high] = [0.25, 0.5, 0.75].map((part) => [...differences].sort((a, b) => a - b)[Math.floor(part * differences.length)]);
  const lower = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 4)];
  console.log(`quarter that was disturbed least: ${lower(all['127.0.0.1']).toFixed(2)} ms without, ${lower(all.localhost).toFixed(2)} ms with`);
  console.log(`difference of the pairs: ${mid.toFixed(2)} ms at the median (half of them from ${low.toFixed(2)} to ${high.toFixed(2)})`);
  process.exitCode = mid < 1 ? 0 : 1;
} finally {
  await browser.cleanup();
  server.closeAllConnections();
  server.close();
  await relay.close();
  rmSync(dir, { recursive: true, force: true });
}
