// Requests and answers, whichever way they travel: node:http or fetch.
//
// A request is {method, path, query, headers, address, secure, host, prefix, body}:
// `headers` by lower-case names, `prefix` the path under which the relay is mounted,
// `body(limit)` reads it. An answer is {status, value, headers}, value for JSON.
import { addressOf } from './address.mjs';
import { isSecure } from './origin.mjs';
import { later, refuse } from './refuse.mjs';
import { BODIES_BYTES } from './limits.mjs';

/** What every answer says besides its own headers. */
const ALWAYS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Sends an answer, or cuts the connection when one has already begun.
 *
 * @param {import('node:http').ServerResponse} res
 * @param {{status: number, value?: object, headers?: object}} answer
 */
export function send(res, { status, value, headers = {} }) {
  if (res.headersSent) return void res.destroy();
  if (value === undefined) return void res.writeHead(status, { 'Cache-Control': 'no-store', ...headers }).end();
  const body = JSON.stringify(value);
  res.writeHead(status, { ...ALWAYS, 'Content-Length': Buffer.byteLength(body), ...headers });
  res.end(body);
}

/** The same for fetch. */
export function responseOf({ status, value, headers = {} }, method) {
  const all = value === undefined ? { 'Cache-Control': 'no-store', ...headers } : { ...ALWAYS, ...headers };
  const pairs = Object.entries(all).flatMap(([name, one]) => [one].flat().map((text) => [name, text]));
  const body = method === 'HEAD' || value === undefined ? null : JSON.stringify(value);
  return new Response(body, { status, headers: pairs });
}

/**
 * @param {import('node:http').IncomingMessage} req
 * @param {{proxies: number, prefix: string, bodies: object}} options `proxies`: how
 *   many of ours it came through; `bodies`: from `createBodies`.
 */
export function requestOf(req, { proxies, prefix, bodies }) {
  const [path, query = ''] = req.url.split(/\?(.*)/s);
  const { headers, method, socket } = req;
  return {
    method, path, query, headers, prefix,
    address: addressOf(socket.remoteAddress, headers['x-forwarded-for'], proxies),
    secure: isSecure({ encrypted: socket.encrypted, headers }, proxies > 0),
    host: (proxies > 0 && headers['x-forwarded-host']) || headers.host || 'localhost',
    // A framework's parser may have been there first.
    body: (limit) => (req.readableEnded && req.body !== undefined ? parsed(req.body, limit) : bodies(req, limit)),
    left: (error) => error === req.errored,
  };
}

/** The same for fetch. `address`: who asked, as the caller's server knows it. */
export function requestOfFetch(request, { proxies, address, bodies }) {
  const { pathname, search, protocol, host } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  return {
    method: request.method, path: pathname, query: search.slice(1), headers, prefix: '', host,
    address: addressOf(address, headers['x-forwarded-for'], proxies),
    secure: isSecure({ encrypted: protocol === 'https:', headers }, proxies > 0),
    body: (limit) => bodies(request.body ?? [], limit),
    left: () => request.signal.aborted,
  };
}

function parsed(body, limit) {
  const bytes = Buffer.from(Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body));
  if (bytes.length > limit) throw tooBig(bytes.length, limit);
  return bytes;
}

const tooBig = (size, limit) =>
  refuse(413, `The body has ${size} bytes; the limit is ${limit}. Send smaller batches.`);

/**
 * Reads whole bodies, and never keeps more than BODIES_BYTES of all that are on
 * their way. A body over its limit is read to its end but not kept: an answer to a
 * sender who is still sending would be lost to a reset, and it would try again
 * instead of halving. An endless one ends by requestTimeout.
 *
 * @returns {(stream: AsyncIterable<Uint8Array>, limit: number) => Promise<Buffer>}
 *   rejects with 413 or 503 of `refuse`, or Node's error when the sender left.
 */
export function createBodies() {
  let inHand = 0;

  return async function read(stream, limit) {
    const chunks = [];
    let size = 0;
    let kept = 0;
    let full = false;
    try {
      for await (const chunk of stream) {
        size += chunk.length;
        full ||= inHand + chunk.length > BODIES_BYTES;
        if (size > limit || full) {
          inHand -= kept;
          kept = chunks.length = 0;
        } else {
          chunks.push(chunk);
          kept += chunk.length;
          inHand += chunk.length;
        }
      }
    } finally {
      inHand -= kept;
    }
    if (size > limit) throw tooBig(size, limit);
    if (full) throw later('The relay has too many requests at once.');
    return chunks.length === 1 ? Buffer.from(chunks[0].buffer, chunks[0].byteOffset, size) : Buffer.concat(chunks, size);
  };
}

/**
 * Lets any page send and read the answer (which holds nothing secret), with
 * cookies, as a beacon always brings them. An origin must then be named: "*"
 * is refused with credentials (fetch.spec.whatwg.org/#http-cors-protocol).
 */
export function originHeaders({ headers: { origin } }) {
  if (origin === undefined) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': 'Retry-After',
  };
}

/** For a preflight: whatever header the page wants to send, it may. */
export const preflightHeaders = ({ headers }, methods) => ({
  'Access-Control-Allow-Methods': methods.join(', '),
  'Access-Control-Allow-Headers':
    headers['access-control-request-headers'] ?? 'Authorization, Content-Type',
  'Access-Control-Max-Age': '86400',
  Vary: 'Origin, Access-Control-Request-Headers',
});

/** @throws 405 of `refuse` unless it is one of these methods. */
export function allowMethods(method, ...methods) {
  if (methods.includes(method)) return;
  const allow = methods.join(', ');
  throw refuse(405, `This address takes ${allow}, not ${method}.`, { Allow: allow });
}
