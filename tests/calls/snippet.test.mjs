// Segment's public snippet with nothing but the address changed: our file, loaded
// by it, takes over its queue and its name, and sends to where it came from.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { prepare } from './play.mjs';
import { AT, KEY, snippet, startSite } from './site.mjs';

const OWN_PATH = '/fh/firsthand.js';
const UP_MS = 10_000;

describe('the public snippet', { skip: installed('chromium') ? false : 'chromium is not installed' }, () => {
  let browser;
  let site;

  before(async () => {
    const script = readFileSync('dist/firsthand.js');
    site = await startSite(({ script: made }, origin) => `<script>${made?.(origin) ?? ''}</script>`, { [AT]: script, [OWN_PATH]: script });
    browser = await open('chromium', { args: site.flags });
  });
  after(async () => {
    await browser?.cleanup();
    await site?.close();
  });

  const batches = ({ bodies }) => bodies.filter(({ path }) => path === '/v1/batch').map(({ body }) => body);
  const come = (copy) => batches(copy).flatMap(({ batch }) => batch);
  const called = ({ type, event, name }) => event ?? name ?? type;

  /** A page with the snippet, when the agent has taken over. */
  const visit = async (made, { name = 'analytics', ...shape } = {}) => {
    const copy = site.copy({ ...shape, script: made });
    const page = await browser.page();
    await prepare(page);
    await page.goto(copy.url);
    await until(() => page.eval((global) => window[global].initialized, name), { what: 'the agent to take over', ms: UP_MS });
    return { copy, page };
  };
  const arrived = (copy, count) => until(() => come(copy).length >= count, { what: `${count} events`, ms: UP_MS });

  test('its calls and those after it arrive in their order, with the page of their moment', async () => {
    const { copy, page } = await visit((origin) => `${snippet({ origin, page: true })}
      analytics.identify('u1', { plan: 'pro' });
      history.pushState({}, '', '/boots?size=43');
      document.title = 'Boots';
      analytics.track('Early', { a: 1 });`);
    await page.eval(() => void window.analytics.track('Late'));
    await arrived(copy, 4);
    const events = come(copy);
    assert.deepEqual(events.map(called), ['page', 'identify', 'Early', 'Late']);
    assert.deepEqual(events.map(({ context }) => `${context.page.path} ${context.page.title}`), ['/shoes Blue shoes', '/shoes Blue shoes', '/boots Boots', '/boots Boots']);
    assert.equal(events[0].properties.path, '/shoes');
    assert.deepEqual(events[2].properties, { a: 1 });
    assert.deepEqual(events.slice(1).map(({ userId }) => userId), ['u1', 'u1', 'u1']);
    // What the snippet notes of the page is no argument.
    assert.ok(!JSON.stringify(events).includes('bpc'));
    assert.ok(batches(copy).every(({ writeKey }) => writeKey === KEY));
    await page.close();
  });

  test('what a page has kept of the queue goes on to the agent', async () => {
    const { copy, page } = await visit((origin) => `${snippet({ origin })}
      kept = analytics; method = analytics.track;`);
    await page.eval(() => {
      window.kept.track('By The Queue');
      window.method('By Its Method');
    });
    await arrived(copy, 2);
    assert.deepEqual(come(copy).map(called), ['By The Queue', 'By Its Method']);
    await page.close();
  });

  test('a second snippet on the page does nothing', async () => {
    const { copy, page } = await visit((origin) => snippet({ origin }));
    await page.eval((again) => {
      (0, eval)(again);
      window.analytics.track('Late');
    }, snippet({ origin: new URL(copy.url).origin, page: true }));
    await arrived(copy, 1);
    assert.deepEqual(come(copy).map(called), ['Late']);
    assert.equal(await page.eval(() => document.scripts.length), 2); // the inline one, and what it has loaded
    await page.close();
  });

  test('the address may have another path, and another host, to which events go', async () => {
    const far = site.copy({});
    const { copy, page } = await visit(() => `${snippet({ origin: new URL(far.url).origin, path: OWN_PATH })}
      analytics.track('Far');`);
    await arrived(far, 1);
    assert.deepEqual([come(far), come(copy)].map((events) => events.map(called)), [['Far'], []]);
    assert.equal(batches(far)[0].writeKey, KEY);
    await page.close();
  });

  test('without _writeKey the key is that of the address', async () => {
    const { copy, page } = await visit((origin) => `${snippet({ origin, more: 'delete analytics._writeKey;' })}
      analytics.track('Keyed');`);
    await arrived(copy, 1);
    assert.equal(batches(copy)[0].writeKey, KEY);
    await page.close();
  });

  test('the global may have another name', async () => {
    const { copy, page } = await visit((origin) => `${snippet({ origin, name: 'shopAnalytics' })}
      shopAnalytics.track('Early');`, { name: 'shopAnalytics' });
    await page.eval(() => void window.shopAnalytics.track('Late'));
    await arrived(copy, 2);
    assert.deepEqual(come(copy).map(called), ['Early', 'Late']);
    assert.equal(await page.eval(() => typeof window.analytics + typeof window.track), 'undefinedundefined');
    await page.close();
  });

  test('what is called between the load of the script and its run is not lost', async () => {
    const { copy, page } = await visit((origin) => `${snippet({ origin })}
      document.addEventListener('DOMContentLoaded', () => analytics.track('Between'));
      addEventListener('load', () => analytics.track('After'));`);
    await arrived(copy, 2);
    assert.deepEqual(come(copy).map(called), ['Between', 'After']);
    await page.close();
  });
});
