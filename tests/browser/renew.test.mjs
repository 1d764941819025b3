// The visitor's id outlives what scripts have stored: agent, bridge and relay together,
// in real browsers.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/renew.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { page, startSite } from './site.mjs';

const tag = (attributes) => `<script src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" data-debug ${attributes}></script>`;
const named = (name, attributes = 'data-renew') => page({ title: name, head: `${tag(attributes)}<script>track('${name}')</script>` });

const PAGES = {
  '/first': named('First'), '/again': named('Again'), '/blog': named('Blog'),
  '/plain': named('Plain', ''),
  '/pending': named('Pending', 'data-renew data-consent="pending"'),
  '/kept': named('Kept'), '/denied': named('Denied'), '/after': named('After'),
  '/broken': named('Broken', 'data-renew="/nowhere/"'),
  '/empty': '<!doctype html><title>Empty</title>',
};

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;

    before(async () => {
      site = await startSite(PAGES, { renew: ['shop.test', 'other.test', 'no.test', 'wait.test', 'bare.test'] });
      browser = await open(engine, { proxy: site.url });
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const visit = async (url) => {
      const p = await browser.page();
      await p.goto(`http://${url}`);
      return p;
    };
    const asked = (path) => site.requests.filter((one) => one.startsWith('POST ') && one.endsWith(path)).length;

    // As Safari does after 7 days: all that scripts have written goes.
    const forget = (p, domain) => p.eval((where) => {
      for (const name of ['_fh', '_fh_ack']) for (const rest of ['', `; Domain=${where}`]) document.cookie = `${name}=; Path=/; Max-Age=0${rest}`;
      localStorage.clear();
      sessionStorage.clear();
      return document.cookie;
    }, domain);

    /** A visitor of a site whose event has arrived, and who is then forgotten by his browser. */
    const lost = async (path, name, domain) => {
      const p = await visit(`www.${domain}${path}`);
      const { anonymousId, context } = await site.stored(({ event, context: { page: { url } } }) => event === name && url.includes(domain));
      // The twin comes with an answer; a page of the site without the agent forgets.
      await until(() => p.eval(() => document.cookie.includes('_fh_ack=')), { what: 'the answer to the batch' });
      await p.goto(`http://www.${domain}/empty`);
      assert.equal(await forget(p, domain), '', 'nothing that a script can read is left');
      return { p, anonymousId, session: context.session };
    };

    test('the id comes back when cookie and localStorage are gone, on a subdomain too', async () => {
      const { p, anonymousId, session } = await lost('/first', 'First', 'shop.test');
      await p.goto('http://www.shop.test/again');
      const again = await site.named('Again');
      assert.equal(again.anonymousId, anonymousId);
      assert.equal(again.context.session.id, session.id, 'the session too, if it is not over');
      await until(() => p.eval(() => document.cookie.includes('_fh=1.')), { what: 'the cookie' });
      await p.goto('http://blog.shop.test/empty');
      await forget(p, 'shop.test');
      await p.goto('http://blog.shop.test/blog');
      assert.equal((await site.named('Blog')).anonymousId, anonymousId);
      await p.close();
    });

    test('without data-renew nobody is asked, and the visitor is new', async () => {
      const { p, anonymousId } = await lost('/first', 'First', 'other.test');
      const before = asked('/v1/renew');
      await p.goto('http://www.other.test/plain');
      assert.notEqual((await site.named('Plain')).anonymousId, anonymousId);
      assert.equal(asked('/v1/renew'), before);
      await p.close();
    });

    test('who has the cookie does not ask', async () => {
      const p = await visit('www.bare.test/plain');
      await until(() => p.eval(() => document.cookie.includes('_fh=1.')), { what: 'the cookie' });
      const before = asked('/v1/renew');
      assert.ok(before > 0, 'others did');
      await p.goto('http://www.bare.test/kept');
      await site.named('Kept');
      assert.equal(asked('/v1/renew'), before);
      await p.close();
    });

    test('before consent nothing is asked, nothing stored', async () => {
      const before = asked('/v1/renew');
      const p = await visit('www.wait.test/pending');
      await until(() => p.eval(() => track.inspect().held === 1), { what: 'the call to wait' });
      assert.deepEqual([asked('/v1/renew') - before, await p.eval(() => document.cookie)], [0, '']);
      await p.close();
    });

    test('a denial has the relay forget: the next page gets no old id', async () => {
      const { p, anonymousId } = await lost('/denied', 'Denied', 'no.test');
      await p.goto('http://www.no.test/denied');
      await site.stored(() => site.events().filter(({ event, anonymousId: id }) => event === 'Denied' && id === anonymousId).length === 2, 'the id to come back once');
      await p.eval(() => void track.consent({ analytics: 'denied' }));
      await until(() => asked('/v1/clear') > 0, { what: 'the relay to hear of it' });
      await until(() => p.eval(() => document.cookie === '_fh=0'), { what: 'the refusal' });
      await p.eval(() => { document.cookie = '_fh=; Path=/; Max-Age=0; Domain=no.test'; });
      await p.goto('http://www.no.test/after');
      assert.notEqual((await site.named('After')).anonymousId, anonymousId);
      await p.close();
    });

    test('where nothing answers the events go all the same', async () => {
      const p = await visit('www.shop.test/empty');
      await forget(p, 'shop.test');
      await p.goto('http://www.shop.test/broken');
      await site.named('Broken');
      await p.close();
    });
  });
}
