// The site of a fault: pages, the built agent, and a collector that misbehaves
// on demand in front of the real relay. Its two books are the oracle:
//
//   stored()  what the relay has committed
//   wire      every copy of an event that the relay was given; what a failing
//             collector turned away is no copy, only a request
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { until } from '../engines/until.mjs';
import { far } from './far.mjs';

const ENDPOINT = '/v1/batch';
const DONE = '{"success":true}';

/** The page's own book: Fault events, told apart by their number. */
export const NAME = 'Fault';

/**
 * @param {string} copy where dist/ and relay/ under test are
 * @returns {Promise<object>} the site:
 *   url, otherSite (the same pages as another site), cross (the collector alone,
 *     on a port of its own)
 *   pages: by path: HTML, or (req, res) => void
 *   html({ before, after, tag, endpoint, attributes, body }): a page with the agent
 *   mode(name, options): how posts are answered from now on; see MODES
 *   posts: [{ at, mode, numbers, bytes, status }], hung: how many wait now
 *   asked: ['GET /path', …]
 *   far(ms): the collector's address with so many ms to it and as many back
 *   snippet: what a page has in its head before the agent
 *   stored(): the committed Fault events, each with `properties` and `messageId`
 */
export async function startCollector(copy) {
  const { createRelay } = await import(pathToFileURL(absolute(copy, 'relay/index.mjs')));
  const dir = mkdtempSync(join(tmpdir(), 'firsthand-faults-'));
  const relay = createRelay({ db: join(dir, 'events.db'), mounts: [{ prefix: '/fh', dir: `${copy}/dist` }], logLevel: 'silent' });
  const site = {
    pages: {}, posts: [], asked: [], reports: [], wire: new Map(), ledgers: new Map(), hung: 0, mostHung: 0, relay,
  };
  const waiting = new Set(); // answers that hang
  const sockets = { own: new Set(), cross: new Set() };
  const proxies = [];
  let mode = { name: 'ok' };
  let known; // what stored() gives, until the relay has more

  async function handle(req, res) {
    const path = req.url.split('?')[0];
    site.asked.push(`${req.method} ${path}`);
    if (path === '/report') {
      site.reports.push(req.url.split('?')[1]);
      req.resume();
      return res.writeHead(204, { 'access-control-allow-origin': '*' }).end();
    }
    if (path === '/hang') {
      req.resume();
      return hang(res);
    }
    if (path === ENDPOINT && req.method === 'POST') return post(req, res);
    const made = site.pages[path];
    if (typeof made === 'function') return made(req, res);
    if (made !== undefined) return res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(made);
    return relay.handler(req, res);
  }

  function hang(res) {
    waiting.add(res);
    res.once('close', () => waiting.delete(res));
  }

  async function post(req, res) {
    const { name, ...options } = mode;
    const entry = { at: Date.now(), mode: name, numbers: [], bytes: 0, status: 0 };
    if (name === 'reset') { // before a byte was read: nothing has arrived
      site.posts.push(entry);
      return req.socket.resetAndDestroy();
    }
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    entry.bytes = body.length;
    entry.batch = parse(body)?.batch ?? [];
    entry.numbers = entry.batch.filter(({ event }) => event === NAME).map(({ properties }) => properties?.i);
    site.posts.push(entry);
    res.once('finish', () => (entry.status = res.statusCode));
    await MODES[name]({ req, res, body, entry, options, site, hang, commit });
    delete entry.batch; // only the numbers are of use later
  }

  /** Gives a body to the real relay; resolves with its answer, not yet sent. */
  async function commit(req, body, entry) {
    const { method, url, headers, socket } = req;
    const given = Object.assign(Readable.from([body]), { method, url, headers, socket });
    const answer = new ServerResponse(given);
    let text = '';
    answer.end = (data = '') => ((text = String(data)), answer);
    await relay.handler(given, answer);
    if (answer.statusCode >= 500) throw new Error(`the relay failed: ${text}`); // ours, and not the fault
    if (answer.statusCode < 300) {
      known = undefined;
      for (const { messageId } of entry.batch) site.wire.set(messageId, (site.wire.get(messageId) ?? 0) + 1);
      const { firsthand } = parse(body);
      if (firsthand?.dropped) site.ledgers.set(firsthand.stream, firsthand.dropped);
      if (firsthand?.lost) site.ledgers.set(`${firsthand.by} of others`, { lost: firsthand.lost });
    }
    return { status: answer.statusCode, headers: answer.getHeaders(), text };
  }

  const listener = (which) => {
    const server = createServer((req, res) => handle(req, res).catch((error) => {
      if (/the relay failed/.test(error.message)) site.broken = error.message;
      res.destroy();
    }));
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => {
      sockets[which].add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets[which].delete(socket));
    });
    return server;
  };
  const listen = (server, port = 0) => new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server.address().port)));
  const own = listener('own');
  let cross = listener('cross');
  const port = await listen(own);
  const crossPort = await listen(cross);

  return Object.assign(site, {
    url: `http://127.0.0.1:${port}`,
    otherSite: `http://localhost:${port}`,
    cross: `http://127.0.0.1:${crossPort}`,
    html: ({ before = '', after = '', endpoint = ENDPOINT, attributes = '', body = '', tag } = {}) =>
      `<!doctype html><html><head><meta charset="utf-8"><title>A page</title>${before}${tag
        ?? `<script src="/fh/firsthand.js" data-key="test" data-endpoint="${endpoint}" ${attributes}></script>`
      }${after}</head><body>${body}</body></html>`,
    mode: (name, options = {}) => {
      if (!(name in MODES) && name !== 'reset') throw new Error(`no such mode: ${name}`);
      mode = { name, ...options };
      if (name !== 'hang') for (const res of waiting) if (options.release) res.destroy();
    },
    release: () => waiting.forEach((res) => res.destroy()),
    /** Nobody listens at the cross collector: connections are refused. */
    refuse: async () => {
      for (const socket of sockets.cross) socket.destroy();
      await new Promise((resolve) => cross.close(resolve));
    },
    accept: async () => {
      cross = listener('cross');
      await listen(cross, crossPort);
    },
    far: async (ms) => {
      const proxy = await far(port, ms);
      proxies.push(proxy);
      return proxy.url;
    },
    snippet: readFileSync(join(copy, 'dist/snippet.html'), 'utf8').trim(),
    // Asked many times a second while something is waited for: read once.
    stored: () => (known ??= relay.log.read(0, 1e6).map(({ body, messageId }) => ({ ...JSON.parse(body), messageId })).filter(({ event }) => event === NAME)),
    reported: (text) => until(() => site.reports.includes(text), { ms: 10_000, what: `the report ${text}` }),
    close: async () => {
      for (const proxy of proxies) await proxy.close();
      for (const socket of [...sockets.own, ...sockets.cross]) socket.destroy();
      await Promise.all([own, cross].map((server) => new Promise((resolve) => server.close(resolve))));
      await relay.close();
      rmSync(dir, { recursive: true, force: true });
    },
  });
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const named = (req) => ({
  'access-control-allow-origin': req.headers.origin ?? '*',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Retry-After',
});
const json = (res, status, value, headers) => res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const pass = (res, { status, headers, text }) => res.writeHead(status, headers).end(text);

