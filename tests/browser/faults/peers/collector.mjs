// The pages' site, and the collector on a port of its own: one for all SDKs,
// which answers each in the form that it takes for success, and misbehaves on
// demand. What it has committed is the oracle.
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { html } from './sdks.mjs';

/**
 * @param {string} id one of SDKS
 * @returns a site:
 *   url, collector: the two origins
 *   mode(name): 'ok', 'status' (500), 'hang', or 'commitReset', from now on
 *   refuse(), accept(): nobody listens at the collector; somebody does again
 *   posts: [{ mode, numbers, at }] of the bodies that had events of the test's
 *   committed: [{ i, id }], every copy
 *   unread: bodies at the events' address that were not understood
 *   asked: paths of the pages' site; hung: how many requests were never answered
 */
export async function startSite(id, sdk) {
  const site = { posts: [], committed: [], unread: [], asked: [], hung: 0 };
  const sockets = { pages: new Set(), collector: new Set() };
  let mode = 'ok';

  function pages(req, res) {
    const path = req.url.split('?')[0];
    site.asked.push(path);
    const send = (type, body) => res.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
    if (path === '/sdk.js') return send('text/javascript', sdk.script);
    if (path === '/') return send('text/html', html(id, site.collector));
    if (path === '/other') return send('text/html', '<!doctype html><title>Other</title><p>No agent here');
    return res.writeHead(404).end();
  }

  async function collect(req, res) {
    const cors = {
      'access-control-allow-origin': req.headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': req.headers['access-control-request-headers'] ?? '*',
    };
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const isPost = req.method === 'POST' && sdk.events.test(req.url);
    const { sent, events } = isPost ? read(body) : { sent: {}, events: [] };
    if (events.length) site.posts.push({ at: Date.now(), mode, numbers: events.map(({ i }) => i) });

    if (mode === 'hang') { // whatever was asked, a preflight too
      site.hung++;
      return undefined;
    }
    if (req.method === 'OPTIONS') return res.writeHead(204, cors).end();
    if (mode === 'status' && isPost) return res.writeHead(500, { ...cors, 'content-type': 'text/plain' }).end('Internal Server Error');
    if (events.length) site.committed.push(...events);
    if (mode === 'commitReset' && isPost) return req.socket.resetAndDestroy();
    if (!isPost) return res.writeHead(200, { ...cors, 'content-type': 'application/json' }).end('{}');
    const { type, text } = typeof sdk.answer === 'function' ? sdk.answer(events.length, body.length, sent, site.committed) : sdk.answer;
    return res.writeHead(200, { ...cors, 'content-type': type }).end(text);
  }

  function read(body) {
    try {
      const sent = JSON.parse(plain(body));
      return { sent, events: sdk.read(sent) };
    } catch (error) {
      site.unread.push(`${error.message}: ${body.toString('latin1').slice(0, 200)}`);
      return { sent: {}, events: [] };
    }
  }

  const start = async (which, handle, port = 0) => {
    const server = createServer((req, res) => {
      res.on('error', () => {});
      // A page that dies in the middle of its request is no error of the test's.
      Promise.resolve(handle(req, res)).catch(() => res.destroy());
    });
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => {
      sockets[which].add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets[which].delete(socket));
    });
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  const stop = async (which, server) => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets[which]) socket.destroy();
    await closed;
  };

  const own = await start('pages', pages);
  let cross = await start('collector', collect);
  const { port } = cross.address();
  return Object.assign(site, {
    url: `http://127.0.0.1:${own.address().port}`,
    collector: `http://127.0.0.1:${port}`,
    mode: (name) => (mode = name),
    refuse: () => stop('collector', cross),
    accept: async () => (cross = await start('collector', collect, port)),
    close: () => Promise.all([stop('pages', own), cross.listening && stop('collector', cross)]),
  });
}

/** A body as JSON text, however it was wrapped. */
function plain(body) {
  const raw = body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body;
  let text = raw.toString();
  if (text.startsWith('data=')) text = new URLSearchParams(text).get('data');
  return /^\s*[[{]/.test(text) ? text : Buffer.from(text, 'base64').toString();
}
