// The public entry: puts the parts together behind one request handler.
import { createServer } from 'node:http';
import { isAbsolute, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createAccess, noView } from './access.mjs';
import { createCollect } from './collect.mjs';
import { openEventLog } from './eventlog.mjs';
import { createFiles } from './files.mjs';
import { startForwarding } from './forward/index.mjs';
import { openGeo } from './geo.mjs';
import {
  allowMethods, createBodies, originHeaders, requestOf, requestOfFetch, responseOf, send,
} from './http.mjs';
import { HEAD_MS, REQUEST_MS } from './limits.mjs';
import { createLive } from './live.mjs';
import { createLogger, cut } from './logger.mjs';
import { createMetrics } from './metrics.mjs';
import { openPlan } from './plan.mjs';
import { later, notFound } from './refuse.mjs';
import { createSenders } from './sender.mjs';
import { readSources } from './sources.mjs';

const PAGE = '/completeness';
const PAGE_DIR = fileURLToPath(new URL('completeness', import.meta.url));

// The page shows what strangers have sent. It never makes markup of it; this is for
// the day on which that is got wrong.
const PAGE_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

// Longer than an ordinary upload, shorter than the time after which service
// managers kill (systemd 90 s, Docker and Kubernetes 10 to 30 s).
const GRACE_MS = 8000;

/**
 * Makes a relay: Segment's HTTP API v1 in, a durable log below, a live view.
 *
 *     const relay = createRelay({ db: 'events.db', site: 'public' });
 *     console.log(await relay.listen({ port: 8080 }));
 *
 * @param {object} [options]
 * @param {string} [options.db] SQLite file, made when missing.
 * @param {object} [options.log] an open log instead of that file, of
 *   `openLog` (`openlog.mjs`); the relay closes it.
 * @param {string} [options.site] directory served at '/'.
 * @param {{prefix: string, dir: string}[]} [options.mounts] more directories.
 * @param {string} [options.logLevel] pino's; lines go to stderr and never hold
 *   an event, an address or a query.
 * @param {boolean} [options.ackCookie] false: no cookie tells the site's next
 *   page what arrived; it then asks.
 * @param {string[]} [options.renew] domains of sites whose visitors' ids outlive the
 *   cookie that the page writes, by one that no script reads (renew.mjs).
 * @param {boolean|number} [options.trustProxy] how many proxies of your own stand
 *   before the relay (true: one): so many of the last addresses in X-Forwarded-For
 *   are theirs, and X-Forwarded-Proto and -Host are their word.
 * @param {'full'|'truncated'|'none'} [options.ip] what is kept of a visitor's
 *   address: all, its network (24 bits of IPv4, 48 of IPv6), or nothing.
 * @param {string} [options.geo] database of places in MaxMind's format.
 * @param {string} [options.sources] file of those who may send (sources.mjs);
 *   without it every writeKey is taken.
 * @param {{key?: number, address?: number}} [options.rates] events per second that
 *   one writeKey and one address may send; without: any number.
 * @param {(row: object) => {reason: string, message: string}|undefined}
 *   [options.inspect] called for each event before it is stored, with its row
 *   `{messageId, type, writeKey, timestamp, body}`: says why it is refused.
 * @param {string} [options.plan] file of the tracking plan that events are held
 *   against (docs/PLAN.md).
 * @param {'warn'|'block'} [options.planMode] an event that is not as it says is
 *   stored with its `violations`, or refused.
 * @param {Record<string, object>} [options.destinations] of `readDestinations`
 *   (forward/config.mjs): where events go on to.
 * @param {string} [options.viewToken] opens /events, /ledger, /metrics and the page
 *   /completeness to whoever has it (access.mjs); without it only this machine has them.
 * @param {number} [options.heartbeatMs] of /events.
 * @param {() => number} [options.now] the clock, ms since 1970.
 * @returns {{handler, middleware, fastify, fetch, listen, reload, metrics, close, log, forwarding}}
 *  - `handler(req, res)` for any node:http server: everything; it never throws;
 *  - `middleware(req, res, next)` for Express and the like, `fastify` a plugin for
 *    Fastify, `fetch(request, {address}) → Promise<Response>`: only what stands
 *    under /v1/, since the rest shows everything to whoever can reach it;
 *  - `listen({port, host, headMs, requestMs}) → Promise<url>`: a server of its own,
 *    which cuts senders off that take longer; rejects when the address is taken;
 *  - `reload()`: reads the file of sources anew; throws, and keeps what was, when
 *    it is wrong;
 *  - `metrics() → Promise<text>` for Prometheus, as /metrics has it;
 *  - `close() → Promise`: takes nothing new, finishes what is in hand (8 s at
 *    most), closes the database;
 *  - `log`: the event log, see `eventlog.mjs`;
 *  - `forwarding`: see `startForwarding`.
 * @throws when the database or a directory cannot be used.
 */
