// One repeat: the fault, what the page still delivered, the visitor's next visit
// (which loads the SDK and tracks nothing), and what that delivered.
import { open } from '../../engines/index.mjs';
import { until } from '../../engines/until.mjs';
import { startSite } from './collector.mjs';

const NEXT_MS = 25_000; // for the next visit to deliver
const COPIES_MS = 12_000; // of a visit, at least: what may come twice comes by then
// Agents that drop bots' events would drop those of HeadlessChrome.
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A fault that was not made: the repeat says nothing. */
class NoFault extends Error {}

let last = Promise.resolve();

/** Runs work when nobody else's is under way: starts of browsers are all load. */
function alone(work) {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
}

/** @returns the figures, as in a line of the results */
export async function runOnce(row, id, sdk) {
  const began = Date.now();
  const site = await startSite(id, sdk);
  const sent = [];
  let browser;

  async function visit() {
    const page = await browser.page();
    await page.goto(`${site.url}/`);
    await page.eval(() => window.sdk.ready.then(() => {}));
    return page;
  }

  const claim = (n) => {
    const numbers = Array.from({ length: n }, (_, k) => sent.length + k);
    sent.push(...numbers);
    return numbers;
  };
  const track = (page, n = 5) => page.eval((list) => list.forEach((i) => window.sdk.track(i)), claim(n));
  const gone = (page) => until(() => Promise.race([page.eval(() => 1).then(() => false, () => true), pause(2000).then(() => true)]), { ms: 5000 }).catch(() => false);
  const proof = (holds, what) => {
    if (!holds) throw new NoFault(what);
  };
  const arrived = () => new Set(site.committed.map(({ i }) => i)).size;
  const all = (ms) => until(() => arrived() === sent.length, { ms }).catch(() => {});

  // The start alone, and for a quick row its fault too.
  async function fault() {
    let started;
    const ready = new Promise((resolve) => (started = resolve));
    const context = {
      site,
      claim,
      track: (...args) => (!row.quick && started(), track(...args)),
      visit,
      gone,
      proof,
      get browser() {
        return browser;
      },
    };
    let done;
    await alone(async () => {
      browser = await open('chromium', { args: [`--user-agent=${USER_AGENT}`] });
      done = row.run(context);
      done.catch(() => {});
      await Promise.race([ready, done]);
    });
    await done;
  }

  const figures = { row: row.id, sdk: id, version: sdk.version };
  try {
    await fault();
    if (row.whole) await pause(row.liveMs);
    else await all(row.liveMs);
    const live = arrived();
    const requests = site.posts.length;
    site.mode('ok');

    await alone(async () => {
      await row.back?.({ browser });
      await visit();
    });
    const end = Date.now() + COPIES_MS;
    await all(NEXT_MS);
    await pause(Math.max(0, end - Date.now()));

    if (site.unread.length) throw new Error(`a body not understood: ${site.unread[0]}`);
    const ids = new Set(site.committed.map((event) => event.id));
    if (site.committed.some((event) => !event.id)) throw new Error('an event without an id');
    Object.assign(figures, {
      valid: true,
      sent: sent.length,
      live,
      back: arrived(),
      wire: site.committed.length - arrived(),
      twice: ids.size - arrived(),
      requests,
      requestsAfter: site.posts.length - requests,
    });
  } catch (error) {
    const kind = error instanceof NoFault ? 'no fault: ' : '';
    Object.assign(figures, { valid: false, why: `${kind}${error.message}`.slice(0, 300) });
  } finally {
    await browser?.cleanup().catch(() => {});
    await site.close();
  }
  return { ...figures, ms: Date.now() - began };
}
