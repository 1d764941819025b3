// The demo shop with the real relay, as `make demo` serves it.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { startShop } from '../../site-demo/server/index.mjs';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';

const engine = process.env.ENGINE ?? 'chromium';

describe(`demo shop in ${engine}`, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
  let browser;
  let dir;
  let shop;
  let url;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'firsthand-demo-'));
    shop = await startShop({ port: 0, db: join(dir, 'events.db'), logLevel: 'silent' });
    url = shop.url;
    browser = await open(engine);
  });
  after(async () => {
    await browser?.cleanup();
    await shop?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const stored = (name) => {
    const db = new Database(join(dir, 'events.db'), { readonly: true });
    const events = db.prepare('SELECT body FROM events ORDER BY seq').all().map(({ body }) => JSON.parse(body));
    db.close();
    return events.filter(({ event, name: page }) => (event ?? page) === name);
  };

  test('a click on a product, which leaves the page, is in SQLite within a second', async (t) => {
    const page = await browser.page();
    const times = [];
    for (let n = 1; n <= 5; n++) {
      await page.goto(`${url}/`);
      await until(() => page.eval(() => typeof window.track.flush === 'function' && !window.track.q && !!document.querySelector('a[href*="product.html?sku="]')), { what: 'the shop and the agent' });
      const clicked = Date.now();
      await page.click('a[href*="product.html?sku="]');
      await until(() => stored('Product Clicked').length === n, { what: 'the click in the database' });
      times.push(Date.now() - clicked);
    }
    times.sort((a, b) => a - b);
    t.diagnostic(`click to SQLite, ms: ${times.join(' ')}`);
    assert.ok(times[2] < 1000, `median of ${times}`);
    assert.match(stored('Product Clicked')[0].context.page.path, /^\/(index\.html)?$/);
    await page.close();
  });

  test('the viewer shows an event as it lands', async () => {
    const viewer = await browser.page();
    await viewer.goto(`${url}/live/`);
    const page = await browser.page();
    await page.goto(`${url}/product.html?sku=nowhere`);
    await until(() => stored('Product Not Found').length > 0, { what: 'the page call' });
    await viewer.show(); // a page behind another draws nothing
    await until(() => viewer.eval(() => document.body.textContent.includes('Product Not Found')), { what: 'the row in the viewer' });
    await page.close();
    await viewer.close();
  });

  test('every page of the shop carries the snippet of this build', () => {
    const snippet = readFileSync('dist/snippet.html', 'utf8').trim();
    const pages = readdirSync('site-demo', { recursive: true }).filter((file) => file.endsWith('.html') && !/^(live|examples.(react|vue))/.test(file));
    assert.ok(pages.length >= 6);
    for (const page of pages) assert.ok(readFileSync(join('site-demo', page), 'utf8').includes(snippet), `${page} has another snippet`);
  });
});
