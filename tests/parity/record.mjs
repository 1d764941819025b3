// One visit with one agent in a fresh profile of Chromium, and all that it sent.
import { open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { messagesOf } from './decode.mjs';
import { LANDING, SEARCH, SHOP, startSite } from './site.mjs';

// Nothing here is the default of a machine, so that a value which is found again
// is no accident.
const TIMEZONE = 'America/St_Johns'; // half an hour off
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const flags = (port) => [
  `--host-resolver-rules=MAP * 127.0.0.1:${port}`,
  // For client hints, which plain http is not told.
  `--unsafely-treat-insecure-origin-as-secure=${SHOP}`,
  `--user-agent=${USER_AGENT}`,
  '--accept-lang=de-CH,fr;q=0.8',
  '--lang=de-CH',
  '--screen-info={1440x900 colorDepth=30 devicePixelRatio=1.5}',
  '--window-size=1111,777',
];

// What each does before it has sent all: batches wait for a timer.
const QUIET_MS = 5000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The calls of the visit, in their order; each of the two pages has its own. */
export const STEPS = [
  { page: 1, calls: [['page'], ['track', 'Product Viewed', { sku: 'B-42', price: 79.5 }]] },
  { page: 1, calls: [['identify', 'user-4711', { plan: 'pro', email: 'ada@shop.example' }], ['track', 'Product Added', { sku: 'B-42', price: 79.5 }]] },
  { page: 2, calls: [['page'], ['track', 'Checkout Started', { sku: 'B-42', price: 79.5 }]] },
];

/**
 * @param {object} sdk of sdks.mjs, with its script
 * @param {object} [options]
 * @param {number} [options.quietMs] how long nothing may have come before it is
 *   believed that no more will; 0: go on when the track call has arrived
 * @returns {Promise<{ messages: object[], console: object[] }>} see decode.mjs
 */
export async function record(sdk, { quietMs = QUIET_MS } = {}) {
  const site = await startSite(sdk);
  const zone = process.env.TZ;
  process.env.TZ = TIMEZONE; // the browser inherits it
  let browser;
  try {
    browser = await open('chromium', { args: flags(site.port) });
    const page = await browser.page();
    const messages = [];
    const take = (n) => {
      for (const request of site.requests.splice(0)) messages.push(...messagesOf(request, sdk).map((message) => ({ page: n, ...message })));
    };
    const settle = async (n, name) => {
      await until(() => (take(n), messages.some(({ call }) => call === name)), { what: `${sdk.name}: ${name} to arrive` });
      if (!quietMs) return;
      let since = Date.now();
      await until(() => {
        if (site.requests.length) since = Date.now();
        take(n);
        return Date.now() - since > quietMs;
      }, { every: 100 });
    };

    await page.goto(`${SEARCH}/search?q=blue+shoes`);
    await page.click('#go');
    await until(() => page.eval((url) => location.href === url && document.readyState === 'complete' && !!window.sdk, LANDING), { what: 'the shop' });
    for (const { page: n, calls } of STEPS) {
      if (n === 2 && !(await page.eval(() => location.pathname === '/cart'))) {
        await page.eval(() => window.scrollTo(0, 900)); // whoever looks for activity finds some
        await pause(quietMs / 2);
        await page.click('#go');
        await until(() => page.eval(() => location.pathname === '/cart' && document.readyState === 'complete' && !!window.sdk), { what: 'the cart' });
      }
      await page.eval((list) => {
        for (const [verb, ...args] of list) window.sdk[verb](...args);
      }, calls);
      await settle(n, calls.at(-1)[1]);
    }
    await page.close();
    if (quietMs) await pause(2000);
    take(2);
    return { messages, console: page.console };
  } finally {
    process.env.TZ = zone ?? '';
    if (zone === undefined) delete process.env.TZ;
    await browser?.cleanup();
    await site.close();
  }
}
