// The public entry: puts the parts together behind one request handler.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { isAbsolute, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pino from 'pino';
import { printAcks, readAcks } from './ackcookie.mjs';
import { openEventLog } from './eventlog.mjs';
import { createFiles } from './files.mjs';
import { startForwarding } from './forward/index.mjs';
import { missingOf, missingOfBatch } from './have.mjs';
import {
  allowMethods, allowOrigin, answer, preflight, readBody,
} from './http.mjs';
import { callOf, ingest } from './ingest.mjs';
import { BODY_BYTES, STREAMS } from './limits.mjs';
import { createLive } from './live.mjs';
import { isSameOrigin, isSecure } from './origin.mjs';
import { refuse } from './refuse.mjs';

// Longer than an ordinary upload, shorter than the time after which service
// managers kill (systemd 90 s, Docker and Kubernetes 10 to 30 s).
const GRACE_MS = 8000;

// When the disk is full or the file locked: soon enough for a page's life.
const RETRY_SECONDS = 5;

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
 * @param {boolean} [options.trustProxy] a proxy stands before the relay and
 *   sets X-Forwarded-Proto: the cookie is "Secure" where that says https.
 * @param {Record<string, object>} [options.destinations] of `readDestinations`
 *   (forward/config.mjs): where events go on to.
 * @param {number} [options.heartbeatMs] of /events.
 * @param {() => number} [options.now] the clock, ms since 1970.
 * @returns {{handler, listen, close, log}}
 *  - `handler(req, res)` for any node:http server; it never throws;
 *  - `listen({port, host}) → Promise<url>`: a server of its own; rejects when
 *    the address is taken;
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
  trustProxy = false,
  destinations = {},
  heartbeatMs,
  now = Date.now,
} = {}) {
  const root = site === undefined ? [] : [{ prefix: '', dir: site }];
  const dirs = [...mounts, ...root];
  const files = createFiles(dirs);
  keepPrivate(db, dirs);
  const logger = pino({ level: logLevel, base: null }, pino.destination(2));
  log ??= openEventLog(db);
  const live = createLive(log, { logger, heartbeatMs });
  const forwarding = startForwarding(log, destinations, { logger });
  const inHand = new Set();
  let server;
  let closed;

  async function handler(req, res) {
    const work = serve(req, res);
    inHand.add(work);
    // A connection kept alive would hold up the end by its idle time.
    res.once('close', () => closed && server?.closeIdleConnections());
    await work;
    inHand.delete(work);
  }

  async function serve(req, res) {
    const [path, query] = req.url.split(/\?(.*)/s);
    try {
      await route(req, res, path, query);
    } catch (error) {
      fail(req, res, path, error);
    }
  }

  function route(req, res, path, query) {
    const isCall = path.startsWith('/v1/');
    if (isCall) allowOrigin(req, res);
    if (closed) throw later('The relay is shutting down.');
    if (isCall) return collect(req, res, path);
    if (path === '/events') {
      allowMethods(req, 'GET', 'HEAD');
      return live.view(req, res, new URLSearchParams(query));
    }
    if (path === '/ledger') {
      allowMethods(req, 'GET', 'HEAD');
      return answer(res, 200, log.ledger.view(new URLSearchParams(query)));
    }
    if (path === '/healthz') {
      allowMethods(req, 'GET', 'HEAD');
      return answer(res, 200,
        { success: true, last: log.last(), viewers: live.viewers() });
    }
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    if (!isRead || !files(req, res, path)) throw notFound(req, path);
  }

  async function collect(req, res, path) {
    const call = path === '/v1/have' ? 'have' : callOf(path);
    if (call === undefined) throw notFound(req, path);
    if (req.method === 'OPTIONS') return preflight(req, res);
    allowMethods(req, 'POST', 'OPTIONS');

    const body = await readBody(req, BODY_BYTES);
    const { authorization } = req.headers;
    if (call === 'have') {
      const missing = missingOf({ body, authorization }, log);
      answer(res, 200, { success: true, missing });
      return void logger.info({ call, status: 200 });
    }
    const { events, refused, batch, envelope } =
      ingest({ call, body, headers: req.headers, now: now(), newId });
    const allRefused = events.length === 0 && refused.length > 0;
    const { through, ...kept } = allRefused ? { stored: 0 }
      : await store(events, batch);
    const status = allRefused ? 400 : refused.length > 0 ? 207 : 200;
    const result = refused.length > 0
      ? { success: false, errors: refused } : { success: true };
    if (through) acknowledge(req, res, result, through);
    const missing = missingOfBatch(envelope, log);
    if (missing) result.missing = missing;
    answer(res, status, result);
    logger.info({ call, status, ...kept, refused: refused.length });
  }

  // By stream, the number up to which everything is stored: a later answer
  // makes up for one that was lost.
  function acknowledge(req, res, result, through) {
    const acks = new Map([...through].filter(([, number]) => number >= 0)
      .slice(0, STREAMS));
    result.ack = Object.fromEntries(acks);
    if (!ackCookie || !isSameOrigin(req)) return;
    // What the cookie said before is asked for anew: it never says more than
    // is stored, whoever wrote it.
    for (const stream of readAcks(req.headers.cookie).keys()) {
      const number = log.through(stream);
      if (number >= 0) acks.set(stream, number);
    }
    const cookie = printAcks(acks, { secure: isSecure(req, trustProxy) });
    if (cookie) res.setHeader('Set-Cookie', cookie);
  }

  async function store(events, batch) {
    try {
      return await log.append(events, batch);
    } catch (error) {
      logger.error({ err: error }, 'events could not be stored');
      throw later('The relay could not store the events '
        + `(${error.code ?? error.name}).`);
    }
  }

  function fail(req, res, path, error) {
    if (error.status) {
      const { status, message, headers } = error;
      logger.info({ method: req.method, path, status });
      logger.debug(message); // at debug only: it may quote the body
      const retryAfter = headers['Retry-After'];
      answer(res, status,
        { success: false, error: message, errors: [], retryAfter }, headers);
    } else if (error === req.errored) {
      logger.debug({ path }, 'the sender left before its request was whole');
    } else {
      logger.error({ err: error, path }, 'the relay failed');
      answer(res, 500, {
        success: false,
        error: 'The relay failed on this request; its log says why.',
      });
    }
  }

  function listen({ port = 8080, host = '127.0.0.1' } = {}) {
    server = createServer(handler);
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

  return { handler, listen, close: () => (closed ??= shutDown()), log, forwarding };
}

const newId = () => `relay-${randomUUID()}`;

function later(sentence) {
  // In the body too: pages of other origins seldom get to read the header.
  return refuse(503, `${sentence} Send it again in ${RETRY_SECONDS} seconds.`,
    { 'Retry-After': RETRY_SECONDS });
}

function notFound(req, path) {
  return refuse(404, `There is nothing at ${req.method} ${path}. Events go to `
    + 'POST /v1/batch, or to /v1/ with a call\'s name, such as /v1/track.');
}

/** @throws when the database could be downloaded as a file of the site. */
function keepPrivate(db, dirs) {
  if (db === ':memory:') return;
  for (const { dir } of dirs) {
    const way = relative(resolve(dir), resolve(db));
    if (!way.startsWith('..') && !isAbsolute(way)) {
      throw new Error(`The database ${db} lies in ${dir}, which is served to `
        + 'everyone; choose another place for it with --db.');
    }
  }
}
