// Pages in real browsers that send to several destinations at once, of different formats: what is down, hangs, refuses
// or is not allowed holds none of the others, and each gets each event once, by one id everywhere.
//   ENGINES=chromium,firefox,webkit node --test tests/dialects/several.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { root } from '../run/suite.mjs';
import { BACKENDS, POISON, startBackends } from './backends.mjs';
import { script } from './suite.mjs';

const escape = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;');

/** Runs in the page: names in the database and in localStorage, of rows that are kept. */
const names = async () => {
  const spilled = Object.keys(localStorage).filter((name) => name.startsWith('_fh.'));
  if (!(await indexedDB.databases()).length) return spilled;
  const request = indexedDB.open('firsthand', 1);
  // It may have been deleted meanwhile, and is not to come from here.
  const isThere = await new Promise((resolve) => {
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => resolve(true);
    request.onerror = () => resolve(false);
  });
  if (!isThere) return spilled;
  const keys = request.result.transaction('rows').objectStore('rows').getAllKeys();
  await new Promise((resolve) => Object.assign(keys, { onsuccess: resolve }));
  request.result.close();
  return [...spilled, ...keys.result.map(([name]) => name)];
};

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    const pages = {};
    let backends;
    let browser;
    before(async () => {
      backends = await startBackends((path) => {
        if (path === '/fh.js') return ['text/javascript', readFileSync(script)];
        if (path === '/plain.js') return ['text/javascript', readFileSync(`${root}dist/firsthand.js`)];
        if (path === '/blank') return ['text/html', '<!doctype html><title>Blank</title>'];
        return pages[path] && ['text/html', pages[path]];
      });
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      backends?.close();
    });

    let tests = 0;
    /** A site with these destinations, [name, more], each with a backend of its own; its page is open. */
    const site = async (destinations, { attributes = {}, file = 'fh' } = {}) => {
      const id = `s${tests++}`;
      const labels = destinations.map(([name]) => `${id} ${name}`);
      const [first, ...others] = destinations.map(([name, more], i) => ({
        key: `${id}-${name}`, endpoint: backends.address(name, labels[i], i % 2 ? backends.far : backends.url), dialect: BACKENDS[name].dialect, ...more,
      }));
      const all = { ...first, destinations: JSON.stringify(others), ...attributes };
      const text = Object.entries(all).map(([name, value]) => ` data-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}="${escape(value)}"`).join('');
      pages[`/${id}`] = `<!doctype html><title>Shop</title><script src="/${file}.js"${text}></script><a href="/${id}/next">next</a>`;
      pages[`/${id}/next`] = pages[`/${id}`];
      const page = await browser.page();
      await page.goto(`${backends.url}/blank`);
      await page.eval(() => {
        document.cookie = '_fh=; Path=/; Max-Age=0';
        localStorage.clear();
        sessionStorage.clear();
      });
      const come = async (path = `/${id}`) => {
        await page.goto(backends.url + path);
        await until(() => page.eval(() => typeof track === 'function'), { what: 'the agent' });
      };
      await come();
      const events = (label) => backends.taken(label).filter(([, name]) => !/^session_start$|^\$identify$/.test(name));
      const has = (label, ...expected) => {
        const ids = new Map(events(label));
        return expected.every((name) => [...ids.values()].includes(name));
      };
      const arrived = (label, ...expected) =>
        until(() => has(label, ...expected), { what: `${expected} at ${label}: ${JSON.stringify(events(label))}`, timeout: 30_000 });
      // Of this site's destinations those for which something is kept.
      const kept = async () => (await page.eval(names)).filter((name) => name.includes(`${id}-`)).map((name) => /-([a-z]+)/.exec(name)[1]).sort();
      return { page, labels, come, events, arrived, kept, next: `/${id}/next` };
    };

    /** By name, the ids that each event has; and that there is one of each. */
    const idsAt = ({ events }, label) => {
      const ids = Object.fromEntries(events(label).map(([id, name]) => [name, id]));
      assert.equal(new Set(events(label).map(([id]) => id)).size, Object.keys(ids).length, label);
      return ids;
    };

    test('two: while one is down the other gets all at once; the first catches up, with the same ids', async () => {
      const shop = await site([['segment'], ['posthog']]);
      const [near, far] = shop.labels;
      backends.modes[far] = 'down';
      await shop.page.eval(() => { track('A'); track('B'); });
      await shop.arrived(near, 'A', 'B');
      await until(() => backends.requests.some(({ label }) => label === far), { what: 'a try' });
      await shop.page.eval(() => track('C'));
      await shop.arrived(near, 'C');
      assert.deepEqual(shop.events(far), []);
      const { destinations } = await shop.page.eval(() => track.inspect());
      assert.deepEqual(destinations.map(({ state, dropped }) => [state, dropped]), [['open', {}], ['open', {}]]);
      assert.equal(destinations[0].queue.length, 0);
      assert.ok(destinations[1].queue.length >= 1);
      backends.modes[far] = '';
      await shop.page.eval(() => track.flush());
      await shop.arrived(far, 'A', 'B', 'C');
      assert.deepEqual(idsAt(shop, far), idsAt(shop, near));
      await until(async () => !(await shop.kept()).length, { what: 'an empty journal' });
      await shop.page.close();
    });

    test('four: one down, one hanging, one refusing an event; the page leaves by a link, the next one catches up', async () => {
      const shop = await site([['segment'], ['amplitude'], ['snowplow'], ['posthog']]);
      const [good, down, hung, poor] = shop.labels;
      backends.modes[down] = 'down';
      backends.modes[hung] = 'hang';
      await shop.page.eval((poison) => { track('A'); track(poison); track('B'); }, POISON);
      await shop.arrived(poor, 'A', 'B');
      await until(() => backends.requests.some(({ label }) => label === hung), { what: 'what hangs' });
      // The one in order has refused, too: halves, until it stands alone.
      await shop.arrived(good, 'A', 'B');
      await shop.page.eval(() => {
        document.querySelector('a').addEventListener('click', () => track('Left'));
      });
      await shop.page.click('a');
      await until(() => shop.page.eval(() => /next/.test(location.pathname) && typeof track === 'function'), { what: 'the next page' });
      await shop.arrived(good, 'Left');
      await shop.arrived(poor, 'Left');
      backends.modes[down] = backends.modes[hung] = '';
      await shop.page.eval(() => track('Next'));
      for (const label of shop.labels) await shop.arrived(label, 'A', 'B', 'Left', 'Next');
      for (const label of shop.labels) assert.deepEqual(idsAt(shop, label), idsAt(shop, good));
      assert.deepEqual(Object.keys(idsAt(shop, good)).sort(), ['A', 'B', 'Left', 'Next']);
      // Only the first gets what the site has in cookies; two of them have the page's origin.
      const cookiesOf = (label) => backends.requests.filter((request) => request.label === label).map(({ cookies = '' }) => cookies);
      assert.ok(cookiesOf(good).some((cookies) => cookies.includes('_fh=')));
      for (const label of shop.labels.slice(1)) assert.ok(cookiesOf(label).every((cookies) => !cookies), label);
      await until(async () => !(await shop.kept()).length, { what: 'an empty journal', timeout: 30_000 });
      await shop.page.close();
    });

    test('a destination without consent gets nothing, and nothing is kept for it; what waits for consent is held', async () => {
      const shop = await site([['segment'], ['amplitude', { consent: 'ads' }], ['posthog', { consent: 'personalization' }]]);
      const [near, ads, person] = shop.labels;
      await shop.page.eval(() => {
        track.consent({ ads: 'denied', personalization: 'pending' });
        track('A');
      });
      await shop.arrived(near, 'A');
      // Nobody is asked first on this site: pending is as good as allowed.
      await shop.arrived(person, 'A');
      const states = () => shop.page.eval(() => track.inspect().destinations.map(({ state }) => state));
      assert.deepEqual(await states(), ['open', 'denied', 'open']);
      assert.deepEqual(shop.events(ads), []);
      assert.ok(!(await shop.kept()).includes('amplitude'));
      await shop.page.eval(() => {
        track('B');
        track.consent({ ads: 'granted' });
        track('C');
      });
      await shop.arrived(ads, 'C');
      await shop.arrived(near, 'A', 'B', 'C');
      assert.deepEqual(Object.keys(idsAt(shop, ads)), ['C']);
      assert.deepEqual((await shop.page.eval(() => track.inspect().destinations[1].dropped)), { no_consent: 2 });
      await shop.page.close();
    });

    test('where the visitor is asked first, a destination waits for its category with the rest going on', async () => {
      const shop = await site([['segment'], ['amplitude', { consent: 'ads' }]], { attributes: { consent: 'pending' } });
      const [near, ads] = shop.labels;
      await shop.page.eval(() => track('A'));
      assert.deepEqual(await shop.kept(), []);
      await shop.page.eval(() => track.consent({ analytics: 'granted' }));
      await shop.page.eval(() => track('B'));
      await shop.arrived(near, 'A', 'B');
      assert.deepEqual(await shop.page.eval(() => track.inspect().destinations.map(({ state }) => state)), ['open', 'held']);
      assert.deepEqual(backends.requests.filter(({ label }) => label === ads), []);
      assert.ok(!(await shop.kept()).includes('amplitude'));
      await shop.page.eval(() => track.consent({ ads: 'granted' }));
      await shop.arrived(ads, 'A', 'B');
      assert.deepEqual(idsAt(shop, ads), idsAt(shop, near));
      await shop.page.close();
    });

    test('what is held for a destination goes when the visitor allows it in another tab', async () => {
      const shop = await site([['segment'], ['posthog', { consent: 'ads' }]], { attributes: { consent: 'pending' } });
      await shop.page.eval(() => { track.consent({ analytics: 'granted' }); track('A'); });
      await shop.arrived(shop.labels[0], 'A');
      const other = await browser.page();
      await other.goto(`${backends.url}${shop.next}`);
      await until(() => other.eval(() => typeof track === 'function'), { what: 'the agent' });
      await other.eval(() => track.consent({ ads: 'granted' }));
      await shop.arrived(shop.labels[1], 'A');
      assert.deepEqual(idsAt(shop, shop.labels[1]), idsAt(shop, shop.labels[0]));
      await other.close();
      await shop.page.close();
    });

    test('a browser that is killed: its next page sends to each what it owes, and nothing twice', async () => {
      const shop = await site([['segment'], ['posthog'], ['jitsu']]);
      const [near, ...owed] = shop.labels;
      for (const label of owed) backends.modes[label] = 'down';
      await shop.page.eval(() => { track('A'); track('B'); });
      await shop.arrived(near, 'A', 'B');
      await until(async () => `${await shop.kept()}` === 'jitsu,posthog', { what: 'two rows' });
      await browser.kill();
      await browser.restart();
      for (const label of owed) backends.modes[label] = '';
      const page = await browser.page();
      await page.goto(`${backends.url}${shop.next}`);
      for (const label of shop.labels) await shop.arrived(label, 'A', 'B');
      for (const label of shop.labels) assert.deepEqual(idsAt(shop, label), idsAt(shop, near));
      await page.close();
    });

    test('consent withdrawn for one deletes what it owes, not what others owe; the next page keeps to it', async () => {
      const shop = await site([['segment'], ['amplitude', { consent: 'ads' }], ['posthog']]);
      const [near, ads, other] = shop.labels;
      backends.modes[ads] = backends.modes[other] = 'down';
      await shop.page.eval(() => { track.consent({ ads: 'granted' }); track('A'); });
      await shop.arrived(near, 'A');
      await until(async () => `${await shop.kept()}` === 'amplitude,posthog', { what: 'both rows' });
      await shop.page.eval(() => track.consent({ ads: 'denied' }));
      await until(async () => `${await shop.kept()}` === 'posthog', { what: 'one row' });
      await shop.come(shop.next);
      backends.modes[ads] = backends.modes[other] = '';
      await shop.page.eval(() => track('B'));
      await shop.arrived(near, 'B');
      await shop.arrived(other, 'A', 'B');
      assert.deepEqual(shop.events(ads), []);
      // Without analytics there is nothing for anybody.
      await shop.page.eval(() => { track.consent({ analytics: 'denied' }); track('C'); });
      await until(async () => !(await shop.kept()).length, { what: 'nothing kept' });
      await shop.page.eval(() => { track.consent({ analytics: 'granted' }); track('D'); });
      await shop.arrived(near, 'D');
      await shop.arrived(other, 'D');
      assert.deepEqual(shop.events(near).map(([, name]) => name).sort(), ['A', 'B', 'D']);
      assert.deepEqual(shop.events(ads), []);
      await shop.page.close();
    });

    test('one that says stop is left alone; a call says the event as it was made', async () => {
      const shop = await site([['segment'], ['posthog']]);
      const [near, gone] = shop.labels;
      backends.modes[gone] = 'gone';
      const told = await shop.page.eval(async () => (await track('A', { n: 1 })).event);
      assert.equal(told.event, 'A');
      await shop.arrived(near, 'A');
      assert.equal(told.messageId, shop.events(near)[0][0]);
      await until(() => backends.requests.some(({ label }) => label === gone), { what: 'a try' });
      await until(async () => {
        await shop.page.eval(() => track('B'));
        return (await shop.page.eval(() => track.inspect().destinations[1].dropped.stopped)) > 0;
      }, { what: 'the stop' });
      await shop.arrived(near, 'B');
      assert.equal(backends.requests.filter(({ label }) => label === gone).length, 1);
      await shop.page.close();
    });

    test('where nothing may be stored all of them get all the same', async () => {
      const shop = await site([['segment'], ['amplitude'], ['snowplow'], ['posthog']], { attributes: { storage: 'none' } });
      await shop.page.eval(() => { for (let i = 0; i < 5; i++) track(`E${i}`); });
      for (const label of shop.labels) await shop.arrived(label, 'E0', 'E1', 'E2', 'E3', 'E4');
      assert.deepEqual(await shop.page.eval(() => [document.cookie, localStorage.length]), ['', 0]);
      assert.deepEqual(await shop.kept(), []);
      await shop.page.close();
    });

    test('600 events of one task reach each of them', async () => {
      const shop = await site([['segment'], ['posthog'], ['amplitude']]);
      await shop.page.eval(() => { for (let i = 0; i < 600; i++) track(`E${i}`); });
      for (const label of shop.labels) {
        await until(() => shop.events(label).length === 600, { what: `all of them at ${label}`, timeout: 30_000 });
        assert.deepEqual(idsAt(shop, label), idsAt(shop, shop.labels[0]));
      }
      await shop.page.close();
    });

    test('middleware and refused calls count for each of them', async () => {
      const shop = await site([['segment'], ['relay'], ['posthog']]);
      await shop.page.eval(() => {
        track.addSourceMiddleware(({ payload, next }) => {
          if (payload.obj.event === 'Not this') return next(null);
          payload.obj.event += '!';
          next(payload);
        });
        track('Not this');
        track(5);
        track('A');
      });
      for (const label of shop.labels) await shop.arrived(label, 'A!');
      for (const label of shop.labels) assert.deepEqual(idsAt(shop, label), idsAt(shop, shop.labels[0]));
      for (const label of shop.labels.slice(0, 2)) {
        const { firsthand } = backends.requests.find((request) => request.label === label).body;
        assert.deepEqual(firsthand.dropped, { invalid_event_name: 1, middleware: 1 });
        assert.deepEqual([firsthand.first, firsthand.last], [2, 2]);
      }
      await shop.page.close();
    });

    test('what cannot be is refused, with the reason', async () => {
      const wrong = [
        [[['segment'], ['nowhere', { endpoint: '/x', dialect: 'nowhere' }]], {}],
        [[['segment'], ['posthog'], ['amplitude'], ['snowplow'], ['jitsu']], {}],
        [[['segment']], { attributes: { destinations: '[{' } }],
        [[['segment']], { attributes: { destinations: '[{"key":"k"}]' } }],
        [[['segment'], ['posthog']], { file: 'plain' }],
      ];
      for (const [destinations, more] of wrong) {
        const known = destinations.filter(([name]) => name !== 'nowhere');
        const shop = await site(known, { ...more, attributes: { ...more.attributes, ...(known !== destinations && known.length < destinations.length && { destinations: JSON.stringify([destinations[1][1]]) }) } });
        const result = await shop.page.eval(async () => JSON.stringify(await track('A')));
        assert.match(result, /invalid_config/, JSON.stringify(destinations));
        await shop.page.close();
      }
    });
  });
}