export function createRelay({
  db = 'firsthand.db',
  log = undefined,
  site,
  mounts = [],
  logLevel = process.env.LOG_LEVEL ?? 'info',
  ackCookie = true,
  renew = [],
  trustProxy = false,
  ip = 'full',
  geo,
  sources: sourcesFile,
  rates = {},
  inspect,
  plan,
  planMode,
  destinations = {},
  viewToken,
  heartbeatMs,
  now = Date.now,
} = {}) {
  if (!['full', 'truncated', 'none'].includes(ip)) {
    throw new Error(`The option ip is "${ip}"; it may be full, truncated or none.`);
  }
  const root = site === undefined ? [] : [{ prefix: '', dir: site }];
  const dirs = [...mounts, ...root];
  const files = createFiles(dirs);
  const pages = createFiles([{ prefix: PAGE, dir: PAGE_DIR }]);
  const mayLook = createAccess(viewToken);
  for (const file of [db, sourcesFile]) keepPrivate(file, dirs);
  const readAll = () => (sourcesFile === undefined ? undefined : readSources(sourcesFile));
  let sources = readAll();
  const senders = createSenders({ ip, locate: geo === undefined ? undefined : openGeo(geo) });
  const planned = plan === undefined ? undefined : openPlan(plan, planMode);
  const logger = createLogger(logLevel);
  log ??= openEventLog(db);
  const live = createLive(log, { logger, heartbeatMs });
  const forwarding = startForwarding(log, destinations, { logger });
  const inHand = new Set();
  const metrics = createMetrics({
    log_position: { help: 'Position of the newest event', value: () => log.last() },
    in_hand: { help: 'Requests that are being answered', value: () => inHand.size },
    viewers: { help: 'Viewers of /events', value: live.viewers },
  }, forwarding.status);
  const collect = createCollect({
    log, logger, metrics, senders, rates, ackCookie, renew, now, sources: () => sources,
    inspect: (row) => planned?.inspect(row) ?? inspect?.(row),
  });
  const bodies = createBodies();
  const proxies = Number(trustProxy);
  let server;
  let closed;

  async function during(work) {
    inHand.add(work);
    try {
      return await work;
    } finally {
      inHand.delete(work);
    }
  }

  async function handler(req, res) {
    // A connection kept alive would hold up the end by its idle time.
    res.once('close', () => closed && server?.closeIdleConnections());
    const request = requestOf(req, { proxies, bodies, prefix: '' });
    const answered = during(answerTo(request, () => route(request, req, res)));
    const answer = await answered;
    if (answer) send(res, answer);
  }

  /** The answer, whatever happens; none where the route has given it already. */
  async function answerTo(request, route) {
    const began = performance.now();
    const own = request.path.startsWith('/v1/') ? originHeaders(request) : {};
    let answer;
    try {
      if (closed) throw later('The relay is shutting down.');
      answer = await route();
    } catch (error) {
      answer = failure(request, error);
    }
    if (!answer) return undefined;
    const { call = 'other', counts, path } = request;
    const { status, value, headers } = answer;
    metrics.request(call, status, performance.now() - began);
    if (status < 300 && call !== 'other') logger.info({ call, status, ...counts });
    else if (status >= 300) logger.info({ method: request.method, path: cut(path), status });
    return { status, value, headers: { ...own, ...headers } };
  }

  async function route(request, req, res) {
    const { method, path, query } = request;
    if (path.startsWith('/v1/') || /^\/(renew|clear)$/.test(path)) return collect(request);
    const view = path === PAGE || path.startsWith(`${PAGE}/`) ? page : VIEWS.get(path);
    if (view) {
      allowMethods(method, 'GET', 'HEAD');
      if (view !== health && !mayLook(req)) throw noView(viewToken);
      return view(new URLSearchParams(query), req, res);
    }
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isRead || !files(req, res, path)) throw notFound(method, path);
    return undefined;
  }

  /** That it lives anybody may know; the rest is for those who may look. */
  async function health(query, req) {
    const more = mayLook(req)
      && { last: log.last(), viewers: live.viewers(), forwarding: await forwarding.status() };
    return { status: 200, value: { success: true, ...more } };
  }

  function page(query, req, res) {
    const [path] = req.url.split('?');
    if (path === PAGE) return { status: 308, headers: { Location: `.${PAGE}/` } };
    for (const [name, value] of Object.entries(PAGE_HEADERS)) res.setHeader(name, value);
    if (!pages(req, res, path)) throw notFound(req.method, path);
    return undefined;
  }

  // What whoever runs the relay looks at; a public proxy forwards none of it.
  const VIEWS = new Map([
    ['/events', (query, req, res) => live.view(req, res, query)],
    ['/ledger', (query) => ({ status: 200, value: log.ledger.view(query, now()) })],
    ...(planned ? [['/plan', () => ({ status: 200, value: planned.view() })]] : []),
    ['/healthz', health],
    ['/metrics', async (query, req, res) => {
      const text = await metrics.text();
      res.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }).end(text);
    }],
  ]);

  function failure(request, error) {
    const path = cut(request.path);
    if (error.status) {
      const { status, message, headers } = error;
      logger.debug(cut(message)); // at debug only: it may quote the body
      return { status, headers, value: { success: false, error: message, errors: [], retryAfter: headers['Retry-After'] } };
    }
    if (request.left(error)) {
      logger.debug({ path }, 'the sender left before its request was whole');
      return undefined;
    }
    logger.error({ err: error, path }, 'the relay failed');
    return {
      status: 500,
      value: { success: false, error: 'The relay failed on this request; its log says why.' },
    };
  }

  async function underV1(req, res, prefix) {
    const request = requestOf(req, { proxies, bodies, prefix });
    request.path = request.path.slice(req.url.startsWith(prefix) ? prefix.length : 0);
    const answer = await during(answerTo(request, () => collect(request)));
    if (answer) send(res, answer);
  }

  function middleware(req, res, next) {
    if (!req.url.startsWith('/v1/')) return void next();
    underV1(req, res, req.baseUrl ?? '');
  }

  /** Encapsulated by Fastify: the host's own parsers stay as they are. */
  async function fastify(instance) {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', (request, payload, done) => done(null));
    instance.all('/v1/*', (request, reply) => {
      reply.hijack();
      return underV1(request.raw, reply.raw, instance.prefix);
    });
  }

  async function fetch(given, { address } = {}) {
    const request = requestOfFetch(given, { proxies, address, bodies });
    const answer = await during(answerTo(request, () => {
      if (!request.path.startsWith('/v1/')) throw notFound(request.method, request.path);
      return collect(request);
    }));
    return answer ? responseOf(answer, given.method) : Response.error();
  }

  function listen({ port = 8080, host = '127.0.0.1', headMs = HEAD_MS, requestMs = REQUEST_MS } = {}) {
    server = createServer({
      headersTimeout: headMs, requestTimeout: requestMs, connectionsCheckingInterval: headMs / 4,
    }, handler);
    return new Promise((done, failed) => {
      server.once('error', failed);
      server.listen(port, host, () => {
        server.off('error', failed);
        const name = host.includes(':') ? `[${host}]` : host;
        done(`http://${name}:${server.address().port}`);
      });
    });
  }

  async function shutDown() {
    live.close();
    const served = server?.listening
      && new Promise((done) => { server.close(done); });
    await Promise.race([
      Promise.all([served, ...inHand]),
      setTimeout(GRACE_MS, undefined, { ref: false }),
    ]);
    server?.closeAllConnections();
    await forwarding.close();
    await log.close();
  }

  return {
    handler, middleware, fastify, fetch, listen, log, forwarding,
    metrics: metrics.text,
    reload() { sources = readAll(); },
    close: () => (closed ??= shutDown()),
  };
}

/** @throws when a file of ours could be downloaded as one of the site. */
function keepPrivate(file, dirs) {
  if (file === undefined || file === ':memory:') return;
  for (const { dir } of dirs) {
    const way = relative(resolve(dir), resolve(file));
    if (!way.startsWith('..') && !isAbsolute(way)) {
      throw new Error(`The file ${file} lies in ${dir}, which is served to `
        + 'everyone; choose another place for it.');
    }
  }
}
