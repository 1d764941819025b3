// The kit on real browsers, by the drivers that people have.
//   ENGINES=firefox node --test tests/testing/capture.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { capture } from 'firsthand/testing';
import { until } from '../browser/engines/until.mjs';
import { drivers } from './drivers.mjs';
import { startShop } from './shop.mjs';

const TIMEOUT = { timeout: 20_000 }; // a loaded machine is slow
const TIMES = 20;

const numbers = (events, name) => events.named(name).map(({ properties }) => properties.n).sort((a, b) => a - b);
const messageOf = async (promise) => (await promise.then(() => assert.fail('it should reject'), (error) => error)).message;

for (const [name, { engine, open, popups, skip }] of drivers) {
  describe(name, { skip }, () => {
    let browser;
    let shop;

    before(async () => {
      shop = await startShop();
      browser = await open();
    });
    after(async () => {
      await browser?.close();
      await shop?.close();
    });

    // A page, its events, and an end.
    const scene = (work, options) => async (t) => {
      const { page, target, close } = await browser.page();
      const events = await capture(target, { ...TIMEOUT, ...options });
      const goto = async (path) => {
        await page.goto(shop.url + path);
        await page.waitForFunction(() => document.readyState === 'complete');
      };
      try {
        await work({ page, target, events, goto, t });
      } finally {
        await close();
        await events.stop();
      }
    };
    const leaked = () => shop.leaked.splice(0);
    const track = (page, ...args) => page.evaluate((values) => void window.track(...values), args);

    test('a call is found, whole, and its endpoint hears nothing', scene(async ({ page, events, goto }) => {
      await goto('/?utm_source=mail');
      await track(page, 'Order Completed', { order_id: '1001', total: 49.99, note: 'für Zoë' });
      const order = await events.find('Order Completed', { total: 49.99 });
      assert.deepEqual(order.properties, { order_id: '1001', total: 49.99, note: 'für Zoë' });
      assert.equal(order.context.page.url, `${shop.url}/?utm_source=mail`);
      assert.deepEqual(order.context.campaign, { source: 'mail' });
      assert.equal(order.request.url, `${shop.url}/v1/batch`);
      assert.equal(order.request.page, `${shop.url}/?utm_source=mail`);
      assert.equal(order.request.by, 'fetch');
      assert.equal(order.request.copies, 1);
      assert.deepEqual(leaked(), []);
    }));

    test(`${TIMES} of ${TIMES} events made in pagehide, which the next page's find sees`, scene(async ({ page, events, goto, t }) => {
      for (let n = 0; n < TIMES; n++) await goto(`/leaving?n=${n}`);
      await goto('/next');
      await events.count('Left', TIMES);
      assert.deepEqual(numbers(events, 'Left'), Array.from({ length: TIMES }, (_, n) => n));
      assert.deepEqual(leaked(), []);
      const ways = events.named('Left').map(({ request }) => request.by);
      t.diagnostic(`by ${[...new Set(ways)]}`);
      await page.close();
    }));

    test(`${TIMES} of ${TIMES} events made just before the page is left`, scene(async ({ page, events, goto }) => {
      for (let n = 0; n < TIMES; n++) {
        await goto('/');
        const arrived = page.waitForNavigation();
        await page.evaluate((number) => {
          window.track('Clicked', { n: number });
          document.querySelector('#go').click();
        }, n);
        await arrived;
      }
      await events.count('Clicked', TIMES);
      assert.deepEqual(numbers(events, 'Clicked'), Array.from({ length: TIMES }, (_, n) => n));
      assert.deepEqual(leaked(), []);
    }));

    test('to another site, and by closing the page', scene(async ({ page, events, goto }) => {
      await goto('/leaving?n=1');
      await page.goto(`${shop.otherUrl}/leaving?n=2`);
      await events.find('Left', { n: 1 });
      await page.close();
      await events.find('Left', { n: 2 });
      assert.deepEqual(leaked(), []);
    }));

    test("the snippet's own post, where the agent never came", scene(async ({ page, events, goto }) => {
      await goto('/without-agent');
      await track(page, 'Left Early', { n: 1 });
      await goto('/next');
      const early = await events.find('Left Early', { n: 1 });
      assert.equal(early.request.by, 'beacon');
      assert.equal(early.context.page.path, '/without-agent');
      assert.deepEqual(leaked(), []);
    }));

    test('none and count flush first', scene(async ({ page, events, goto }) => {
      await goto('/');
      await track(page, 'Once');
      await events.find('Once');
      await track(page, 'Twice'); // waits for its turn in the agent
      assert.match(await messageOf(events.none('Twice')), /^1 event "Twice", expected none\./);
      await track(page, 'Once');
      assert.match(await messageOf(events.count('Once', 1)), /^2 events "Once", expected 1\./);
      await events.none('Never');
    }));

    test('flush waits for an agent that is still loading', scene(async ({ page, events }) => {
      await page.goto(`${shop.url}/`, { waitUntil: 'domcontentloaded' });
      await track(page, 'At Once');
      await events.flush();
      assert.equal(events.named('At Once').length, 1);
    }));

    test('offline loses nothing: it comes when the endpoint is back', scene(async ({ page, events, goto }) => {
      await goto('/');
      events.offline();
      await track(page, 'While Offline');
      await until(() => events.requests.some(({ status }) => status === 0), { what: 'an attempt' });
      assert.deepEqual(events.all, []);
      events.online();
      await events.flush();
      await events.count('While Offline', 1);
      assert.deepEqual(leaked(), []);
    }));

    test('an answer of the test reaches the agent: after 410 it is silent', scene(async ({ page, events, goto }) => {
      await goto('/');
      events.answer(410);
      await track(page, 'Refused');
      await until(() => events.requests.some(({ status }) => status === 410), { what: 'an attempt' });
      events.online();
      await events.flush();
      await track(page, 'Silent');
      await events.none('Silent');
    }));

    test('the page that has sent twice: one event, two copies', scene(async ({ page, events, goto }) => {
      await goto('/');
      const body = JSON.stringify({
        batch: [{ messageId: '4fda63c0-fbc1-8c2a-9b1c-c63c00000000', type: 'track', event: 'Copied', timestamp: '2026-11-21T09:30:01.200Z' }],
        firsthand: {},
      });
      const answers = await page.evaluate(async (sent) => {
        const post = async (to) => (await fetch(to, { method: 'POST', body: sent })).json();
        return [await post('/anywhere'), await post('/else'), navigator.sendBeacon('/third', new Blob([sent], { type: 'text/plain' }))];
      }, body);
      assert.deepEqual(answers, [{ success: true }, { success: true }, true]);
      await until(() => events.all[0].request.copies === 3, { what: 'three copies' });
      await events.count('Copied', 1);
    }));

    test('what is not of Firsthand goes where it was to go', scene(async ({ page, goto }) => {
      await goto('/');
      await page.evaluate(async () => {
        await fetch('/other', { method: 'POST', body: '{"batch":[1]}' });
        navigator.sendBeacon('/beacon', new Blob(['x=1']));
        navigator.sendBeacon('/form', new FormData());
      });
      await until(() => shop.leaked.length === 3, { what: 'three requests' });
      assert.deepEqual(leaked().sort(), ['/beacon', '/form', '/other']);
    }));

    test('an endpoint of its own choice leaves others alone', scene(async ({ page, events, goto }) => {
      await goto('/');
      await track(page, 'Elsewhere');
      await until(() => shop.leaked.includes('/v1/batch'), { what: 'the batch at the real endpoint' });
      leaked();
      assert.deepEqual(events.all, []);
      assert.match(await messageOf(events.find('Elsewhere', undefined, { timeout: 1 })), /Nothing arrived\./);
      await goto('/empty');
      leaked();
    }, { endpoint: '/collect' }));

    test('a frame', scene(async ({ events, goto }) => {
      await goto('/framed');
      await events.find('In A Frame');
      assert.deepEqual(leaked(), []);
    }));

    // A Puppeteer page hears of a popup when that one has begun.
    test(`a page that the page opens${popups ? '' : ', once it is loaded again'}`, scene(async ({ page, events, goto }) => {
      await goto('/opener');
      const opened = new Promise((resolve) => page.once('popup', resolve));
      await page.evaluate(() => document.querySelector('button').click());
      const popup = await opened;
      if (!popups) {
        await events.watch(popup);
        await popup.reload();
      }
      await events.find('Popup Opened');
      if (popups) assert.deepEqual(leaked(), []);
      await popup.close();
      leaked();
    }));

    test('several pages', scene(async ({ events }) => {
      const { page, target, close } = await browser.page();
      await events.watch(target);
      await page.goto(`${shop.url}/`);
      await track(page, 'In The Second');
      await events.find('In The Second');
      await close();
    }));

    test('one capture after the other', scene(async ({ page, target, events, goto }) => {
      await goto('/');
      await events.stop();
      const again = await capture(target, TIMEOUT);
      await goto('/next');
      await track(page, 'To The Second');
      await again.find('To The Second');
      assert.deepEqual(events.all.filter(({ event }) => event === 'To The Second'), []);
      await again.stop();
    }));

    test('an error says that capture came too late', async () => {
      const { page, target, close } = await browser.page();
      await page.goto(`${shop.url}/empty`);
      const events = await capture(target);
      assert.match(await messageOf(events.find('A', undefined, { timeout: 1 })), /capture\(\) was called after the page had loaded/);
      await close();
      await events.stop();
    });

    test('an error says that the Content-Security-Policy is in the way', scene(async ({ page, events, goto }) => {
      await goto('/policy');
      await track(page, 'Under A Policy');
      await until(async () => /Content.Security.Policy/.test(await messageOf(events.find('Under A Policy', undefined, { timeout: 1 }))), { what: 'the note' });
      assert.deepEqual(leaked(), []);
    }));

    test('where the driver lifts the policy, it is not', { skip: engine === 'firefox' && 'Puppeteer cannot in Firefox' }, async () => {
      const { page, target, close } = await browser.page({ bypassCSP: true });
      const events = await capture(target, TIMEOUT);
      await page.goto(`${shop.url}/policy`);
      await track(page, 'Under A Policy');
      await events.find('Under A Policy');
      await close();
      await events.stop();
    });
  });
}

