// The examples of site-demo/examples, built as their readers build them, and used
// in a browser. Next.js is not among them: with it the packages
// to install are 370 MB more.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { startSite } from '../browser/site.mjs';
import { bin, install, ROOT } from './packed.mjs';
import { served } from './served.mjs';

const EXAMPLES = 'site-demo/examples';

let packed;
let browser;
before(async () => {
  packed = install('examples');
  browser = await open('chromium');
});
after(() => browser?.cleanup());

const visit = async (t, pages) => {
  const site = await startSite(pages);
  t.after(() => site.close());
  const p = await browser.page();
  await p.goto(`${site.url}/`);
  return { site, p };
};

test('plain: page call and event', async (t) => {
  const html = readFileSync(join(ROOT, EXAMPLES, 'plain/index.html'), 'utf8');
  assert.ok(html.includes(readFileSync(join(ROOT, 'dist/snippet.html'), 'utf8').trim()), 'it has the snippet of dist/ (else: make docs)');
  const { site, p } = await visit(t, { '/': html });
  await p.click('button');
  const { properties } = await site.named('Subscribed');
  assert.deepEqual(properties, { list: 'weekly' });
  const { context } = await site.stored(({ type }) => type === 'page');
  assert.equal(context.page.title, 'Plain');
  await p.close();
});

/** Clicks on what is there, or will be. */
const press = async (p, selector) => {
  await until(() => p.eval((one) => document.querySelector(one) !== null, selector), { what: selector });
  await p.click(selector);
};

/** Goes to a tea, puts it into the cart and goes back: what an example with a router sends. */
const shops = async ({ site, p }) => {
  await press(p, 'a[href="/teas/assam"]');
  await press(p, 'button');
  await press(p, 'a[href="/"]');
  const sent = await until(() => site.events().length >= 5 && site.events(), { what: 'five events' });
  const told = sent.map(({ type, event, properties, context }) => [type, event ?? context.page.title, properties.sku ?? context.page.path]);
  assert.deepEqual(told.sort(), [
    ['page', 'Teas', '/'],
    ['page', 'Teas', '/'],
    ['page', 'assam', '/teas/assam'],
    ['track', 'Product Added', 'assam'],
    ['track', 'Product Viewed', 'assam'],
  ]);
  assert.equal(sent.find(({ event }) => event === 'Product Added').properties.quantity, 1);
  await p.close();
};

describe('an application with a router: its routes and events', () => {
  for (const name of ['react', 'vue']) {
    test(name, async (t) => {
      const dir = packed.app(name, `${EXAMPLES}/${name}`);
      bin('vite', ['build', '--logLevel', 'error'], { cwd: dir });
      await shops(await visit(t, served(join(dir, 'dist'), ['/teas/assam'])));
    });
  }
});

test('each example asks for this version, and for the versions that it is built with here', () => {
  const json = (file) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  const here = { ...json('tests/packages/package.json').dependencies, firsthand: json('package.json').version };
  for (const name of ['react', 'vue']) {
    const { dependencies, devDependencies } = json(`${EXAMPLES}/${name}/package.json`);
    for (const [dependency, version] of Object.entries({ ...dependencies, ...devDependencies })) assert.equal(version, `^${here[dependency]}`, dependency);
  }
});
