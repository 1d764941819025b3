// Where a request comes from: what its headers and its socket say.

/**
 * Whether a page of the very origin that it was sent to sent it. Every browser
 * says so on https and on localhost (w3c.github.io/webappsec-fetch-metadata),
 * and names the origin of each POST; a request that says neither is not.
 *
 * @param {import('node:http').IncomingMessage} req
 */
export function isSameOrigin({ headers }) {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const host = URL.canParse(headers.origin) && new URL(headers.origin).host;
  return Boolean(host) && host === headers.host?.toLowerCase();
}

/**
 * Whether the browser's connection is encrypted.
 *
 * @param {{encrypted: boolean, headers: object}} request
 * @param {boolean} trusted whether X-Forwarded-Proto is a proxy's word; without a
 *   proxy that sets it anyone could.
 */
export function isSecure({ encrypted, headers }, trusted) {
  if (encrypted) return true;
  const [proto] = (headers['x-forwarded-proto'] ?? '').split(',');
  return trusted && proto.trim().toLowerCase() === 'https';
}
