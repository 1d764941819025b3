// A visit with every verb, in real browsers, to an endpoint of each kind on another origin, which refuses
// one event for good: that one is lost and no other, none comes twice, and nothing else is sent.
//   ENGINES=chromium,firefox,webkit node --test tests/dialects/journey.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { root } from '../run/suite.mjs';
import { script } from './suite.mjs';

const POISON = 'Poison';

// rows(body): [id, name] of each; refuse(rows): the answer to a body with a poisoned row; ok: to any other.
const KINDS = {
  segment: {
    path: '/v1/batch', type: 'text/plain', ok: '{"success":true}',
    rows: ({ batch }) => batch.map(({ messageId, event, type }) => [messageId, event ?? type]),
  },
  amplitude: {
    path: '/2/httpapi', type: 'text/plain', ok: '{"code":200,"events_ingested":1,"payload_size_bytes":1,"server_upload_time":1}',
    rows: ({ events }) => events.map(({ insert_id: id, event_type: type }) => [id, type]),
    refuse: (rows) => JSON.stringify({ code: 400, error: 'Request missing required field', events_with_invalid_fields: { time: [rows.findIndex(([, name]) => name === POISON)] } }),
  },
  snowplow: {
    path: '/com.snowplowanalytics.snowplow/tp2', type: 'application/json', ok: 'ok',
    rows: ({ data }) => data.map(({ eid, e, ue_pr: event }) => {
      const { type, event: name } = event ? JSON.parse(event).data.data : { type: e };
      return [eid, name ?? type];
    }),
  },
  posthog: {
    path: '/batch/', type: 'text/plain', ok: '{"status":1}',
    rows: ({ batch }) => batch.map(({ uuid, event }) => [uuid, event]),
  },
};

// What each makes of the calls that are none of track, in the order of the calls.
const NAMES = {
  segment: { page: 'page', identify: 'identify', group: 'group', alias: 'alias', screen: 'screen' },
  amplitude: { page: '[Amplitude] Page Viewed', identify: '$identify', group: '$groupidentify $identify', alias: '$identify', screen: '[Amplitude] Screen Viewed' },
  snowplow: { page: 'pv', identify: 'identify', group: 'group', alias: 'alias', screen: 'screen' },
  posthog: { page: '$pageview', identify: '$identify', group: '$groupidentify', alias: '$create_alias', screen: '$screen' },
};
// The first event of a session brings another, and so does that after the reset.
const FIRST = { amplitude: ['session_start', 'session_start'] };

/** Runs in the page: twelve calls. */
function journey() {
  track.page();
  track.identify('user-4711', { plan: 'pro' });
  track('Product Viewed', { sku: 'B-42', price: 79.5 });
  track.group('acme', { seats: 5 });
  track('Poison');
  history.pushState(0, '', '/cart?step=1');
  track.page('Shop', 'Cart');
  track('Order Completed', { order_id: '1001', revenue: 49.99, currency: 'EUR' });
  track.alias('user-4712');
  track.screen('Settings');
  track.reset();
  track.page();
  track('After The Reset');
}
const CALLS = ['page', 'identify', 'Product Viewed', 'group', 'page', 'Order Completed', 'alias', 'screen', 'page', 'After The Reset'];

async function startEndpoint() {
  const requests = [];
  const posts = []; // whatever was in them
  const server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const { pathname } = new URL(req.url, 'http://x');
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' };
    const send = (status, type, text) => res.writeHead(status, { ...cors, 'content-type': type }).end(text);
    if (req.method === 'OPTIONS') return send(204, 'text/plain');
    if (pathname === '/blank') return send(200, 'text/html', '');
    if (pathname === '/plain.js') return send(200, 'text/javascript', readFileSync(`${root}dist/firsthand.js`));
    if (pathname === '/fh.js') return send(200, 'text/javascript', readFileSync(script));
    const [, named] = pathname.match(/^\/(?:on|plain)\/(\w+)$/) ?? [];
    if (named) {
      const endpoint = `http://localhost:${server.address().port}${KINDS[named].path}`;
      return send(200, 'text/html', `<!doctype html><title>Shop</title><script src="/${pathname.startsWith('/plain') ? 'plain' : 'fh'}.js" data-key="KEY" data-endpoint="${endpoint}" data-dialect="${named}"></script>`);
    }
    const [name, kind] = Object.entries(KINDS).find(([, { path }]) => path === pathname) ?? [];
    if (!kind) return send(404, 'text/plain');
    posts.push(pathname);
    const body = JSON.parse(Buffer.concat(chunks));
    const rows = kind.rows(body);
    const poisoned = rows.some(([, row]) => row === POISON);
    requests.push({ name, type: req.headers['content-type'], rows, body, taken: !poisoned });
    if (!poisoned) return send(200, 'application/json', kind.ok);
    return send(400, 'application/json', kind.refuse?.(rows) ?? '{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { requests, posts, server, url: `http://127.0.0.1:${server.address().port}` };
}

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let endpoint;
    let browser;
    before(async () => {
      endpoint = await startEndpoint();
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      endpoint?.server.closeAllConnections();
      endpoint?.server.close();
    });

    for (const [id, { type }] of Object.entries(KINDS)) {
      test(`${id}: eleven of twelve events arrive, once each, and the twelfth is refused`, async () => {
        const page = await browser.page();
        const mine = () => endpoint.requests.filter(({ name }) => name === id);
        const taken = () => mine().filter((request) => request.taken).flatMap(({ rows }) => rows);
        // Another visitor than that of the test before.
        await page.goto(`${endpoint.url}/blank`);
        await page.eval(() => {
          document.cookie = '_fh=; Path=/; Max-Age=0';
          localStorage.clear();
        });
        await page.goto(`${endpoint.url}/on/${id}`);
        await until(() => page.eval(() => typeof track === 'function'), { what: 'the agent' });
        await page.eval(journey);
        await until(() => taken().some(([, name]) => name === 'After The Reset'), { what: 'the last event', timeout: 30_000 });
        // A later one goes when nothing of these is left to be sent.
        await page.eval(async () => {
          await track.flush();
          track('Last');
        });
        await until(() => taken().some(([, name]) => name === 'Last'), { what: 'the later event' });
        const expected = [...CALLS.flatMap((call) => (NAMES[id][call] ?? call).split(/(?<=\w) (?=\$)/)), ...(FIRST[id] ?? []), 'Last'];
        assert.deepEqual(taken().map(([, name]) => name).sort(), expected.sort());
        assert.equal(new Set(taken().map(([row]) => row)).size, expected.length);
        assert.ok(mine().every((request) => request.type.startsWith(type)));
        assert.ok(mine().every(({ rows }) => rows.length > 0));
        await page.close();
      });
    }

    test('a dialect that the build has not is refused, not sent as another', { skip: process.env.DIALECTS && 'built with others' }, async () => {
      const what = async (id) => {
        const page = await browser.page();
        await page.goto(`${endpoint.url}/plain/${id}`);
        await until(() => page.eval(() => typeof track === 'function'), { what: 'the agent' });
        const result = await page.eval(async () => JSON.stringify(await track('Called')));
        await page.close();
        return result;
      };
      assert.match(await what('segment'), /Called/);
      await until(() => endpoint.requests.at(-1)?.rows.some(([, name]) => name === 'Called'), { what: 'the other, to arrive' });
      const before = [...endpoint.posts];
      assert.match(await what('amplitude'), /refused/);
      assert.deepEqual(endpoint.posts, before);
    });
  });
}
