// What stands under /v1/: Segment's HTTP API and what our agent asks. Knows requests
// and answers, nothing of how they travel, so one code serves node:http, fetch and
// frameworks.
import { randomUUID } from 'node:crypto';
import { printAcks, readAcks } from './ackcookie.mjs';
import { subscriberOf } from './address.mjs';
import { missingOf, missingOfBatch } from './have.mjs';
import { allowMethods, preflightHeaders } from './http.mjs';
import { inflate } from './inflate.mjs';
import { callOf, ingest } from './ingest.mjs';
import { BODY_BYTES, STREAMS, WRITE_KEY_CHARS } from './limits.mjs';
import { isSameOrigin } from './origin.mjs';
import { createRates } from './rates.mjs';
import { later, notFound, refuse } from './refuse.mjs';
import { createRenewal } from './renew.mjs';
import { unknownKey } from './writekey.mjs';

// What Segment's own agent asks before it sends: which destinations there are, and
// where its events go.
const SETTINGS = /^\/v1\/projects\/([^/]+)\/settings$/;

// Of a body that has nothing to say.
const SMALL_BYTES = 1024;

/**
 * @param {object} relay
 * @param {object} relay.log from `openEventLog`.
 * @param {object} relay.logger pino's.
 * @param {object} relay.metrics from `createMetrics`.
 * @param {() => Map|undefined} relay.sources by writeKey; undefined: any key.
 * @param {Function} relay.senders from `createSenders`.
 * @param {object} relay.rates {key, address}: events per second, or undefined.
 * @param {boolean} relay.ackCookie
 * @param {string[]} relay.renew see `createRenewal`.
 * @param {() => number} relay.now ms since 1970.
 * @param {(row: object) => object|undefined} [relay.inspect] see `ingest`.
 * @returns {(request: object) => Promise<{status, value, headers}>} takes a request
 *   of `http.mjs`; rejects with an error of `refuse`.
 */
export function createCollect({ log, logger, metrics, sources, senders, rates, ackCookie, renew, now, inspect }) {
  const clock = () => performance.now();
  const perAddress = rates.address && createRates(rates.address, clock);
  const renewal = createRenewal(renew);
  const perKey = new Map(); // by events per second: sources may differ

  async function collect(request) {
    const { method, path } = request;
    const key = keyIn(path);
    const cookies = renewal.paths.get(path);
    const call = cookies ? path.split('/').pop() : key ? 'settings' : path === '/v1/have' ? 'have' : callOf(path);
    if (call === undefined) throw notFound(method, path);
    const methods = key ? ['GET', 'HEAD', 'OPTIONS'] : ['POST', 'OPTIONS'];
    request.call = call;
    if (method === 'OPTIONS') return { status: 204, headers: preflightHeaders(request, methods) };
    allowMethods(method, ...methods);

    const who = request.address && subscriberOf(request.address);
    if (perAddress && who) slowDown(perAddress.wait(who));
    if (cookies) {
      await request.body(SMALL_BYTES); // it says nothing
      if (perAddress && who) perAddress.take(who, 1);
      return cookies(request);
    }
    if (key) return settings(request, key, who);
    const body = await inflate(await request.body(BODY_BYTES), request.headers['content-encoding']);
    if (call === 'have') {
      const missing = missingOf({ body, authorization: request.headers.authorization }, log);
      return { status: 200, value: { success: true, missing } };
    }
    return take(request, call, body, who);
  }

  async function take(request, call, body, who) {
    const { headers } = request;
    const { events, refused, batch, envelope } =
      ingest({ call, body, headers, now: now(), newId, sender: senders(request), inspect });
    const source = sourceOf(envelope.writeKey, headers.origin, who);
    charge(envelope, source, who);

    const allRefused = events.length === 0 && refused.length > 0;
    const { through, ...kept } = allRefused ? { stored: 0 } : await store(events, batch);
    metrics.events({ source: source?.name ?? '', size: body.length, wrong: refused, ...kept });
    const result = refused.length > 0 ? { success: false, errors: refused } : { success: true };
    const cookies = [...(through ? acknowledge(request, result, through) : []), ...renewal.refresh(request)];
    const missing = missingOfBatch(envelope, log);
    if (missing) result.missing = missing;
    request.counts = { ...kept, refused: refused.length };
    return { status: allRefused ? 400 : refused.length > 0 ? 207 : 200, value: result, headers: cookies.length > 0 ? { 'Set-Cookie': cookies } : {} };
  }

  /** @throws 401 for a key that is in no line of the file, 403 for another's page. */
  function sourceOf(writeKey, origin, who) {
    const known = sources();
    const source = known?.get(writeKey);
    if (known && !source) {
      if (perAddress && who) perAddress.take(who, 1); // a guess costs as much as an event
      throw unknownKey();
    }
    if (origin !== undefined && source?.origins && !source.origins.includes(origin)) {
      throw refuse(403, `Pages of ${origin} may not send with this writeKey; its "origins" say which may.`);
    }
    return source;
  }

  function charge({ writeKey, events }, source, who) {
    const rate = source?.eventsPerSecond ?? rates.key;
    if (rate) {
      if (!perKey.has(rate)) perKey.set(rate, createRates(rate, clock));
      slowDown(perKey.get(rate).wait(writeKey));
      perKey.get(rate).take(writeKey, events);
    }
    if (perAddress && who) perAddress.take(who, events);
  }

  // As cdn.segment.com/v1/projects/KEY/settings answers, for a project whose only
  // destination is this relay.
  function settings({ headers, host, prefix, secure }, writeKey, who) {
    if (writeKey.length > WRITE_KEY_CHARS) throw unknownKey();
    sourceOf(writeKey, headers.origin, who);
    return {
      status: 200,
      value: {
        integrations: {
          'Segment.io': {
            apiKey: writeKey, apiHost: `${host}${prefix}/v1`, protocol: secure ? 'https' : 'http',
            unbundledIntegrations: [], addBundledMetadata: true, versionSettings: { version: '4.4.7', componentTypes: ['browser'] },
          },
        },
        plan: { track: { __default: { enabled: true, integrations: {} } } },
        enabledMiddleware: {}, metrics: { sampleRate: 0 }, legacyVideoPluginsEnabled: false, remotePlugins: [],
      },
    };
  }

  // By stream, the number up to which everything is stored: a later answer
  // makes up for one that was lost. Returns the cookie that tells of it.
  function acknowledge(request, result, through) {
    const acks = new Map([...through].filter(([, number]) => number >= 0)
      .slice(0, STREAMS));
    result.ack = Object.fromEntries(acks);
    if (!ackCookie || !isSameOrigin(request)) return [];
    // What the cookie said before is asked for anew: it never says more than
    // is stored, whoever wrote it.
    for (const stream of readAcks(request.headers.cookie).keys()) {
      const number = log.through(stream);
      if (number >= 0) acks.set(stream, number);
    }
    const cookie = printAcks(acks, { secure: request.secure });
    return cookie ? [cookie] : [];
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

  return collect;
}

const newId = () => `relay-${randomUUID()}`;

/** The writeKey in the address of the settings; undefined where it is another. */
function keyIn(path) {
  try {
    return decodeURIComponent(SETTINGS.exec(path)?.[1] ?? '') || undefined;
  } catch {
    return undefined; // such as %zz
  }
}

function slowDown(seconds) {
  if (seconds === 0) return;
  throw refuse(429, `More events than the relay takes from one sender. Send it again in ${seconds} seconds.`,
    { 'Retry-After': seconds });
}