// Chromium's flag says that the shop is on the public network.
const [[, { open, skip }]] = drivers.filter(([name]) => name.startsWith('Playwright')).concat([['', { skip: 'needs Chromium' }]]);
test('a public site needs a permission, which an error says and Playwright gives', { skip }, async () => {
  const shop = await startShop();
  const browser = await open(`--ip-address-space-overrides=${new URL(shop.url).host}=public`);
  const visit = async (permissions) => {
    const { page, target, close } = await browser.page({ permissions });
    const events = await capture(target, TIMEOUT);
    await page.goto(`${shop.url}/`);
    await page.evaluate(() => window.track('From Afar'));
    return { events, end: () => Promise.all([close(), events.stop()]) };
  };
  try {
    const without = await visit([]);
    await until(async () => /Permission was denied/.test(await messageOf(without.events.find('From Afar', undefined, { timeout: 1 }))), { what: 'the note' });
    await without.end();
    const granted = await visit(['local-network-access']);
    await granted.events.find('From Afar');
    await granted.end();
  } finally {
    await browser.close();
    await shop.close();
  }
});

test('what is no page is refused', async () => {
  await assert.rejects(capture({}), { name: 'TypeError', message: /wants a Page or BrowserContext of Playwright, or a Page of Puppeteer/ });
  await assert.rejects(capture(undefined), TypeError);
});
