// Pages that break what the agent uses, before it comes and while it is there, and calls
// with what nobody should pass: nothing of it reaches the page, and calls before and
// after arrive. Each hostility has a frame, so a world of its own.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/hostile.test.mjs
//   HOSTILITY=frozen node --test tests/browser/hostile.test.mjs     only these
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { SNIPPET, startSite } from './site.mjs';

const script = (name) => readFileSync(new URL(`hostile/${name}.js`, import.meta.url), 'utf8');
const scripts = { '/play.js': script('play'), '/hostilities.js': script('hostilities'), '/properties.js': script('properties') };
const window = {};
runInNewContext(scripts['/hostilities.js'], { window });
const NAMES = Object.keys(window.hostilities)
  .map((name, i) => `${name} #${i}`)
  .filter((name) => new RegExp(process.env.HOSTILITY ?? '').test(name));
const AT_ONCE = 12; // frames

const tag = (key, more = '') => `<script src="/fh/firsthand.js" data-key="${key}" data-endpoint="/v1/batch" data-debug${more}></script>`;
const load = (names) => names.map((name) => `<script src="/${name}.js"></script>`).join('');

// The snippet is the first of the head, as the README wants it.
const frame = (name, when) =>
  `<!doctype html><meta charset="utf-8"><title>Hostile</title>${load(['play'])}${SNIPPET}${load(['hostilities'])}
   <script>play(${JSON.stringify(name)}, ${JSON.stringify(when)})</script>${tag(`k${name.split('#')[1]}${when}`)}`;

const xhtml = (head) => `<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml">${head}<body>
<script src="/play.js"/><script src="/fh/firsthand.js" data-key="xhtml" data-endpoint="/v1/batch" data-debug=""/>
<script>track('From XHTML ${head ? 'with' : 'without'} a head')</script></body></html>`;

