// What every answer and every body have in common: JSON out, bytes in, CORS.
import { refuse } from './refuse.mjs';

/**
 * Answers with JSON, or cuts the connection when an answer has already begun.
 *
 * @param {import('node:http').ServerResponse} res
 * @param {number} status
 * @param {object} value
 * @param {object} [headers]
 */
export function answer(res, status, value, headers = {}) {
  if (res.headersSent) return void res.destroy();
  const body = JSON.stringify(value);
  res.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  });
  res.end(body);
}

/**
 * Reads the whole body. One over the limit is read to its end but not kept:
 * an answer to a sender who is still sending would be lost to a reset, and it
 * would try again instead of halving. An endless one ends by requestTimeout.
 *
 * @param {import('node:http').IncomingMessage} req
 * @param {number} limit in bytes.
 * @returns {Promise<Buffer>}
 * @throws 413 of `refuse`; Node's error when the sender left.
 */
export async function readBody(req, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) {
    throw refuse(413, `The body has ${size} bytes; the limit is ${limit}. `
      + 'Send smaller batches.');
  }
  return Buffer.concat(chunks, size);
}

/**
 * Lets any page send and read the answer (which holds nothing secret), with
 * cookies, as a beacon always brings them. An origin must then be named: "*"
 * is refused with credentials (fetch.spec.whatwg.org/#http-cors-protocol).
 */
export function allowOrigin(req, res) {
  res.setHeader('Vary', 'Origin');
  if (req.headers.origin === undefined) return;
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
  res.setHeader('Access-Control-Allow-Credentials', 'true');
  res.setHeader('Access-Control-Expose-Headers', 'Retry-After');
}

/** Answers a preflight: whatever header the page wants to send, it may. */
export function preflight(req, res) {
  res.writeHead(204, {
    'Access-Control-Allow-Methods': 'POST, OPTIONS',
    'Access-Control-Allow-Headers':
      req.headers['access-control-request-headers']
      ?? 'Authorization, Content-Type',
    'Access-Control-Max-Age': '86400',
    'Cache-Control': 'no-store',
    Vary: 'Origin, Access-Control-Request-Headers',
  });
  res.end();
}

/** @throws 405 of `refuse` unless the request has one of these methods. */
export function allowMethods(req, ...methods) {
  if (methods.includes(req.method)) return;
  const allow = methods.join(', ');
  throw refuse(405, `This address takes ${allow}, not ${req.method}.`,
    { Allow: allow });
}
