// Events that outlive their page, in real browsers: the journal.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/journal.test.mjs
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { rows } from './journal-rows.mjs';
import { page, startSite } from './site.mjs';

const TAG = '<script src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" data-debug></script>';

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    // A browser and a site of their own for each test: most of them kill.
    const withBrowser = (work) => async () => {
      const browser = await open(engine);
      const site = await startSite({ '/': page({ title: 'Home', head: TAG }), '/other': page({ title: 'Other', head: '' }) });
      const visit = async (path = '/') => {
        const p = await browser.page();
        await p.goto(site.url + path);
        return p;
      };
      try {
        await work({ browser, site, visit });
      } finally {
        await browser.cleanup();
        await site.close();
      }
    };
    const numbers = (site, name) => site.events().filter(({ event }) => event === name).map(({ properties }) => properties.i).sort((a, b) => a - b);
    const burst = (name, n) => {
      for (let i = 0; i < n; i++) window.track(name, { i });
    };
    const upTo = (n) => Array.from({ length: n }, (_, i) => i);

    test('what was acknowledged is no longer in the journal', withBrowser(async ({ site, visit }) => {
      const p = await visit();
      await p.eval(burst, 'Kept', 20);
      await until(() => numbers(site, 'Kept').length === 20, { what: '20 events' });
      await until(async () => (await p.eval(rows)) === 0, { what: 'an empty journal' });
    }));

    test('kill -9 while the relay is down: all of it after the next visit', withBrowser(async ({ browser, site, visit }) => {
      site.down();
      const p = await visit();
      await p.eval(burst, 'Killed', 50);
      await until(async () => (await p.eval(rows)) > 0, { what: 'a row in the journal' });
      await browser.kill();
      assert.deepEqual(numbers(site, 'Killed'), []);
      site.up();
      await browser.restart();
      await visit();
      await until(() => numbers(site, 'Killed').length >= 50, { what: 'the events of the killed page' });
      assert.deepEqual(numbers(site, 'Killed'), upTo(50));
    }));

    test('two tabs in an outage, one closed: the other delivers for both', withBrowser(async ({ site, visit }) => {
      site.down();
      const [stays, goes] = [await visit(), await visit()];
      await stays.eval(burst, 'Stays', 10);
      await goes.eval(burst, 'Goes', 10);
      await until(async () => (await stays.eval(rows)) >= 2, { what: 'rows of both tabs' });
      await goes.close();
      site.up();
      await until(() => numbers(site, 'Stays').length >= 10 && numbers(site, 'Goes').length >= 10, { what: 'the events of both', ms: 90_000 });
      assert.deepEqual(numbers(site, 'Stays'), upTo(10));
      assert.deepEqual(numbers(site, 'Goes'), upTo(10));
    }));

    test('left while the relay is down, then back: nothing lost, nothing twice', withBrowser(async ({ site, visit }) => {
      site.down();
      const p = await visit();
      await p.eval(burst, 'Left', 10);
      await p.goto(`${site.url}/other`);
      site.up();
      await p.goto(`${site.url}/`);
      await until(() => numbers(site, 'Left').length >= 10, { what: 'the events of the page that was left', ms: 90_000 });
      assert.deepEqual(numbers(site, 'Left'), upTo(10));
    }));

    test('rows that are too old or too many are given up, and counted', withBrowser(async ({ browser, site, visit }) => {
      site.down();
      const p = await visit();
      await p.eval(burst, 'Given Up', 3);
      await until(async () => (await p.eval(rows)) > 0, { what: 'a row in the journal' });
      await browser.kill();
      await browser.restart();
      const other = await visit('/other');
      // Copies of that row under ids of their own: 5 too old; 2,000, which others
      // have claimed; and the row itself, older than those, is one too many. Their
      // keys make them small: it is their number that counts here.
      await other.eval(() => new Promise((resolve, reject) => {
        const request = indexedDB.open('firsthand');
        request.onsuccess = () => {
          const transaction = request.result.transaction('rows', 'readwrite');
          const store = transaction.objectStore('rows');
          store.openCursor().onsuccess = ({ target: { result: { key: [name, at], value: { row } } } }) => {
            for (let i = 0; i < 2005; i++) {
              const copy = row.slice();
              copy.set([i >> 8, i & 255]);
              store.put({ row: copy, claimed: Date.now() + 30_000 }, [name.slice(0, 4) + (i + 65536).toString(16).slice(1) + name.slice(8), i < 5 ? at - 8 * 86400000 : at + 1, 100]);
            }
          };
          transaction.oncomplete = () => (request.result.close(), resolve());
          transaction.onabort = reject;
        };
      }));
      assert.equal(await other.eval(rows), 2006);
      site.up();
      const next = await visit();
      await until(async () => (await next.eval(rows)) === 2000, { what: '2,000 rows' });
      await until(async () => {
        await next.eval(() => track('Ping'));
        return site.ledgers().find(({ lost }) => lost === 18);
      }, { what: 'a batch that tells of 18 lost events' });
    }));

    test('an answer that is no acknowledgement keeps the events', withBrowser(async ({ site, visit }) => {
      site.portal(true);
      const p = await visit();
      await p.eval(burst, 'Portal', 3);
      await until(() => site.requests.includes('POST /v1/batch'), { what: 'a post into the portal' });
      site.portal(false);
      await until(() => numbers(site, 'Portal').length >= 3, { what: 'the three events' });
      assert.deepEqual(numbers(site, 'Portal'), upTo(3));
    }));
  });
}
