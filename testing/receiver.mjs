// The endpoint of a page under test: a small server on this machine, which answers
// what it is told to.
import { createServer } from 'node:http';

const bytesOf = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const allow = (req) => ({
  'access-control-allow-origin': req.headers.origin ?? '*',
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers': req.headers['access-control-request-headers'] ?? 'content-type',
  'access-control-allow-private-network': 'true',
  'access-control-expose-headers': 'Retry-After',
  'cache-control': 'no-store',
});

/**
 * Keeps no process alive.
 *
 * @param {(body: Buffer, facts: object) => { status, body } | undefined} receive of createEvents
 * @returns {Promise<{ origin: string, busy: () => boolean, last: () => number, close }>}
 *   busy: a request is being read; last: when the latest one came, by performance.now()
 */
export const startReceiver = async (receive) => {
  let inHand = 0;
  let last = performance.now();

  const answer = async (req, res) => {
    if (req.method === 'OPTIONS') return res.writeHead(204, allow(req)).end();
    const { pathname, searchParams } = new URL(req.url, 'http://receiver');
    if (req.method !== 'POST' || pathname !== '/') return res.writeHead(404, allow(req)).end();
    const { by, to, page, cookie } = Object.fromEntries(searchParams);
    const body = await bytesOf(req);
    const said = receive(body, { by, url: to, page, cookie, userAgent: req.headers['user-agent'] });
    if (!said?.status) return req.socket.destroy();
    return res.writeHead(said.status, { ...allow(req), 'content-type': 'application/json' }).end(said.body);
  };

  const server = createServer((req, res) => {
    inHand += 1;
    res.once('close', () => {
      inHand -= 1;
      last = performance.now();
    });
    // A page that ends in the middle of its request is no error of the test's.
    answer(req, res).catch(() => req.socket.destroy());
  });
  server.on('connection', (socket) => socket.unref());
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    busy: () => inHand > 0,
    last: () => last,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
