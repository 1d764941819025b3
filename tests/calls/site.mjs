// Where the calls are played: a shop of which every visitor has an own copy, under
// an own domain, so that none finds the cookies or the storage of another and
// nothing need be cleared. The browser is told that every name is this server.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

export const KEY = 'test-key';
export const PAGE = '/shoes?size=42#reviews';
export const REFERRER = 'http://search.example/results?q=shoes';
/** In what is kept every copy has this name. */
export const SHOP = 'shop.example';

// As @segment/snippet renders it (record.mjs), for a host that is put in here.
const kept = () => readFileSync('tests/calls/snippet.txt', 'utf8').replace(/^\/\/.*\n/gm, '');
const LOAD = `analytics.load("${KEY}");`;
const FIRST_PAGE = 'analytics.page();';
/** What the snippet asks of its host. */
export const AT = `/analytics.js/v1/${KEY}/analytics.min.js`;

/**
 * Segment's public snippet with the address changed, and nothing else but what is
 * asked for.
 *
 * @param {object} [how]
 * @param {string} how.origin where the script is
 * @param {string} [how.path] of the script, if not where Segment's is
 * @param {object} [how.options] second argument of analytics.load
 * @param {string} [how.more] script, run before the load
 * @param {boolean} [how.page] whether the snippet ends with its call of page
 * @param {string} [how.name] of the global, if not analytics
 */
export function snippet({ origin, path, options, more = '', page = false, name }) {
  const put = (text, from, to) => {
    if (!text.includes(from)) throw new Error(`the snippet has no ${from}`);
    return text.replace(from, () => to);
  };
  let text = put(kept(), 'https://HOST', origin);
  if (name) text = put(text, 'i="analytics"', `i="${name}"`);
  if (path) text = put(text, '/analytics.js/v1/" + key + "/analytics.min.js', path);
  text = put(text, LOAD, `${more}${options === undefined ? LOAD : `analytics.load("${KEY}", ${JSON.stringify(options)});`}`);
  return page ? text : put(text, FIRST_PAGE, '');
}

/**
 * @param {(shape: object, origin: string) => string} head what is in the head of a shape's page
 * @param {Record<string, Buffer | string>} files by path: scripts, and JSON
 * @returns {{ flags, copy, close }} flags: for the browser; copy(shape): a new copy of
 *   the shop, as { url, bodies }, where bodies are the posts that have come to it
 */
export async function startSite(head, files) {
  const copies = new Map();

  async function answer(req, res) {
    const copy = copies.get(req.headers.host);
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const send = (type, body) => res.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'access-control-allow-origin': '*' }).end(body);
    if (!copy) return res.writeHead(404).end(); // an errand of the browser's own
    const path = req.url.split('?')[0];
    if (req.method === 'POST') {
      copy.bodies.push({ path, body: JSON.parse(Buffer.concat(chunks)) });
      return send('application/json', '{"success":true}');
    }
    const file = files[path];
    if (file !== undefined) return send(path.endsWith('.js') ? 'text/javascript' : 'application/json', typeof file === 'function' ? file(copy) : file);
    if (path !== new URL(copy.url).pathname) return res.writeHead(404).end();
    return send('text/html', copy.html);
  }

  const server = createServer((req, res) => {
    answer(req, res).catch(() => res.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    flags: [
      `--host-resolver-rules=MAP * 127.0.0.1:${server.address().port}`,
      // Not a process for each copy of the shop: half of the time.
      '--disable-site-isolation-trials',
      '--renderer-process-limit=1',
      '--disable-back-forward-cache',
    ],
    copy(shape) {
      const host = `shop${copies.size + 1}.example`;
      const origin = `http://${host}`;
      const title = shape.title ?? 'Blue shoes';
      const html = `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title>${shape.head ?? ''}
${head(shape, origin)}</head><body></body></html>`;
      const copy = { url: origin + (shape.page ?? PAGE), host, html, bodies: [] };
      copies.set(host, copy);
      return copy;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
