// The other builds: the twin, where a page refuses WebAssembly, and the agent of two
// files. Everything arrives by them, once, as by the one file.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/builds.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { startSite } from './site.mjs';

const tag = (file, more = '') => `<script async src="/fh/${file}" data-key="test" data-endpoint="/v1/batch" ${more}></script>`;
const html = (head) => `<!doctype html><html><head><meta charset="utf-8"><title>A page</title>${head}</head><body><a id="on" href="/next">on</a><script src="/page.js"></script></body></html>`;

// The page's own code is a file, as such policies want it.
const CODE = `
  const call = (...args) => (window.track || window.shop)(...args);
  call('First', { n: 1 });
  document.querySelector('#on').addEventListener('click', () => call('Left', { n: 3 }));
`;
const file = (body, type = 'text/javascript') => (req, res) => {
  res.setHeader('content-type', type);
  res.end(body);
};
const under = (policy, body) => (req, res) => {
  res.setHeader('content-security-policy', policy);
  file(body, 'text/html; charset=utf-8')(req, res);
};

const STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'";
const snippet = readFileSync('dist/snippet.html', 'utf8').replace(/<\/?script>/g, '');
const stubbed = '<script src="/snippet.js"></script>';

const pages = {
  '/page.js': file(CODE),
  '/snippet.js': file(snippet),
  '/strict': under(STRICT, html(stubbed + tag('firsthand.js'))),
  '/strict-bridge': under(STRICT, html(stubbed + tag('firsthand.js', 'data-adopt="all"'))),
  '/strict-without': under(STRICT, html(stubbed + tag('firsthand.js').replace('/fh/', '/alone/'))),
  '/alone/firsthand.js': file(readFileSync('dist/firsthand.js')),
  '/allowed': under(`${STRICT}; script-src 'self' 'wasm-unsafe-eval'`.replace("script-src 'self';", ''), html(stubbed + tag('firsthand.js'))),
  '/split': html(tag('firsthand.split.js').replace('async ', '')),
  '/split-global': html(tag('firsthand.split.js', 'data-global="shop"').replace('async ', '')),
  '/split-strict': under(STRICT, html(tag('firsthand.split.js').replace('async ', ''))),
  '/next': html(stubbed + tag('firsthand.js')),
};

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  const skip = installed(engine) ? false : `${engine} is not installed`;

  describe(`other builds in ${engine}`, { skip }, () => {
    let site;
    let browser;

    before(async () => {
      site = await startSite(pages);
      browser = await open(engine);
    });

    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const asked = (name) => site.requests.some((request) => request.endsWith(name));

    // A call before the agent, one with it, one that leaves the page.
    const visit = async (path) => {
      const from = site.events().length;
      site.requests.splice(0);
      const page = await browser.page();
      await page.goto(site.url + path);
      const mine = () => site.events().slice(from);
      await until(() => mine().some(({ event }) => event === 'First'), { what: `First of ${path}` });
      const files = [...site.requests];
      await page.eval(() => void (window.track || window.shop)('Second', { n: 2, deep: { text: 'ü', number: 0.1 } }));
      await page.eval(() => document.querySelector('#on').click());
      await until(() => mine().some(({ event, context }) => event === 'First' && context.page.path === '/next'), { what: `the page after ${path}` });
      await until(() => mine().some(({ event }) => event === 'Left'), { what: `Left of ${path}` });
      const events = mine().filter(({ context }) => context.page.path === path);
      assert.deepEqual(events.map(({ event }) => event).sort(), ['First', 'Left', 'Second']);
      assert.equal(new Set(mine().map(({ anonymousId }) => anonymousId)).size, 1);
      assert.deepEqual(events.find(({ event }) => event === 'Second').properties, { n: 2, deep: { text: 'ü', number: 0.1 } });
      await page.close();
      return { files, asked: (name) => files.some((request) => request.endsWith(name)) };
    };

    test('a page that refuses WebAssembly gets the twin, and everything arrives', async () => {
      const { asked } = await visit('/strict');
      assert.ok(asked('/fh/firsthand.twin.js'));
    });

    test('the bridge and the twin: what the bridge found is not lost', async () => {
      const { asked } = await visit('/strict-bridge');
      assert.ok(asked('/fh/firsthand.twin.js') && asked('/fh/firsthand.bridge.js'));
    });

    test('with wasm-unsafe-eval there is no twin', async () => {
      const { asked } = await visit('/allowed');
      assert.ok(!asked('/fh/firsthand.twin.js'));
    });

    test('where not even the twin comes, calls are refused with a reason, and the page is well', async () => {
      const page = await browser.page();
      await page.goto(`${site.url}/strict-without`);
      await until(() => asked('/alone/firsthand.twin.js'), { what: 'the question for the twin' });
      const outcome = await page.eval(async () => {
        await until(() => window.track.initialized);
        let outcome;
        // Until the answer to the question has come, calls are held.
        await until(async () => (outcome = await window.track('Lost')).status !== 'held');
        return { ...outcome, event: 0 };

        async function until(test) {
          while (!(await test())) await new Promise((resolve) => setTimeout(resolve, 10));
        }
      });
      assert.deepEqual(outcome, { status: 'refused', reason: 'invalid_config', event: 0 });
      await page.close();
    });

    test('two files: the module is compiled while it comes, calls before it are kept', async () => {
      const { asked } = await visit('/split');
      assert.ok(asked('/fh/firsthand.wasm') && !asked('/fh/firsthand.twin.js'));
    });

    test('two files by another name', async () => {
      const { asked } = await visit('/split-global');
      assert.ok(asked('/fh/firsthand.wasm'));
    });

    test('two files on a page that refuses WebAssembly: the twin', async () => {
      const { asked } = await visit('/split-strict');
      assert.ok(asked('/fh/firsthand.twin.js'));
    });
  });
}
