// The world of the recordings: a shop, and a search engine that a visitor comes
// from. Names, not addresses: the browser is told that every name is this server,
// so that what is recorded has the same hosts on every machine, and nothing that
// an SDK asks of its vendor leaves this one.
import { createServer } from 'node:http';

export const SHOP = 'http://www.shop.example';
export const SEARCH = 'http://www.google.ch';
export const COLLECTOR = 'http://collect.example';

const UTM = {
  utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'spring-sale', utm_term: 'running shoes', utm_content: 'hero',
  utm_id: 'c-77', utm_source_platform: 'Mailer', utm_creative_format: 'banner', utm_marketing_tactic: 'prospecting', utm_brand: 'own',
};
// All that any of the peers looks for (their own lists).
export const CLICKS = [
  'gclid', 'gclsrc', 'dclid', 'gbraid', 'wbraid', 'gad_source', 'fbclid', 'msclkid', 'twclid', 'li_fat_id', 'ttclid', 'rdt_cid', 'epik',
  'qclid', 'sccid', 'irclid', 'igshid', '_kx', 'mc_cid', 'ko_click_id', 'btid', 'urid', 'oppref', 'bfcid',
];
const query = new URLSearchParams([...Object.entries(UTM), ...CLICKS.map((name) => [name, `${name}-1`]), ['size', '42']]);

export const LANDING = `${SHOP}/products/blue-shoes?${query}#reviews`;
export const CANONICAL = `${SHOP}/products/shoes`;
export const CART = `${SHOP}/cart?step=1#items`;

// What ads' and analytics' own scripts would have left on earlier visits.
const COOKIES = {
  _ga: 'GA1.1.1234567890.1790000000',
  _ga_ABC123: 'GS2.1.s1790000100$o3$g1$t1790000200$j60$l0$h0',
  _gcl_aw: 'GCL.1790000000.cookie-gclid',
  _gcl_au: '1.1.987654321.1790000000',
  _gcl_dc: 'GCL.1790000000.cookie-dclid',
  _fbp: 'fb.1.1790000000000.123456789',
  _fbc: 'fb.1.1790000000000.cookie-fbclid',
  li_fat_id: 'cookie-li',
  ttclid: 'cookie-tt',
  _ttp: 'cookie-ttp',
  _epik: 'cookie-epik',
  _scid: 'cookie-scid',
  _rdt_cid: 'cookie-rdt',
  _rdt_uuid: '1790000000000.cookie-rdt-uuid',
  _uetmsclkid: '_uetcookie-ms',
  _uetvid: 'cookie-uetvid',
  _twclid: '{"pub_id":"a","twclid":"cookie-tw"}',
  hubspotutk: 'cookie-hub',
};

const search = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Search</title>
<a id="go" href="${LANDING.replaceAll('&', '&amp;')}">Blue shoes</a>`;

/** A page of the shop, longer and wider than a window. */
const shop = (title, canonical, sdk, link) => `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><meta name="description" content="Shoes to run in"><meta name="keywords" content="shoes,blue">
${canonical ? `<link rel="canonical" href="${canonical}">` : ''}
<script>COLLECTOR = '${COLLECTOR}'</script>
<script src="/sdk.js" ${sdk.tag ?? ''}></script>${sdk.after ? `<script>${sdk.after}</script>` : ''}</head>
<body style="margin:0;width:1700px;height:2345px"><h1 style="margin:0">${title}</h1><a id="go" href="${link.replaceAll('&', '&amp;')}">On</a></body></html>`;

/**
 * @param {{ script, tag, after, answer }} sdk what is on the pages (sdks.mjs)
 * @returns {{ port, requests, close }} requests: what came of the pages' scripts,
 *   as { page, at, method, url, headers, body: Buffer }, where page is 1 or 2
 */
export async function startSite(sdk) {
  const requests = [];
  let page = 0; // counted by its script, which a page asks for before it sends anything
  const pages = {
    [`${SEARCH}/search`]: search,
    [new URL(LANDING).origin + new URL(LANDING).pathname]: shop('Blue shoes · Shop', CANONICAL, sdk, CART),
    [`${SHOP}/cart`]: shop('Cart · Shop', '', sdk, '/'),
  };

  async function answer(req, res) {
    const url = new URL(req.url, `http://${req.headers.host}`);
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const send = (type, body, headers = {}) => res.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...headers }).end(body);
    if (url.origin === SHOP && url.pathname === '/sdk.js') {
      page++;
      return send('text/javascript', sdk.script, { 'cache-control': 'no-store' });
    }
    const html = pages[url.origin + url.pathname];
    if (html) {
      const cookies = Object.entries(COOKIES).map(([name, value]) => `${name}=${encodeURI(value)}; Path=/; Domain=.shop.example; Max-Age=86400`);
      return send('text/html', html, url.origin === SHOP ? { 'set-cookie': cookies } : { 'referrer-policy': 'unsafe-url' });
    }
    const cors = {
      'access-control-allow-origin': req.headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': req.headers['access-control-request-headers'] ?? '*',
    };
    if (req.method === 'OPTIONS') return res.writeHead(204, cors).end();
    if (url.pathname === '/favicon.ico') return res.writeHead(404).end();
    const body = Buffer.concat(chunks);
    // The browser asks for its own updates, here in vain.
    if (!(req.headers.origin ?? req.headers.referer ?? '').startsWith(SHOP)) return res.writeHead(404).end();
    requests.push({ page, at: Date.now(), method: req.method, url: url.href, headers: req.headers, body });
    const { type = 'application/json', text = '{}' } = sdk.answer(url, body) ?? {};
    return res.writeHead(200, { ...cors, 'content-type': type }).end(text);
  }

  const server = createServer((req, res) => {
    res.on('error', () => {});
    answer(req, res).catch(() => res.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    port,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
