// The story that the demo shop tells, as `make demo` serves it: a visitor comes by a
// campaign, browses, starts a trial (the page says so), orders (the server says so, and its
// event joins the visit), and is billed again later, when nobody is there.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/demo-story.test.mjs
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { broughtBy, peopleOf, sourceOf } from '../../site-demo/live/people.js';
import { startShop } from '../../site-demo/server/index.mjs';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';

const RENEW_AFTER_MS = 1000; // for half a minute
const skipIn = (engine) => {
  if (!installed(engine)) return `${engine} is not installed`;
  return existsSync('build/demo/node_modules') ? false : 'build/demo is not there: make demo';
};

describe('the timelines', () => {
  let n = 0;
  const arrival = (at, more) => ({ json: '', event: { type: 'track', event: 'E', messageId: `m${n++}`, timestamp: new Date(at).toISOString(), ...more } });
  const browser = { library: { name: 'firsthand' }, session: { id: 's1', index: 1 } };
  const server = { ...browser, library: { name: '@segment/analytics-node' } };
  const system = { library: server.library };

  test('an event with two ids makes one person of two', () => {
    const people = peopleOf([
      arrival(1, { anonymousId: 'a' }), arrival(2, { anonymousId: 'b' }), arrival(3, { userId: 'u' }), arrival(4, { anonymousId: 'a', userId: 'u' }),
    ]);
    assert.deepEqual(people.map(({ users, anonymous, runs }) => [users, anonymous, runs[0].arrivals.length]).sort(), [[[], ['b'], 1], [['u'], ['a'], 3]].sort());
  });

  test('a session that goes on after the renewal is continued, by the events\' own times', () => {
    const [{ runs, counts }] = peopleOf([
      arrival(1, { anonymousId: 'a', context: browser }), arrival(3, { userId: 'u', context: system }),
      arrival(2, { anonymousId: 'a', userId: 'u', context: server }), arrival(4, { anonymousId: 'a', context: browser }),
    ]);
    assert.deepEqual(runs.map(({ session, isStart, arrivals }) => [session, isStart, arrivals.length]), [['s1', false, 1], ['', true, 1], ['s1', true, 2]]);
    assert.deepEqual(counts, { browser: 2, server: 1, system: 1 });
  });

  test('whatever a stranger has sent is shown as something', () => {
    for (const context of [undefined, { library: null, session: 7, campaign: [], referrer: 'x' }, { library: { name: {} }, sessionId: {} }]) {
      const event = { anonymousId: '__proto__', userId: 'constructor', timestamp: 'never', context };
      const [{ key, runs }] = peopleOf([{ json: '', event }]);
      assert.deepEqual([key, runs.length, sourceOf(event), broughtBy(runs[0]).kind], ['a__proto__', 1, 'server', 'direct']);
    }
  });
});

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(`the demo's story in ${engine}`, { skip: skipIn(engine) }, () => {
    let browser;
    let dir;
    let shop;
    let db;

    before(async () => {
      dir = mkdtempSync(join(tmpdir(), 'firsthand-story-'));
      shop = await startShop({ port: 0, db: join(dir, 'events.db'), renewAfterMs: RENEW_AFTER_MS, logLevel: 'silent' });
      db = new Database(join(dir, 'events.db'), { readonly: true });
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      db?.close();
      await shop?.close();
      rmSync(dir, { recursive: true, force: true });
    });

    const stored = (name) =>
      db.prepare('SELECT body FROM events ORDER BY seq').all()
        .map(({ body }) => JSON.parse(body))
        .filter(({ type, event }) => (event ?? type) === name);
    const arrived = (name, count = 1) =>
      until(() => stored(name).length >= count && stored(name), { what: `${name} in the database` });
    const title = (page, text) => until(() => page.eval((t) => document.title.includes(t), text), { what: `the page ${text}` });

    test('one visitor, one session, two sources; the renewal is of neither', async (t) => {
      const viewer = await browser.page();
      await viewer.goto(`${shop.url}/live/`);
      const page = await browser.page();
      await page.goto(`${shop.url}/?utm_source=newsletter&utm_medium=email&utm_campaign=first-flush`);
      const [landed] = await arrived('Product List Viewed');
      await page.click('a[href*="product.html?sku="]');
      await title(page, 'Harbour Breakfast');
      await page.click('#add .button');
      await arrived('Product Added');

      await page.goto(`${shop.url}/club.html`);
      await page.click('#join .button');
      const [trial] = await arrived('Trial Started');

      await page.goto(`${shop.url}/checkout.html`);
      await until(() => page.eval(() => !!document.querySelector('[name=fh_aid]')), { what: 'the bundle in the form' });
      await page.click('#checkout .button');
      await title(page, 'Thank you');
      await until(() => page.eval(() => !document.getElementById('known').hidden), { what: 'the confirmation' });
      const [order] = await arrived('Order Completed');
      const [renewal] = await arrived('Subscription Renewed');

      const { anonymousId, context: { session } } = landed;
      assert.equal(landed.context.campaign.name, 'first-flush');
      assert.equal(trial.context.library.name, 'firsthand');
      assert.equal(order.context.library.name, '@segment/analytics-node');
      for (const event of [trial, order]) {
        assert.equal(event.anonymousId, anonymousId, event.event);
        assert.equal(event.context.session.id, session.id, event.event);
        assert.equal(event.context.session.index, 1, event.event);
        assert.match(event.userId, /^cust_[\da-f]{8}$/, event.event);
      }
      assert.equal(order.userId, trial.userId);
      assert.equal(order.context.campaign.name, 'first-flush', 'the visit’s, on a page without it');
      assert.deepEqual([order.properties.total, order.properties.currency], [12, 'GBP']);
      assert.equal(order.properties.order_id, stored('Order Submitted')[0].properties.order_id);

      assert.equal(renewal.userId, trial.userId);
      assert.equal(renewal.anonymousId, undefined);
      for (const fact of ['session', 'sessionId', 'campaign', 'page', 'ip', 'pageViewId']) assert.equal(renewal.context[fact], undefined, fact);

      const { checked, wrong, events } = await (await fetch(`${shop.url}/plan`)).json();
      assert.ok(checked >= 10);
      assert.deepEqual([wrong, events], [0, {}], 'all is as site-demo/plan.json says');

      // One person, one session with both sources in it, and the renewal outside.
      await viewer.show(); // a page behind another draws nothing
      const seen = await until(() => viewer.eval(() => {
        const texts = (node, of) => [...node.querySelectorAll(of)].map(({ textContent }) => textContent.trim());
        const people = [...document.querySelectorAll('.person')].map((person) => ({
          title: texts(person, 'h2'),
          runs: [...person.querySelectorAll('.run')].map((run) => ({ head: texts(run, 'h3, header p'), events: texts(run, 'b'), sources: [...new Set(texts(run, '.source'))].sort() })),
        }));
        return people.some(({ runs }) => runs.some(({ events }) => events.includes('Subscription Renewed'))) && people;
      }), { what: 'the renewal in the viewer' });
      assert.equal(seen.length, 1);
      assert.deepEqual(seen[0].title, [trial.userId]);
      const outside = seen[0].runs.filter(({ head }) => head[0] === 'Outside of any session');
      assert.deepEqual(outside.map(({ events, sources }) => [events, sources]), [[['Subscription Renewed'], ['System']]]);
      const first = seen[0].runs.at(-1);
      assert.deepEqual(first.head, ['Session 1', 'came by newsletter / email / first-flush']);
      assert.deepEqual(first.sources, ['Browser', 'Server']);
      assert.ok(first.events.indexOf('Order Completed') < first.events.indexOf('Trial Started'), 'newest first');
      await page.close();
      await viewer.close();
    });

    test('a form that is sent twice is one order, and what is no order is none', async () => {
      const before = stored('Order Completed').length;
      const post = (fields) => fetch(`${shop.url}/order`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
      const good = { order: 'TK-0000abcd', basket: 'TK-101:2 TK-999:1', delivery: '350' };
      for (const fields of [good, good]) assert.equal((await post(fields)).headers.get('location'), '/thanks.html?order=TK-0000abcd');
      for (const wrong of [{ basket: '' }, { basket: 'TK-101:-2' }, { delivery: '0' }, { order: '<b>' }]) {
        assert.equal((await post({ ...good, order: 'TK-0000abce', ...wrong })).headers.get('location'), '/cart.html', JSON.stringify(wrong));
      }
      await arrived('Order Completed', before + 1);
      assert.equal(stored('Order Completed').length, before + 1);
      // Its bundle was missing: it joins no visit, and is not lost for it.
      const order = stored('Order Completed').at(-1);
      assert.deepEqual([order.anonymousId, order.context.session, order.properties.total], [undefined, undefined, 20.5]);
      assert.equal((await fetch(`${shop.url}/orders/TK-0000abcd`)).status, 404, 'another visitor’s');
    });

    test('a webhook that the payment provider has not signed is refused', async () => {
      const before = stored('Subscription Renewed').length;
      const { status } = await fetch(`${shop.url}/webhooks/payments`, { method: 'POST', body: '{"customer":"cust_00000000"}' });
      assert.equal(status, 401);
      assert.equal(stored('Subscription Renewed').length, before);
    });
  });
}
