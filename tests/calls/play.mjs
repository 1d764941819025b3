// One shape of calls, played in a page.
import { until } from '../browser/engines/until.mjs';
import { REFERRER } from './site.mjs';
import { told } from './told.mjs';

// A call whose promise does not settle is not waited for any longer.
const SETTLE_MS = 3000;
const UP_MS = 10_000;

/** Makes a page fit to play in. */
export const prepare = (page) => page.onNewDocument((referrer) => {
  Object.defineProperty(document, 'referrer', { get: () => referrer });
}, REFERRER);

/** Runs in the page: each call in its turn, and what became of it; and what the page
 * says of the browser, and not of a call. */
async function run(calls, ms) {
  const late = () => new Promise((resolve) => setTimeout(resolve, ms, 'pending'));
  const outcome = [];
  for (const source of calls) {
    try {
      const result = (0, eval)(source);
      outcome.push(await Promise.race([Promise.resolve(result).then(() => '', (error) => `rejects: ${error?.message ?? error?.reason ?? error}`), late()]));
    } catch (error) {
      outcome.push(`throws: ${error.message}`);
    }
  }
  const { userAgent, language: locale } = navigator;
  return { outcome, environment: { userAgent, locale, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone } };
}

/**
 * @param {object} page of a browser, prepared
 * @param {object} copy of the shop
 * @param {object} shape
 * @param {object} how
 * @param {string} [how.up] expression that is true when the calls may begin, if that is
 *   not when the page has loaded
 * @param {string} how.after a last call, not of the shape
 * @param {(body) => object[]} how.events of the body of a post
 * @param {(count: () => number) => Promise} how.arrived waits for the last event
 * @returns {Promise<{ outcome, events }>} events: as told.mjs has them
 */
export async function play(page, copy, shape, { up, after, events, arrived }) {
  await page.goto(copy.url);
  if (up) await until(() => page.eval((test) => !!(0, eval)(test), up), { what: up, ms: UP_MS });
  const { outcome, environment } = await page.eval(run, [...shape.calls, after], SETTLE_MS);
  const come = () => copy.bodies.flatMap(({ body }) => events(body));
  await arrived(() => come().length);
  // What is sent by several requests at once may come in any order.
  const inOrder = come().sort((a, b) => (a.sentAt < b.sentAt ? -1 : Number(a.sentAt > b.sentAt)));
  return { outcome: outcome.slice(0, -1), events: told(inOrder, copy.host, environment) };
}
