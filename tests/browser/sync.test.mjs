// Id sync: five ways to a vendor's id, and when none of them is taken. Each test has a
// visitor of its own by the site's name; the vendor is at another origin.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/sync.test.mjs
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { page, SNIPPET, startSite } from './site.mjs';

const VENDOR = 'http://vendor.test';
const GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
const sync = (entries, attributes = '') => page({
  head: `<script>warnings = []; console.warn = (...words) => warnings.push(words.join(' '))</script>${SNIPPET}<script async src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" data-debug data-sync="${escaped(typeof entries === 'string' ? entries : JSON.stringify(entries))}" ${attributes}></script>`,
  body: '<script>track.page()</script>',
});

const TTD = { provider: 'theTradeDesk', key: 'ttd_id', method: 'fetch' };
const HERE = [
  { provider: 'tiktok', key: 'ttclid', method: 'urlParams', source: 'ttclid' },
  { provider: 'optimizely', key: 'optimizelyEndUserId', method: 'localStorage', source: 'optimizely' },
  { provider: 'adobe', key: 'mid', method: 'localStorage', source: 'adobe', path: 'ids.mid' },
  { provider: 'hubSpotTag', key: 'hubspotutk', method: 'firstPartyCookie', source: 'hubspotutk' },
  { provider: 'other', key: 'user', method: 'localStorage', source: 'other' },
];
const FBC = { provider: 'facebookTag', key: '_fbc', method: 'urlParams', source: 'fbclid' };
const WRONG = [
  { ...TTD, source: 'nowhere' }, { ...TTD, method: 'guess', source: '/x' }, { ...TTD, source: '/x', ttl: 'ever' },
  { provider: 'googleAnalytics4', key: 'clientID', method: 'firstPartyCookie', source: '_ga' }, { ...TTD, source: '/x', by: 'relay' }, null,
];

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;
    const pages = [];
    const asked = []; // of the vendor: paths and queries
    const holding = []; // answers that it keeps back

    before(async () => {
      const vendor = (answer) => (req, res) => {
        const { origin = '*' } = req.headers;
        asked.push(req.url);
        res.setHeader('access-control-allow-origin', origin);
        res.setHeader('access-control-allow-credentials', 'true');
        answer(res, req);
      };
      const json = (value) => vendor((res) => res.end(JSON.stringify(value)));
      const at = (path, more) => ({ ...TTD, source: `${VENDOR}/vendor/${path}?aid={anonymousId}`, ...more });
      site = await startSite({
        '/vendor/id': json({ ttd_id: 'TTD-1' }),
        '/vendor/held': vendor((res) => holding.push(() => res.end(JSON.stringify({ ttd_id: 'TTD-2' })))),
        '/vendor/pixel': vendor((res) => res.setHeader('content-type', 'image/gif') && res.end(GIF)),
        '/vendor/never': vendor(() => {}),
        '/vendor/error': vendor((res) => res.writeHead(500).end('{"ttd_id":"500"}')),
        '/vendor/long': json({ ttd_id: 'x'.repeat(257) }),
        '/vendor/flood': vendor((res) => res.end('x'.repeat(100_000))),
        '/vendor/control': json({ ttd_id: 'a\u0000b' }),
        '/vendor/proto': json({ a: { b: 'deep' } }),
        '/sync.json': (req, res) => res.end(JSON.stringify([at('id')])),
        '/id': sync([at('id')], 'data-consent="pending"'),
        '/plain': sync([at('id')]),
        '/file': sync('/sync.json'),
        '/none': sync([]),
        // For longer than the tests need until they let the answer go, however slow the machine.
        '/held': sync([at('held', { timeout: 30_000 })]),
        '/short': sync([at('id', { ttl: 0.5 / 86400 })]),
        '/pixel': sync([at('pixel', { provider: 'mediaMath', key: 'mm_id', method: 'matchPixel' })]),
        '/here': sync(HERE),
        '/click': sync([FBC]),
        '/wrong': sync([...WRONG, at('proto', { path: 'a.b' })]),
        '/bad': sync([
          at('never', { key: 'never', timeout: 300 }), at('error', { key: 'error' }), at('long', { key: 'long', path: 'ttd_id' }),
          at('flood', { key: 'flood' }), at('control', { key: 'control', path: 'ttd_id' }), at('proto', { key: 'proto', path: 'constructor.name' }), at('id'),
        ]),
      });
      browser = await open(engine, { proxy: site.url });
    });
    afterEach(async () => {
      for (const p of pages.splice(0)) await p.close().catch(() => {});
      asked.length = 0;
      holding.length = 0;
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const visit = async (url) => {
      const p = await browser.page();
      pages.push(p);
      await p.goto(url);
      return p;
    };
    let names = 0;
    const tracked = async (p) => {
      const name = `${engine} ${names++}`;
      await p.eval((event) => track(event), name);
      return site.named(name);
    };
    const grant = (p) => p.eval(() => void track.consent({ analytics: 'granted', ads: 'granted' }));
    const idsOf = (p) => p.eval(() => (JSON.parse(localStorage.getItem('_fh')?.replace(/^\S+ /, '') || '{}').providers || {}));
    const untilIds = (p, test) => until(async () => test(await idsOf(p)), { what: 'the ids' });
    const providersOf = ({ context }) => context.providers ?? {};
    const views = (host) => site.events().filter(({ type, context }) => type === 'page' && context.page.url.startsWith(host));

    test('a vendor is asked once a visitor, after consent; its id is on the events, in the bundle, and gone with the consent', async () => {
      const host = 'http://once.test';
      const p = await visit(`${host}/id`);
      await until(() => p.eval(() => Boolean(track.initialized && document.querySelector('script[src*="firsthand.sync"]'))), { what: 'the file' });
      await p.eval(() => void track.consent({ analytics: 'granted' }));
      assert.deepEqual(providersOf(await tracked(p)), {});
      assert.deepEqual(asked, []);
      await grant(p);
      await untilIds(p, ({ theTradeDesk }) => theTradeDesk);
      const event = await tracked(p);
      assert.deepEqual(providersOf(event), { theTradeDesk: { ttd_id: 'TTD-1' } });
      assert.deepEqual(asked, [`/vendor/id?aid=${event.anonymousId}`]);
      assert.deepEqual(await p.eval(async () => (await track.stitch()).providers), { theTradeDesk: { ttd_id: 'TTD-1' } });

      // The first event of the next page, and of another tab, has it; nobody asks.
      await p.goto(`${host}/id?next`);
      const tab = await visit(`${host}/id?tab`);
      for (const one of [p, tab]) assert.deepEqual(providersOf(await tracked(one)), { theTradeDesk: { ttd_id: 'TTD-1' } });
      assert.deepEqual(views(host).map((view) => Object.keys(providersOf(view))), [[], ['theTradeDesk'], ['theTradeDesk']]);
      assert.equal(asked.length, 1);

      // Another visitor is none that the vendor knows.
      await tab.eval(() => void track.reset());
      await until(() => asked.length === 2, { what: 'the question for another' });
      await untilIds(tab, ({ theTradeDesk }) => theTradeDesk);
      assert.notEqual(asked[1], asked[0]);

      await tab.eval(() => void track.consent({ ads: 'denied' }));
      await untilIds(tab, ({ theTradeDesk }) => !theTradeDesk);
      for (const one of [tab, p]) assert.deepEqual(providersOf(await tracked(one)), {});
      assert.equal(await tab.eval(() => /TTD|synced/.test(localStorage.getItem('_fh'))), false);
      assert.equal(asked.length, 2);
    });

    test('a tab that comes while another asks does not ask, and has the id once it is there; what comes after a refusal is not kept', async () => {
      const p = await visit('http://tabs.test/held');
      await grant(p);
      await until(() => holding.length, { what: 'the question' });
      const tab = await visit('http://tabs.test/held?tab');
      assert.deepEqual(providersOf(await tracked(tab)), {});
      assert.deepEqual(providersOf(await tracked(p)), {}); // events do not wait
      assert.equal(asked.length, 1);
      holding[0]();
      for (const one of [p, tab]) {
        await untilIds(one, ({ theTradeDesk }) => theTradeDesk);
        await until(async () => providersOf(await tracked(one)).theTradeDesk, { what: 'the id on an event' });
      }
      assert.equal(asked.length, 1);

      const late = await visit('http://late.test/held');
      await grant(late);
      await until(() => holding.length === 2, { what: 'the question' });
      await late.eval(() => void track.consent({ ads: 'denied' }));
      holding[1]();
      await until(() => late.eval(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/vendor/held'))), { what: 'the answer' });
      assert.deepEqual(providersOf(await tracked(late)), {});
    });

    test('of two tabs that come at once one asks', async (t) => {
      // At an address of this machine, where there are locks.
      const tabs = [await visit(`${site.url}/none`), await visit(`${site.url}/none`)];
      if (!(await tabs[0].eval(() => Boolean(navigator.locks)))) return t.skip('no locks');
      await grant(tabs[0]);
      await tracked(tabs[0]);
      await Promise.all(tabs.map((p) => p.goto(`${site.url}/held`)));
      await until(() => holding.length, { what: 'the question' });
      for (const p of tabs) await tracked(p);
      holding[0]();
      for (const p of tabs) await until(async () => providersOf(await tracked(p)).theTradeDesk, { what: 'the id on an event' });
      assert.equal(asked.length, 1);
    });

    test('no answer, errors and answers that are no ids hold up nothing, are said, and are not asked for again at once', async () => {
      const p = await visit('http://bad.test/bad');
      await grant(p);
      await tracked(p);
      const said = (what) => p.eval((words) => warnings.some((text) => text.includes(words)), what);
      const faults = ['never: no answer within 300 ms', 'error: status 500', 'long: the answer has no id', 'flood: the answer is too long', 'control: the answer has no id', 'proto: the answer has no id'];
      for (const fault of faults) await until(() => said(`sync: theTradeDesk.${fault}`), { what: fault });
      await untilIds(p, ({ theTradeDesk }) => theTradeDesk);
      const event = await tracked(p);
      assert.deepEqual(providersOf(event), { theTradeDesk: { ttd_id: 'TTD-1' } });
      assert.equal(asked.length, 7);
      await p.goto('http://bad.test/bad?next');
      await tracked(p);
      await until(() => p.eval(() => Boolean(document.querySelector('script[src*="firsthand.sync"]'))), { what: 'the file' });
      await tracked(p);
      assert.equal(asked.length, 7);
    });

    test('an id whose time is over is asked for anew', async () => {
      const p = await visit('http://short.test/short');
      await grant(p);
      await untilIds(p, ({ theTradeDesk }) => theTradeDesk);
      assert.equal(asked.length, 1);
      await until(async () => (await p.goto('http://short.test/short'), asked.length > 1), { what: 'another question' });
    });

    test('urlParams, localStorage and firstPartyCookie read what is here', async () => {
      const p = await visit('http://here.test/here');
      await p.eval(() => {
        localStorage.setItem('optimizely', 'oeu1790000000000r0.5');
        localStorage.setItem('other', 'ada@shop.example');
        localStorage.setItem('adobe', '{"ids":{"mid":"0123456789"}}');
        document.cookie = 'hubspotutk=ab%20cd; Path=/';
      });
      await p.goto('http://here.test/here?ttclid=E.C.P.aBc');
      assert.deepEqual(providersOf(await tracked(p)), {});
      await grant(p);
      const all = { tiktok: { ttclid: 'E.C.P.aBc' }, optimizely: { optimizelyEndUserId: 'oeu1790000000000r0.5' }, adobe: { mid: '0123456789' }, hubSpotTag: { hubspotutk: 'ab cd' }, other: { user: '***' } };
      await untilIds(p, (ids) => Object.keys(ids).length === 5);
      // What is masked is not taken for news again and again.
      await p.eval(() => { users = 0; track.on('user', () => users++); });
      assert.deepEqual(providersOf(await tracked(p)), all);
      assert.equal(await p.eval(() => users), 0);
      await p.goto('http://here.test/here');
      assert.deepEqual(providersOf(await tracked(p)), all);
    });

    test('a pixel tells the vendor who it is, and the events by which id he knows him', async () => {
      const p = await visit('http://pixel.test/pixel');
      await grant(p);
      await untilIds(p, ({ mediaMath }) => mediaMath);
      const event = await tracked(p);
      assert.deepEqual(providersOf(event), { mediaMath: { mm_id: event.anonymousId } });
      assert.deepEqual(asked, [`/vendor/pixel?aid=${event.anonymousId}`]);
    });

    test("Meta's click id is rebuilt of the address, letter by letter, and goes with the consent", async () => {
      const p = await visit('http://www.click.test/click?fbclid=IwAR0aBcD_-zZ');
      assert.equal(providersOf(await tracked(p)).facebookTag?._fbc, undefined);
      await grant(p);
      await until(() => p.eval(() => document.cookie.includes('_fbc=')), { what: 'the cookie' });
      const { facebookTag } = providersOf(await tracked(p));
      assert.match(facebookTag._fbc, /^fb\.1\.\d{13}\.IwAR0aBcD_-zZ$/);
      // A tag's own, or the first time of the same click, stays.
      await p.goto('http://www.click.test/click?fbclid=IwAR0aBcD_-zZ');
      assert.equal(providersOf(await tracked(p)).facebookTag._fbc, facebookTag._fbc);
      await p.eval(() => void track.consent({ ads: 'denied' }));
      await until(() => p.eval(() => !document.cookie.includes('_fbc=')), { what: 'no cookie' });
      assert.equal(providersOf(await tracked(p)).facebookTag?._fbc, undefined);
    });

    test('the list may be a file; what is wrong in it is said, and the rest is synced', async () => {
      const p = await visit('http://file.test/file');
      await grant(p);
      await untilIds(p, ({ theTradeDesk }) => theTradeDesk?.ttd_id === 'TTD-1');
      const other = await visit('http://wrong.test/wrong');
      await grant(other);
      await untilIds(other, ({ theTradeDesk }) => theTradeDesk?.ttd_id === 'deep');
      const said = await other.eval(() => warnings.filter((text) => text.includes('sync: ')));
      assert.equal(said.length, WRONG.length, said.join('\n'));
      for (const word of ['an address as source', 'needs a method: fetch', 'ttl', 'reads by itself', 'not known: by', 'is no object'])
        assert.ok(said.some((text) => text.includes(word)), word);
    });
  });
}
