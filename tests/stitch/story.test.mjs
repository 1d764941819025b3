// The story that two timelines become one by: a visitor comes by a campaign's link,
// browses, starts a trial (an event of the page), orders (events of the server, by each
// carrier), and is billed again later (an event of nobody's visit). The server's events
// go out by the official SDKs of five backends, to a recorder.
//   ENGINES=chromium,firefox,webkit node --test tests/stitch/story.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { stitch } from '../../server/index.mjs';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { page, SNIPPET, startSite } from '../browser/site.mjs';
import { startBackends } from './backends.mjs';

const USER = 'user-7';
const CARRIERS = ['json', 'header', 'xhr', 'form', 'metadata', 'cookie'];
const head = `${SNIPPET}<script async src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" data-debug data-stitch="on" data-stitch-headers></script>`;
const tracked = (name) => `<script>track.page(); track('${name}')</script>`;

const bodyOf = async (req) => {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

for (const engine of (process.env.ENGINES ?? 'chromium,firefox,webkit').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let backends;
    let browser;
    let payments; // what a payment provider has been told, and tells again by its webhooks
    const refused = [];

    // How the shop's server reads each carrier.
    const order = {
      json: async (req) => stitch(JSON.parse(await bodyOf(req)).stitch),
      header: (req) => stitch(req),
      xhr: (req) => stitch(req),
      form: async (req) => stitch(new URLSearchParams(await bodyOf(req))),
      metadata: async (req) => stitch((payments = JSON.parse(await bodyOf(req)))),
      // The cookie has no user: the server's own session has him.
      cookie: (req) => stitch(req.headers.cookie, { userId: USER }),
    };

    before(async () => {
      backends = await startBackends();
      site = await startSite({
        '/': page({ title: 'Landing', head, body: tracked('Product Viewed') + '<a id="go" href="/cart">cart</a>' }),
        '/cart': page({
          title: 'Cart', head,
          body: `${tracked('Cart Viewed')}<form id="form" method="post" action="/order/form" data-fh-stitch><input name="item" value="1"><button id="buy">buy</button></form>`,
        }),
        ...Object.fromEntries(CARRIERS.map((by) => [`/order/${by}`, async (req, res) => {
          const visit = await order[by](req);
          if (!visit.ok) refused.push([by, visit.reason]);
          backends.emit('Order Completed', visit, by);
          res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Thanks</title>');
        }])),
      });
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
      await backends?.close();
    });

    test('the server\'s events join the visit, over each carrier, and the renewal joins none', async () => {
      const p = await browser.page();
      await p.goto(`${site.url}/?utm_source=news&utm_campaign=spring`);
      const landed = await site.named('Product Viewed');
      await p.click('#go');
      await site.named('Cart Viewed');
      await p.eval((id) => { track.identify(id); track('Trial Started', { plan: 'pro' }); }, USER);
      const trial = await site.named('Trial Started');

      assert.ok(await p.eval(async () => (await track.stitch()).ok));
      await p.eval(async () => void (await fetch('/order/json', { method: 'POST', body: JSON.stringify({ cart: 1, stitch: await track.stitch() }) })));
      await p.eval(async () => void (await fetch('/order/header', { method: 'POST' })));
      await p.eval(() => new Promise((done) => {
        const request = new XMLHttpRequest();
        request.open('POST', '/order/xhr');
        request.onloadend = () => done();
        request.send();
      }));
      await p.eval(async () => void (await fetch('/order/metadata', { method: 'POST', body: JSON.stringify((await track.stitch()).flat()) })));
      await p.eval(async () => void (await fetch('/order/cookie', { method: 'POST' })));
      await p.click('#buy');
      await until(() => p.eval(() => document.title === 'Thanks'), { what: 'the page behind the form' });
      assert.deepEqual(refused, []);

      // A webhook of the provider's: it has the metadata of the order, and no visitor.
      backends.emit('Subscription Renewed', stitch(payments, { present: false }), 'webhook');

      const received = await backends.all(CARRIERS.length + 1);
      const { anonymousId, context: { session } } = trial;
      assert.equal(landed.anonymousId, anonymousId);
      assert.equal(landed.context.session.id, session.id);
      const sessions = { segment: session.start, rudderstack: session.start, amplitude: session.start, snowplow: session.id, posthog: session.id };
      for (const [backend, events] of Object.entries(received)) {
        const orders = events.filter(({ event }) => event === 'Order Completed');
        assert.deepEqual(orders.map(({ by }) => by).sort(), [...CARRIERS].sort(), backend);
        for (const { by, ...said } of orders) {
          const expected = [anonymousId, USER, sessions[backend]];
          assert.deepEqual([said.anonymousId, said.userId, said.session], expected, `${backend} by ${by}`);
          if ('entities' in said) assert.deepEqual(said.entities, by === 'cookie' ? ['client_session'] : ['web_page', 'client_session'], by);
          // The campaign is the visit's, on whatever page he orders.
          if (by !== 'cookie' && 'campaign' in said) assert.equal(said.campaign, 'spring', `${backend} by ${by}`);
        }
        const [{ by, event, page: where, campaign, entities = [], ...renewal }] = events.filter(({ event }) => event === 'Subscription Renewed');
        const none = backend === 'amplitude' ? -1 : undefined;
        assert.deepEqual([renewal.anonymousId, renewal.userId, renewal.session, where, campaign, entities], [undefined, USER, none, undefined, undefined, []], backend);
      }
      await p.close();
    });
  });
}
