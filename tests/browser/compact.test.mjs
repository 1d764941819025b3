// Compact and compressed batches, from pages to the relay's log, in real browsers.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/compact.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { page, startSite } from './site.mjs';

const TAG = '<script src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/compact" data-debug></script>';

// What the page has of it, the agent takes at its start.
const broken = {
  none: 'delete globalThis.CompressionStream',
  throwing: 'CompressionStream = class { constructor() { throw new Error("no") } }',
  failing: 'CompressionStream = class { constructor() { const broken = new TransformStream({ transform() { throw new Error("no") } }); return { readable: broken.readable, writable: broken.writable } } }',
  response: 'Response = 1',
  endless: 'CompressionStream = class { constructor() { const never = new TransformStream({ transform: () => new Promise(() => {}) }); return { readable: never.readable, writable: never.writable } } }',
};

const PAGES = {
  '/whole': page({ title: 'Whole', head: TAG }),
  '/empty': '<!doctype html><title>Empty</title>',
  ...Object.fromEntries(Object.entries(broken).map(([name, code]) => [`/${name}`, page({ title: name, head: `<script>${code}</script>${TAG}` })])),
};

// In the page: `count` events named so, of which some have something of their own.
const many = ([name, count]) => {
  for (let n = 0; n < count; n++) {
    if (n === 7) window.track.page('Another', { url: `${location.href}#another` });
    window.track(name, { n, text: 'a property as pages have it' }, n % 10 === 9 ? { context: { ip: '192.0.2.1' } } : {});
  }
};

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;
    const bodies = []; // of the posts, as they came

    before(async () => {
      site = await startSite(PAGES);
      const { handler } = site.relay;
      site.relay.handler = (req, res) => {
        const chunks = [];
        if (req.method === 'POST') req.on('data', (chunk) => chunks.push(chunk)).on('end', () => bodies.push(Buffer.concat(chunks)));
        return handler(req, res);
      };
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const visit = async (path) => {
      const p = await browser.page();
      await p.goto(site.url + path);
      return p;
    };
    const events = (name) => site.events().filter(({ event }) => event === name);
    const isZipped = (body) => body[0] === 0x1f && body[1] === 0x8b;
    const textOf = (body) => (isZipped(body) ? gunzipSync(body) : body).toString();
    const bodiesWith = (name) => bodies.filter((body) => textOf(body).includes(`"${name}"`));

    test('events are stored whole, in the order of their numbers, of a compressed body', async () => {
      const p = await visit('/whole');
      const heard = await p.eval(async (run) => {
        const sent = [];
        window.track.on('sent', ({ events }) => sent.push(...events));
        (0, eval)(`(${run})`)(['Scrolled', 60]);
        await window.track.flush();
        return sent;
      }, String(many));
      await until(() => events('Scrolled').length === 60, { what: '60 events' });
      const stored = site.events().filter(({ context }) => context.page.url.includes('/whole'));
      assert.deepEqual(stored.map(({ messageId }) => parseInt(messageId.slice(-8), 16)), stored.map((_, n) => n));
      assert.deepEqual(stored.map(({ context }) => context.session.eventIndex), stored.map((_, n) => n + 1));
      assert.equal(new Set(stored.map(({ anonymousId }) => anonymousId)).size, 1);
      for (const { context, properties, event } of stored) {
        assert.equal(context.library.name, 'firsthand');
        assert.equal(context.page.title, 'Whole');
        if (event) assert.equal(context.ip === '192.0.2.1', properties.n % 10 === 9);
      }
      // Who listens has heard of the same events.
      assert.deepEqual(heard.map(({ messageId }) => messageId), stored.map(({ messageId }) => messageId));
      assert.deepEqual(heard.map(({ context: { session } }) => session), stored.map(({ context: { session } }) => session));
      assert.deepEqual(heard.map(({ properties }) => properties), stored.map(({ properties }) => properties));
      const [body] = bodiesWith('Scrolled');
      assert.ok(isZipped(body));
      assert.ok(body.length * 10 < JSON.stringify(stored).length, `${body.length} bytes`);
      await p.close();
    });

    for (const name of ['none', 'throwing', 'failing', 'response']) {
      test(`without compression (${name}) the body goes as it is`, async () => {
        const p = await visit(`/${name}`);
        await p.eval(many, [name, 20]);
        await until(() => events(name).length === 20, { what: '20 events' });
        assert.ok(bodiesWith(name).every((body) => !isZipped(body)));
        await p.close();
      });
    }

    test('a page that ends does not wait for its compression', async () => {
      const p = await visit('/endless');
      await p.eval(many, ['Endless', 20]);
      // The batch is on its way, and is never compressed.
      await p.eval(() => { window.flushed = window.track.flush(); });
      await p.goto(`${site.url}/empty`);
      await until(() => events('Endless').length === 20, { what: '20 events' });
      assert.equal(new Set(events('Endless').map(({ messageId }) => messageId)).size, 20);
      await p.close();
    });
  });
}
