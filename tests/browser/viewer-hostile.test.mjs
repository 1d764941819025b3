// What strangers send is text in every page that shows it: scripts in every field of
// events, through the real relay, in each of its views.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/viewer-hostile.test.mjs
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createRelay } from '../../relay/index.mjs';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';

// Each would say its number in `ran`, were it ever read as HTML, as an address or as code.
const PAYLOADS = [
  (n) => `<script>ran.push(${n})</script>`,
  (n) => `<img src=x onerror=ran.push(${n})>`,
  (n) => `"><svg onload=ran.push(${n})>`,
  (n) => `' onfocus=ran.push(${n}) autofocus tabindex=1 x='`,
  (n) => `javascript:ran.push(${n})`,
  (n) => `</script></title></style></textarea></pre><script>ran.push(${n})</script>`,
  (n) => `<iframe srcdoc="<script>parent.ran.push(${n})</script>">`,
  (n) => `<template><img src=x onerror=ran.push(${n})></template><details open ontoggle=ran.push(${n})>`,
  (n) => `<math><mtext><table><mglyph><style><img src=x onerror=ran.push(${n})>`,
  (n) => `{{constructor.constructor("ran.push(${n})")()}}\${ran.push(${n})}`,
  (n) => `url(javascript:ran.push(${n}));background:url(//x.invalid/${n})`,
  (n) => `\u202e\u2066<b onmouseover=ran.push(${n})>\u2028\u0000&lt;script&gt;`,
];

