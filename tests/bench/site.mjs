// The page, the subjects' scripts, and the collector of all of them, on one port: each
// subject has a name of its own (firsthand.localhost), so that cookies and storage are
// apart. Pages are isolated, for which browsers give timers of 5 µs.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const PAGE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Monopoly: 3rd Edition</title></head><body><p>A page</p></body></html>';
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

// An event has the number that the page gave it, whatever its format: n-<run>-<number>-.
const NUMBER = /n-(\w+)-(\d+)-/g;

/**
 * @returns a site: `url(id)` of a subject's page, `run(name)` begins a count, and gives
 *   what has come of it so far: { numbers: Set, copies, firstMs, lastMs, requests, posts,
 *   preflights, bodies, up(), code, config }; times are Date.now(), bytes those at the socket
 */
export async function startSite(subjects) {
  const sockets = new Set();
  let gone = 0; // bytes of the sockets that are closed
  const upBytes = () => [...sockets].reduce((sum, socket) => sum + socket.bytesRead, gone);
  let count;

  async function answer(req, res) {
    const subject = subjects[req.headers.host.split('.')[0]];
    const path = req.url.split('?')[0];
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const send = (type, body) => res.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', ...ISOLATED }).end(body);
    if (path === '/') return send('text/html; charset=utf-8', PAGE);
    if (path === '/favicon.ico') return res.writeHead(204).end();
    count.requests++;
    const file = subject.more?.find((name) => name.endsWith(path));
    if (path === '/sdk.js' || file) {
      count.code++;
      return send(file?.endsWith('wasm') ? 'application/wasm' : 'text/javascript; charset=utf-8', file ? readFileSync(file) : subject.script);
    }
    const body = Buffer.concat(chunks);
    const text = textOf(body);
    const found = [...`${decodeURIComponent(req.url)} ${text}`.matchAll(NUMBER)].filter(([, run]) => run === count.name);
    if (found.length) {
      count.firstMs ??= Date.now();
      count.lastMs = Date.now();
      count.copies += found.length;
      count.bodies += body.length;
      for (const [, , number] of found) count.numbers.add(Number(number));
    } else {
      count.config++;
    }
    if (req.method === 'POST') count.posts++;
    if (req.method === 'OPTIONS') count.preflights++;
    const { answer: said = '{}' } = subject;
    const told = typeof said === 'function' ? said(found.length, parsed(text)) : said;
    const type = told.startsWith('{') ? 'application/json' : 'text/plain';
    return send(type, told);
  }

  const server = createServer((req, res) => {
    res.on('error', () => {});
    answer(req, res).catch(() => res.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      sockets.delete(socket);
      gone += socket.bytesRead;
    });
  });
  const run = (name) => {
    const before = upBytes();
    count = { name, numbers: new Set(), copies: 0, requests: 0, posts: 0, preflights: 0, bodies: 0, code: 0, config: 0, up: () => upBytes() - before };
    return count;
  };
  run('');
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    url: (id) => `http://${id}.localhost:${port}`,
    run,
    close: () => (server.closeAllConnections(), server.close()),
  };
}

/** A body as text, however it was wrapped. */
function textOf(body) {
  const raw = body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body;
  let text = raw.toString();
  if (text.startsWith('data=')) text = new URLSearchParams(text).get('data');
  return !text || /^\s*[[{"]/.test(text) ? text : Buffer.from(text, 'base64').toString();
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
