// A visit with every verb, in real browsers, to an endpoint of each kind on another origin, which refuses
// one event for good: that one is lost and no other, none comes twice, and nothing else is sent.
//   ENGINES=chromium,firefox,webkit node --test tests/dialects/journey.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { root } from '../run/suite.mjs';
import { BACKENDS, startBackends } from './backends.mjs';
import { script } from './suite.mjs';

const KINDS = ['segment', 'amplitude', 'snowplow', 'posthog'];

// What each makes of the calls that are none of track, in the order of the calls.
const NAMES = {
  segment: { page: 'page', identify: 'identify', group: 'group', alias: 'alias', screen: 'screen' },
  amplitude: { page: '[Amplitude] Page Viewed', identify: '$identify', group: '$groupidentify $identify', alias: '$identify', screen: '[Amplitude] Screen Viewed' },
  snowplow: { page: 'pv', identify: 'identify', group: 'group', alias: 'alias', screen: 'screen' },
  posthog: { page: '$pageview', identify: '$identify', group: '$groupidentify', alias: '$create_alias', screen: '$screen' },
};
// The first event of a session brings another, and so does that after the reset.
const FIRST = { amplitude: ['session_start', 'session_start'] };

/** Runs in the page: twelve calls. */
function journey() {
  track.page();
  track.identify('user-4711', { plan: 'pro' });
  track('Product Viewed', { sku: 'B-42', price: 79.5 });
  track.group('acme', { seats: 5 });
  track('Poison');
  history.pushState(0, '', '/cart?step=1');
  track.page('Shop', 'Cart');
  track('Order Completed', { order_id: '1001', revenue: 49.99, currency: 'EUR' });
  track.alias('user-4712');
  track.screen('Settings');
  track.reset();
  track.page();
  track('After The Reset');
}
const CALLS = ['page', 'identify', 'Product Viewed', 'group', 'page', 'Order Completed', 'alias', 'screen', 'page', 'After The Reset'];

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let endpoint;
    let browser;
    before(async () => {
      endpoint = await startBackends((path) => {
        if (path === '/blank') return ['text/html', ''];
        if (path === '/plain.js') return ['text/javascript', readFileSync(`${root}dist/firsthand.js`)];
        if (path === '/fh.js') return ['text/javascript', readFileSync(script)];
        const [, build, named] = path.match(/^\/(on|plain)\/(\w+)$/) ?? [];
        return named && ['text/html', `<!doctype html><title>Shop</title><script src="/${build === 'on' ? 'fh' : 'plain'}.js" data-key="KEY" data-endpoint="${endpoint.address(named)}" data-dialect="${named}"></script>`];
      });
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      endpoint?.close();
    });

    for (const id of KINDS) {
      const { type } = BACKENDS[id];
      test(`${id}: eleven of twelve events arrive, once each, and the twelfth is refused`, async () => {
        const page = await browser.page();
        const mine = () => endpoint.requests.filter(({ label }) => label === id);
        const taken = () => endpoint.taken(id);
        // Another visitor than that of the test before.
        await page.goto(`${endpoint.url}/blank`);
        await page.eval(() => {
          document.cookie = '_fh=; Path=/; Max-Age=0';
          localStorage.clear();
        });
        await page.goto(`${endpoint.url}/on/${id}`);
        await until(() => page.eval(() => typeof track === 'function'), { what: 'the agent' });
        await page.eval(journey);
        await until(() => taken().some(([, name]) => name === 'After The Reset'), { what: 'the last event', timeout: 30_000 });
        // A later one goes when nothing of these is left to be sent.
        await page.eval(async () => {
          await track.flush();
          track('Last');
        });
        await until(() => taken().some(([, name]) => name === 'Last'), { what: 'the later event' });
        const expected = [...CALLS.flatMap((call) => (NAMES[id][call] ?? call).split(/(?<=\w) (?=\$)/)), ...(FIRST[id] ?? []), 'Last'];
        assert.deepEqual(taken().map(([, name]) => name).sort(), expected.sort());
        assert.equal(new Set(taken().map(([row]) => row)).size, expected.length);
        assert.ok(mine().every((request) => request.type.startsWith(type)));
        assert.ok(mine().every(({ rows }) => rows.length > 0));
        await page.close();
      });
    }

    test('a dialect that the build has not is refused, not sent as another', { skip: process.env.DIALECTS && 'built with others' }, async () => {
      const what = async (id) => {
        const page = await browser.page();
        await page.goto(`${endpoint.url}/plain/${id}`);
        await until(() => page.eval(() => typeof track === 'function'), { what: 'the agent' });
        const result = await page.eval(async () => JSON.stringify(await track('Called')));
        await page.close();
        return result;
      };
      assert.match(await what('segment'), /Called/);
      await until(() => endpoint.requests.at(-1)?.rows.some(([, name]) => name === 'Called'), { what: 'the other, to arrive' });
      const before = [...endpoint.requests];
      assert.match(await what('amplitude'), /refused/);
      assert.deepEqual(endpoint.requests, before);
    });
  });
}
