// The faults. Each row makes its fault and proves it; liveMs is how long the
// page that is still open, or was closed, has after it to deliver.
import { until } from '../../engines/until.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** In the page: is nobody listening there? */
const refused = (url) => fetch(url, { method: 'POST', mode: 'no-cors' }).then(() => false, () => true);

// `quick`: what happens within a second counts, so nothing else is started then.
export const ROWS = [
  {
    id: 'refused',
    name: 'server refused 25 s, then up',
    liveMs: 45_000,
    run: async ({ site, visit, track, proof }) => {
      await site.refuse();
      const page = await visit();
      await track(page);
      await pause(25_000);
      proof(await page.eval(refused, site.collector), 'somebody listens');
      await site.accept();
    },
  },
  {
    id: 'status',
    name: '500 for 20 s',
    liveMs: 40_000,
    run: async ({ site, visit, track, proof }) => {
      site.mode('status');
      await track(await visit());
      await pause(20_000);
      proof(site.posts.length > 0 && site.committed.length === 0, 'no request failed');
      site.mode('ok');
    },
  },
  {
    id: 'hang',
    name: 'no answer for 20 s, nor ever to what was asked then',
    liveMs: 80_000, // the longest limit of an SDK for a request is 90 s
    run: async ({ site, visit, track, proof }) => {
      site.mode('hang');
      await track(await visit());
      await pause(20_000);
      proof(site.hung > 0, 'nothing was asked');
      proof(site.committed.length === 0, 'something was committed');
      site.mode('ok');
    },
  },
  {
    id: 'kill-0.3',
    name: 'kill -9 0.3 s after track, server hung',
    quick: true,
    liveMs: 0,
    run: async ({ browser, site, visit, track, proof }) => {
      const page = await visit();
      site.mode('hang');
      await track(page);
      await pause(300);
      await browser.kill();
      proof(site.committed.length === 0, 'something was committed before the kill');
    },
    back: ({ browser }) => browser.restart(),
  },
  {
    id: 'kill-8',
    name: 'kill -9 8 s after track, server hung',
    liveMs: 0,
    run: async ({ browser, site, visit, track, proof }) => {
      const page = await visit();
      site.mode('hang');
      await track(page);
      await pause(8000);
      await browser.kill();
      proof(site.committed.length === 0, 'something was committed before the kill');
    },
    back: ({ browser }) => browser.restart(),
  },
  {
    id: 'close',
    name: 'tab closed 30 ms after track',
    quick: true,
    liveMs: 6000,
    run: async ({ browser, site, visit, track, gone, proof }) => {
      await (await browser.page()).goto(`${site.url}/other`);
      const page = await visit();
      await track(page);
      await pause(30);
      await page.close();
      proof(await gone(page), 'the tab still answers');
    },
  },
  {
    id: 'navigation',
    name: 'navigation right after track',
    quick: true,
    liveMs: 6000,
    run: async ({ site, visit, claim, proof }) => {
      const page = await visit();
      const numbers = claim(5);
      // By a timer, so that the driver's call has its answer before the page goes.
      await page.eval((list) => void setTimeout(() => {
        list.forEach((i) => window.sdk.track(i));
        location.href = '/other';
      }, 50), numbers);
      const left = await until(() => site.asked.includes('/other'), { ms: 10_000 }).catch(() => false);
      proof(left, 'no navigation');
    },
  },
  {
    id: 'two-tabs',
    name: '2 tabs in an outage, one closed, then up (21 events)',
    liveMs: 80_000,
    run: async ({ site, visit, track, gone, proof }) => {
      const stays = await visit();
      const goes = await visit();
      await site.refuse();
      await track(stays, 10);
      await track(goes, 10);
      await track(stays, 1);
      // Shorter than the time after which some give up: that is another row.
      await pause(5000);
      await goes.close();
      proof(await gone(goes), 'the tab still answers');
      proof(await stays.eval(refused, site.collector), 'somebody listens');
      proof(site.committed.length === 0, 'there was no outage');
      await pause(1000);
      await site.accept();
    },
  },
  {
    id: 'reset',
    name: 'server commits, then resets the connection, for 15 s',
    liveMs: 25_000,
    whole: true, // copies go on after all have come
    run: async ({ site, visit, track, proof }) => {
      const page = await visit();
      site.mode('commitReset');
      await track(page);
      await pause(15_000);
      proof(site.committed.length > 0, 'nothing was committed');
      site.mode('ok');
    },
  },
];