const answer = (type, text, headers) => (req, res) => {
  res.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...headers });
  res.end(typeof text === 'function' ? text(new URL(req.url, 'http://site').searchParams) : text);
};

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(`${engine}: hostile pages`, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let browser;
    let site;
    let page;

    before(async () => {
      browser = await open(engine);
      site = await startSite({
        ...Object.fromEntries(Object.entries(scripts).map(([path, text]) => [path, answer('text/javascript', text)])),
        '/frames': answer('text/html', '<!doctype html><title>Frames</title>'),
        '/frame': answer('text/html', (query) => frame(query.get('name'), query.get('when'))),
        '/properties': answer('text/html', `<!doctype html><title>Properties</title>${load(['play', 'properties'])}<script>playProperties()</script>${tag('properties')}`),
        '/xhtml': answer('application/xhtml+xml', xhtml('<head><title>XHTML</title></head>')),
        '/headless.xhtml': answer('application/xhtml+xml', xhtml('')),
        '/image.svg': answer('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script href="/play.js"/><script href="/fh/firsthand.js" data-key="svg"/></svg>'),
        '/inlined': answer('text/html', () => `<!doctype html><meta charset="utf-8"><title>Inlined</title>${load(['play'])}<script data-key="inlined" data-endpoint="/v1/batch">${readFileSync('dist/firsthand.js', 'utf8').replace(/<\/script/g, '<\\/script')}</script><script>window.track && track('Inlined')</script>`),
        // Our own loader cannot bring the captures there; a tag of the page's can.
        '/trusted': answer(
          'text/html',
          `<!doctype html><title>Trusted</title>${load(['play'])}${SNIPPET}<script src="/late.js"></script>${tag('trusted', ' data-auto="links" data-adopt="segment"')}
           <script src="/fh/firsthand.bridge.js" data-global="track"></script><script src="/fh/firsthand.auto.js" data-global="track"></script><script src="/fh/firsthand.debug.js" data-global="track"></script>`,
          { 'content-security-policy': `require-trusted-types-for 'script'; trusted-types 'none'` },
        ),
        // A refusal while no promise works: the cookie of an answer that comes late goes, too.
        '/refused': answer('text/html', `<!doctype html><title>Refused</title>${load(['play'])}${tag('refused')}<script>
          track('Refused');
          window.Promise = undefined;
          (async () => {})().constructor.prototype.then = () => { throw new Error('broken by the page') };
          track.consent({ analytics: 'denied' });
          document.cookie = '_fh_ack=late; Path=/';
          const look = () => (document.cookie.includes('_fh_ack') ? setTimeout(look, 50) : (window.done = true));
          look();
        </script>`),
        '/late.js': answer('text/javascript', `track('From the stub'); addEventListener('load', () => track('Trusted'))`),
        '/sandboxed': answer('text/html', `<!doctype html><title>Sandboxed</title>${load(['play'])}<script>track = undefined; addEventListener('load', () => { track('Sandboxed'); track.page(); parent.postMessage(faults, '*'); addEventListener('message', () => parent.postMessage(faults, '*')) })</script>${tag('sandboxed')}`),
      });
      page = await browser.page();
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const names = () => new Set(site.events().map(({ event }) => event));
    const arrived = async (wanted) => {
      const missing = () => wanted.filter((name) => !names().has(name));
      await until(() => missing().length === 0, { timeout: 20_000, what: 'all events' }).catch(() => {});
      return missing();
    };

    // Some frames at a time; what each has felt. Taking a frame away ends its page, so
    // that what a broken network has kept waiting leaves now.
    const playAll = (when, some) =>
      page.eval(
        async (when, names) => {
          const frames = names.map((name) => {
            const element = document.createElement('iframe');
            element.src = `/frame?when=${when}&name=${encodeURIComponent(name)}`;
            document.body.append(element);
            return element;
          });
          const limit = performance.now() + 15000;
          while (performance.now() < limit && frames.some((element) => !element.contentWindow.done)) await new Promise((resolve) => setTimeout(resolve, 50));
          const felt = frames.map(({ contentWindow: { faults, done } }) => [...[].slice.call(faults ?? ['no script']), ...(done ? [] : ['not done'])]);
          for (const element of frames) element.remove();
          return felt;
        },
        when,
        some,
      );

    for (const [when, said] of Object.entries({ later: 'while the agent is there', meanwhile: 'while an event waits', before: 'before it comes' })) {
      test(`${NAMES.length} hostilities ${said}`, async (t) => {
        await page.goto(`${site.url}/frames`);
        const felt = [];
        for (let i = 0; i < NAMES.length; i += AT_ONCE) felt.push(...(await playAll(when, NAMES.slice(i, i + AT_ONCE))));
        const wanted = NAMES.flatMap((name) => (when === 'before' ? ['After'] : ['Before', 'After']).map((word) => `${word} ${name.split(' ').pop()}`));
        const missing = await arrived(wanted);
        for (const [i, name] of NAMES.entries()) {
          const number = name.split(' ').pop();
          await t.test(name, () => {
            assert.deepEqual(felt[i], []);
            assert.deepEqual(missing.filter((event) => event.split(' ').pop() === number), []);
          });
        }
      });
    }

    test('hostile properties', async () => {
      await page.goto(`${site.url}/properties`);
      assert.deepEqual(await page.eval(async () => {
        const limit = performance.now() + 15000;
        while (performance.now() < limit && !window.done) await new Promise((resolve) => setTimeout(resolve, 50));
        return [...faults, window.done];
      }), [true]);
      assert.deepEqual(await arrived(['Before properties', 'After properties']), []);
      assert.equal(site.events().find(({ event }) => event === 'After properties').properties.polluted, undefined);
    });

    for (const [path, event] of [['/xhtml', 'From XHTML with a head'], ['/headless.xhtml', 'From XHTML without a head'], ['/inlined', undefined], ['/image.svg', undefined]])
      test(`${path}: no fault${event ? ', and the event arrives' : ''}`, async () => {
        await page.goto(site.url + path);
        assert.deepEqual(await page.eval(() => window.faults), []);
        if (event) assert.deepEqual(await arrived([event]), []);
      });

    test('Trusted Types are enforced: no fault, and the events arrive', async (t) => {
      await page.goto(`${site.url}/trusted`);
      assert.deepEqual(await page.eval(() => window.faults), []);
      assert.deepEqual(await arrived(['From the stub', 'Trusted']), []);
      // That it is enforced at all, by engines that know it.
      const refuses = await page.eval(() => {
        try {
          document.createElement('div').innerHTML = '<b>';
        } catch {
          return true;
        }
        return !window.trustedTypes;
      });
      assert.ok(refuses);
      if (!(await page.eval(() => !!window.trustedTypes))) t.diagnostic('this engine has no Trusted Types');
    });

    test('a sandboxed frame: no fault', async () => {
      await page.goto(`${site.url}/frames`);
      const felt = await page.eval(async () => {
        const element = document.createElement('iframe');
        element.sandbox = 'allow-scripts';
        element.src = '/sandboxed';
        const first = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));
        document.body.append(element);
        const at = await first;
        await new Promise((resolve) => setTimeout(resolve, 600));
        const again = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }));
        element.contentWindow.postMessage('again', '*');
        return [...at, ...(await again)];
      });
      assert.deepEqual(felt, []);
    });

    test('a refusal while Promise is broken: no fault, and it is complete', async () => {
      await page.goto(`${site.url}/frames`);
      const felt = await page.eval(async () => {
        const element = document.createElement('iframe');
        element.src = '/refused';
        document.body.append(element);
        const limit = performance.now() + 15000;
        while (performance.now() < limit && !element.contentWindow.done) await new Promise((resolve) => setTimeout(resolve, 50));
        return [...[].slice.call(element.contentWindow.faults), element.contentWindow.done];
      });
      assert.deepEqual(felt, [true]);
    });

    test('a frame that is about:blank: no fault, and the event arrives', async () => {
      await page.goto(`${site.url}/frames`);
      const felt = await page.eval(async () => {
        const element = document.body.appendChild(document.createElement('iframe'));
        const { contentDocument: inner, contentWindow: its } = element;
        const add = (src, data) =>
          new Promise((resolve) => {
            const script = Object.assign(inner.createElement('script'), { src: new URL(src, location.href).href, onload: resolve });
            Object.assign(script.dataset, data);
            inner.documentElement.append(script);
          });
        await add('/play.js');
        await add('/fh/firsthand.js', { key: 'blank', endpoint: '/v1/batch', debug: '' });
        its.track('From about:blank');
        return its.faults;
      });
      assert.deepEqual(felt, []);
      assert.deepEqual(await arrived(['From about:blank']), []);
    });
  });
}
