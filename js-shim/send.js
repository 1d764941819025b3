// Batches on their way to the endpoint. A body is text/plain, or of no type, so that
// another origin needs no preflight, which the end of a page leaves no time for.
import { CompressionStream, fetch, fetchLater, navigator, Promise, Response } from './natives.js';

const TIMEOUT_MS = 15000;

const { sendBeacon } = navigator;

// Keepalive requests outlive the page, but share 64 KiB with those of all other
// scripts of the page, and beyond that fail like a dead network: so after a
// failure a visible page goes without for a while.
const WITHOUT_MS = 30000;
const keepaliveFrom = {}; // by endpoint

// Of several destinations each has its share, so that none takes that of the others.
const fits = (body) => FH_DESTINATIONS < 2 || body.length < 65536 / FH_DESTINATIONS;

// Snowplow's collector wants it said, preflight or not; its bodies are known by the s of
// {"schema":. Nothing of this is in a build without that dialect.
const typeOf = (body) => (FH_TYPED && body[2] === 115 ? 'application/json' : 'text/plain');

const textOf = (body) => new Blob([body], { type: typeOf(body) });

// A relay's endpoint for compact batches goes by a body's first bytes: no header, so no preflight.
const takesCompact = (url) => `${url}`.slice(-8) === '/compact';

const MIN_ZIP_BYTES = 500; // of less, little is saved
const zips = (url, body) => takesCompact(url) && CompressionStream && !document.hidden && body.length > MIN_ZIP_BYTES;

const waiting = new Set(); // lets go, as they are, of those that are being compressed

// Written by hand, which takes two thirds of the time of a pipe.
const squeeze = async (body) => {
  const { readable, writable } = new CompressionStream('gzip');
  const writer = writable.getWriter();
  writer.write(body).catch(() => {}); // the reader hears of it
  writer.close().catch(() => {});
  return new Uint8Array(await new Response(readable).arrayBuffer());
};

const zip = async (body) => {
  const plain = body.slice(); // the core overwrites what it has given
  let go;
  const hurried = new Promise((resolve) => waiting.add((go = () => resolve(plain))));
  try {
    return await Promise.race([squeeze(plain), hurried]);
  } catch {
    return plain;
  } finally {
    waiting.delete(go);
  }
};

/** The page may end: nothing waits for its compression. */
export const hurry = () => waiting.forEach((go) => go());

// Whatever the page has made of what is used here, `end` is called.
const attempt = async (url, body, credentials, end) => {
  let at;
  try {
    const type = typeOf(body);
    if (zips(url, body)) body = await zip(body);
    at = performance.now();
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort();
      end([0, 'no answer', 0]);
    }, TIMEOUT_MS);
    const answer = await fetch(url, {
      method: 'POST',
      body,
      // What it would say of the page is in the body; 0.1 KB a request.
      ...(takesCompact(url) ? { referrerPolicy: 'no-referrer' } : { headers: { 'content-type': type } }),
      keepalive: document.hidden || (fits(body) && !(at < keepaliveFrom[url])),
      credentials,
      redirect: 'error', // a 301 or 302 would become a GET without the body
      signal: controller.signal,
    });
    end([answer.status, await answer.text(), +answer.headers.get('retry-after') || 0]);
    clearTimeout(timer);
  } catch (error) {
    keepaliveFrom[url] = at + WITHOUT_MS;
    end([0, String(error), 0]);
  }
};

/**
 * Posts while the page lives. Never rejects and always ends, which a fetch that
 * the back/forward cache has cut does not: status 0 means no answer.
 * @param {RequestCredentials} credentials 'same-origin' for the cookie of the relay's
 *   answer, for the next page if this one has gone; 'omit' where nothing may be stored
 * @returns {Promise<[status: number, text: string, retryAfter: number]>}
 */
export const post = async (url, body, credentials) => {
  try {
    return await new Promise((resolve) => attempt(url, body, credentials, resolve));
  } catch (error) {
    return [0, String(error), 0]; // the page had broken Promise before we came
  }
};

/**
 * Leaves a batch with the browser, which sends it when the page ends in whatever
 * way, a crash and the browser's own close included (Chromium only).
 * @returns a function that takes it back; undefined: not done
 */
export const postLater = (url, body, credentials) => {
  try {
    const controller = new AbortController();
    // Not as a Blob, of which the browser is told first: 1.4 ms each time.
    fetchLater(url, { method: 'POST', body, headers: { 'content-type': typeOf(body) }, credentials, signal: controller.signal });
    return () => controller.abort();
  } catch {
    // There is no such function, or its 64 KiB are used up.
  }
};

/** Hands a batch to the browser, to be sent now, whether or not the page ends. A
 * beacon always brings cookies, and takes them from the answer. */
export const postLast = (url, body, credentials) =>
  credentials === 'omit'
    ? fetch(url, { method: 'POST', body: textOf(body), keepalive: true, credentials }).catch(() => {})
    : sendBeacon.call(navigator, url, textOf(body));
