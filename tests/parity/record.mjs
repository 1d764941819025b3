// One visit with one agent in a fresh profile of Chromium, and all that it sent.
import { open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { messagesOf } from './decode.mjs';
import { CART, LANDING, SEARCH, SHOP, startSite } from './site.mjs';

// Nothing of this is the default of a machine, so that a value which is found
// again is no accident, and the same on every machine.
process.env.TZ = 'America/St_Johns'; // for the browser; half an hour off
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const flags = (port) => [
  `--host-resolver-rules=MAP * 127.0.0.1:${port}`,
  // For client hints, which plain http is not told.
  `--unsafely-treat-insecure-origin-as-secure=${SHOP}`,
  `--user-agent=${USER_AGENT}`,
  '--accept-lang=de-CH,fr;q=0.8',
  '--lang=de-CH',
  // Some drop what comes of a driven browser.
  '--disable-blink-features=AutomationControlled',
];

/** Runs in the page, before its scripts. */
function device() {
  const set = (object, facts) => {
    for (const [name, value] of Object.entries(facts)) Object.defineProperty(object, name, { get: () => value });
  };
  const hints = {
    brands: [{ brand: 'Chromium', version: '156' }, { brand: 'Not:A-Brand', version: '8' }],
    mobile: false,
    platform: 'Linux',
  };
  set(window, { innerWidth: 1111, innerHeight: 777, devicePixelRatio: 1.5 });
  set(screen, { width: 1440, height: 900, colorDepth: 30 });
  set(navigator, { deviceMemory: 4, hardwareConcurrency: 6, userAgentData: { ...hints, toJSON: () => hints, getHighEntropyValues: async () => hints } });
}

// What each does before it has sent all: batches wait for a timer.
const QUIET_MS = 4000;

// The visit: where a click leads to, and what is called there.
const SHOES = { sku: 'B-42', price: 79.5 };
const STEPS = [
  { url: LANDING, calls: [['page'], ['track', 'Product Viewed', SHOES]] },
  { calls: [['identify', 'user-4711', { plan: 'pro', seats: 5 }], ['track', 'Product Added', SHOES]] },
  { url: CART, calls: [['page'], ['track', 'Checkout Started', SHOES]] },
];

/**
 * @param {object} sdk of sdks.mjs, with its script
 * @param {object} [options]
 * @param {number} [options.quietMs] how long nothing may have come before it is
 *   believed that no more will; 0: go on when the last call has arrived
 * @returns {Promise<object[]>} messages, see decode.mjs
 */
export async function record(sdk, { quietMs = QUIET_MS } = {}) {
  const site = await startSite(sdk);
  const browser = await open('chromium', { args: flags(site.port) });
  const messages = [];
  let unread;
  const take = () => {
    for (const request of site.requests.splice(0)) {
      try {
        messages.push(...messagesOf(request, sdk));
      } catch (error) {
        unread = `${request.method} ${request.url} ${request.body.toString('latin1').slice(0, 200)}: ${error.stack}`;
      }
    }
  };
  try {
    const page = await browser.page();
    await page.onNewDocument(device);
    const arrival = (url) => until(
      () => page.eval((there) => location.href === there && document.readyState === 'complete' && !!window.sdk, url),
      { what: `${sdk.name} on ${url}` },
    );
    // As a person would: the page has been seen before something is done on it.
    const shown = () => page.eval(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));
    const quiet = async () => {
      let since = Date.now();
      await until(() => {
        if (site.requests.length) since = Date.now();
        take();
        return Date.now() - since >= quietMs;
      }, { every: 100 });
    };

    await page.goto(`${SEARCH}/search?q=blue+shoes`);
    for (const { url, calls } of STEPS) {
      if (url) {
        await page.click('#go');
        await arrival(url);
        await shown();
        // Amplitude forgets what it is given while its own first events are in flight.
        await quiet();
      }
      await page.eval((all) => {
        for (const [verb, ...args] of all) window.sdk[verb](...args);
        window.scrollBy(0, 300); // who looks for activity sees some
      }, calls);
      const name = calls.at(-1)[1];
      await until(() => (take(), messages.some(({ call }) => call === name)), { what: `${sdk.name}: ${name}`, unless: () => unread });
      await quiet();
    }
    await page.close();
    await quiet();
    return messages;
  } finally {
    await browser.cleanup();
    await site.close();
  }
}
