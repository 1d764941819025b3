// The agent and its bridge together, in real browsers: one visitor on two sites, ids
// of another agent, calls in the address.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/linked.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { page, startSite, SNIPPET } from './site.mjs';

const tag = (attributes, async = '') =>
  `<script ${async} src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" data-debug ${attributes}></script>`;
const inline = (code) => `<script>${code}</script>`;
const onTop = (name) => inline(`track.page(); track('${name}')`);

const PAGES = {
  '/shop': page({ title: 'Shop', head: tag('data-link="other.test"') + onTop('At The Shop'), body: '<a id="go" href="http://www.other.test/landing?a=1#part">to the other site</a>' }),
  '/landing': page({ title: 'Landing', head: tag('data-link="shop.test"') + onTop('Landed'), body: '<a id="go" href="http://news.other.test/next">on</a>' }),
  '/next': page({ title: 'Next', head: tag('data-link="shop.test"') + onTop('On The Subdomain') }),
  '/unlinked': page({ title: 'Unlinked', head: tag('') + onTop('Unlinked') }),
  '/adopting': page({ title: 'Adopting', head: SNIPPET + inline("document.cookie = 'ajs_anonymous_id=d9f9c642-0c0d-4f71-b18e-e6c5955b6241'; track('Before The Agent')") + tag('data-adopt="segment"', 'async') }),
  '/queried': page({ title: 'Queried', head: tag('data-query') + onTop('Queried') }),
  '/missing': page({ title: 'Missing', head: tag('data-adopt="all"').replace('/fh/firsthand.js', '/elsewhere/firsthand.js') + onTop('Without The Bridge') }),
  '/elsewhere/firsthand.js': (req, res) => res.writeHead(302, { location: '/fh/firsthand.js' }).end(),
};

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;

    before(async () => {
      site = await startSite(PAGES);
      browser = await open(engine, { proxy: site.url });
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });
    const visit = async (url) => {
      const p = await browser.page();
      await p.goto(url);
      return p;
    };

    test('a visitor keeps his id and his session on a linked site and on its subdomain', async () => {
      const p = await visit('http://www.shop.test/shop');
      const first = await site.named('At The Shop');
      await p.click('#go');
      const landed = await site.named('Landed');
      assert.equal(landed.anonymousId, first.anonymousId);
      assert.equal(landed.context.session.id, first.context.session.id);
      assert.equal(landed.context.session.index, 1);
      assert.ok(landed.context.session.eventIndex > first.context.session.eventIndex);
      await until(async () => (await p.eval(() => location.href)) === 'http://www.other.test/landing?a=1#part', { what: 'the address without our parameter' });
      assert.doesNotMatch(JSON.stringify(landed), /_fh=1/);
      await p.click('#go');
      const on = await site.named('On The Subdomain');
      assert.equal(on.anonymousId, first.anonymousId);
      assert.equal(on.context.session.id, first.context.session.id);
      await p.close();
    });

    test('a site that is not linked gets no id, and a link of a stranger is not believed', async () => {
      const p = await visit('http://www.shop.test/shop');
      const { anonymousId } = await site.stored(({ event, context }) => event === 'At The Shop' && context.session.index > 0);
      const state = await p.eval(() => document.cookie.match(/_fh=([^;]*)/)[1]);
      await p.goto(`http://www.third.test/unlinked?_fh=${state}~${Math.floor(Date.now() / 1000)}`);
      const there = await site.named('Unlinked');
      assert.notEqual(there.anonymousId, anonymousId);
      assert.match(there.context.page.search, /^\?_fh=\*+$/);
      await p.close();
    });

    test('the id of another agent is taken over before the first call is an event', async () => {
      const p = await visit('http://www.adopt.test/adopting');
      const event = await site.named('Before The Agent');
      assert.equal(event.anonymousId, 'd9f9c642-0c0d-4f71-b18e-e6c5955b6241');
      await p.close();
    });

    test('calls in the address come before those of the page', async () => {
      const p = await visit('http://www.query.test/queried?ajs_uid=ada&ajs_event=Clicked%20In%20A%20Mail&ajs_prop_list=spring');
      const clicked = await site.named('Clicked In A Mail');
      assert.deepEqual([clicked.userId, clicked.properties.list], ['ada', 'spring']);
      const later = await site.named('Queried');
      assert.equal(later.userId, 'ada');
      await p.close();
    });

    test('where the bridge cannot be had, events come all the same', async () => {
      const p = await visit('http://www.alone.test/missing');
      assert.equal((await site.named('Without The Bridge')).context.page.path, '/missing');
      await p.close();
    });
  });
}