/** An event all of whose texts, and names of members, are the payload, but for times, which the relay reads. */
const eventOf = (type, evil, n) => ({
  type, messageId: `${type}-${n}-${evil}`.slice(0, 99), anonymousId: evil, userId: evil, groupId: evil, previousId: evil, event: evil, name: evil, category: evil,
  version: evil, channel: evil,
  properties: { [evil]: evil, url: evil, title: evil, path: evil, list: [evil, { [evil]: [evil] }], total: evil, currency: evil, products: [{ name: evil, sku: evil, price: evil, image_url: evil }] },
  traits: { [evil]: evil, email: evil, avatar: evil, name: evil },
  context: {
    page: { url: evil, path: evil, search: evil, title: evil, referrer: evil }, campaign: { source: evil, name: evil, [evil]: evil }, userAgent: evil, locale: evil, ip: evil,
    session: { id: evil, index: evil, start: n % 2 === 0, attribution: { [evil]: evil } }, library: { name: evil, version: evil }, [evil]: { [evil]: evil }, firsthand: { [evil]: evil },
  },
  integrations: { [evil]: evil },
});

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(`what shows events, in ${engine}`, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let browser;
    let dir;
    let relay;
    let url;
    let sent;

    before(async () => {
      dir = mkdtempSync(join(tmpdir(), 'firsthand-viewer-'));
      relay = createRelay({ db: join(dir, 'events.db'), site: 'site-demo', mounts: [{ prefix: '/fh', dir: 'dist' }], logLevel: 'silent' });
      url = await relay.listen({ port: 0, host: '127.0.0.1' });
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      await relay?.close();
      rmSync(dir, { recursive: true, force: true });
    });

    /** Each payload by each type, as a page, a server and the agent's batch report would send it. */
    async function send() {
      let count = 0;
      for (const [n, payload] of PAYLOADS.entries()) {
        const evil = payload(n);
        const batch = ['track', 'page', 'screen', 'identify', 'group', 'alias'].map((type) => eventOf(type, evil, n));
        const firsthand = { v: 1, stream: `5eed0000-0000-8000-8000-${String(n).padStart(4, '0')}00000000`, first: 0, last: 3, attempt: 1, dropped: { [evil]: 1 }, [evil]: evil };
        const response = await fetch(`${url}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey: evil.slice(0, 200), batch, context: { [evil]: evil }, firsthand }), headers: { 'User-Agent': 'x<script>ran.push(-1)</script>' } });
        assert.equal(response.status, 200, await response.text());
        count += batch.length;
      }
      return count;
    }

    for (const path of ['/live/', '/live/#all', '/completeness/'])
      test(`${path} shows them as text`, async (t) => {
        const page = await browser.page();
        await page.onNewDocument?.(() => { self.ran = []; });
        await page.goto(`${url}${path}`);
        await page.show?.();
        await page.eval(() => { self.ran ??= []; });
        sent ??= await send(); // a viewer that is there sees all of them, one that comes the newest
        // Wherever the payloads appear: as texts or in attributes.
        const shown = () => page.eval(() => document.documentElement.textContent.includes('ran.push('));
        if (path === '/live/') await until(() => page.eval((all) => document.getElementById('total').textContent === String(all), sent), { what: 'the count of events' });
        await until(shown, { what: 'a payload in the page' });

        // Everything that can be opened or chosen is, and then looked at.
        const opened = await page.eval(async () => {
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          let count = 0;
          for (const one of document.querySelectorAll('details')) { one.open = true; count++; }
          await frame();
          for (const one of document.querySelectorAll('button, [role=tab], input[type=radio], input[type=checkbox], summary')) {
            if (one.id !== 'clear') { one.click(); count++; }
            await frame();
          }
          for (const one of document.querySelectorAll('details')) one.open = true;
          await frame();
          for (const one of document.querySelectorAll('*')) for (const type of ['mouseover', 'focus', 'load', 'toggle']) one.dispatchEvent(new Event(type));
          await frame();
          return count;
        });
        const found = await page.eval(() => {
          const elements = [...document.querySelectorAll('*')];
          const handlers = elements.flatMap((one) => [...one.attributes].filter(({ name }) => /^on/i.test(name)).map(({ name, value }) => `${one.localName} ${name}=${value}`));
          // Addresses with a payload in them: only of a script's or a document's kind are they code.
          const addresses = elements.flatMap((one) => ['href', 'src', 'action', 'formaction', 'srcdoc', 'data', 'xlink:href'].map((name) => one.getAttribute(name)).filter((value) => value && /^\s*(javascript|data:text|vbscript)|ran\.push/i.test(value)));
          const strange = elements.filter((one) => ['iframe', 'object', 'embed', 'math', 'mtext', 'template', 'base', 'mglyph'].includes(one.localName)).map((one) => one.localName);
          const scripts = elements.filter((one) => one.localName === 'script' && one.textContent.includes('ran.push')).length;
          const images = elements.filter((one) => one.localName === 'img' && one.getAttribute('src') === 'x').length;
          const styles = elements.filter((one) => /ran\.push|x\.invalid/.test(one.getAttribute('style') ?? '')).length;
          return { ran: self.ran, handlers, addresses, strange, scripts, images, styles, policy: !!document.querySelector('meta[http-equiv="Content-Security-Policy"]') };
        });
        assert.deepEqual(found, { ran: [], handlers: [], addresses: [], strange: [], scripts: 0, images: 0, styles: 0, policy: found.policy });
        // Not even an attempt that a policy had to stop.
        assert.deepEqual(page.console?.filter(({ text }) => /Content Security Policy|Refused to/i.test(text)).map(({ text }) => text) ?? [], []);
        t.diagnostic(`${sent} events, ${opened} things opened`);
        await page.close();
      });

    test('what is read by people and programs says that it is no page', async () => {
      for (const path of ['/ledger', '/events', '/metrics', '/v1/projects/%3Cscript%3E/settings', '/%3Cscript%3Eran.push(1)%3C/script%3E', '/ledger?stream=%3Cscript%3E', '/v1/%3Cimg%20src=x%3E']) {
        const response = await fetch(url + path);
        assert.doesNotMatch(response.headers.get('content-type') ?? '', /html|xml|svg/, path);
        assert.ok(response.headers.get('content-type'), `${path} has no type, so a browser would guess one`);
        assert.equal(response.headers.get('x-content-type-options'), 'nosniff', path);
        await response.body.cancel();
      }
    });
  });
}