// How a post is answered. Each has read its body.
const MODES = {
  ok: async ({ req, res, body, entry, commit }) => pass(res, await commit(req, body, entry)),
  hang: ({ res, site, hang }) => {
    hang(res);
    site.hung++;
    site.mostHung = Math.max(site.mostHung, site.hung);
    res.once('close', () => site.hung--);
  },
  status: ({ req, res, options: { status = 500 } }) => json(res, status, { success: false }, named(req)),
  // Busy until a moment, which it tells by body, by header, or by both.
  busy: ({ req, res, options: { seconds, by } }) => json(res, 429,
    { success: false, ...(by !== 'header' && { retryAfter: seconds }) },
    { ...named(req), ...(by !== 'body' && { 'retry-after': String(seconds) }) }),
  // More than `most` events are too many.
  large: async ({ req, res, body, entry, options: { most }, commit }) =>
    entry.batch.length > most ? json(res, 413, { success: false }, named(req)) : pass(res, await commit(req, body, entry)),
  // Refuses a body with a certain event in it, and does not say which.
  poison: async ({ req, res, body, entry, commit }) =>
    entry.batch.some(({ properties }) => properties?.poison) ? json(res, 400, { success: false }, named(req)) : pass(res, await commit(req, body, entry)),
  // Stores, then the connection dies before a byte of an answer.
  commitReset: async ({ req, body, entry, commit }) => {
    await commit(req, body, entry);
    req.socket.resetAndDestroy();
  },
  // Stores, then half of the answer comes.
  cut: async ({ req, res, body, entry, commit }) => {
    const { headers } = await commit(req, body, entry);
    res.writeHead(200, { ...headers, 'content-length': DONE.length });
    res.write(DONE.slice(0, 7));
    setTimeout(() => req.socket.destroy(), 20);
  },
  portal: ({ res }) => res.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' }).end('<!doctype html>Please log in'),
  redirect: ({ req, res }) => res.writeHead(302, { location: '/elsewhere', ...named(req) }).end(),
  // Stores, but the page may not read the answer.
  noCors: async ({ req, res, body, entry, commit }) => {
    const { status, text } = await commit(req, body, entry);
    res.writeHead(status, { 'content-type': 'application/json' }).end(text);
  },
  slow: async ({ req, res, body, entry, options: { ms }, commit }) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    pass(res, await commit(req, body, entry));
  },
};
