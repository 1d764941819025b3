// Who may look at what is stored: whoever has the token, or, without one, who sits at
// this machine. A proxy in front sits there too, so what it forwards does not count.
import { createHash, timingSafeEqual } from 'node:crypto';
import { refuse } from './refuse.mjs';

const SHORTEST = 16;

const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'];

// Another name that leads to this machine is one that a page on the web may have
// given itself, to read here what is not its own (DNS rebinding).
const OWN_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const OWN_ADDRESS = /^(?:::ffff:)?127\.|^::1$/;

const digest = (text) => createHash('sha256').update(text).digest();

/**
 * @param {string} [token] of the views; a text of 16 characters or more.
 * @returns {(req: import('node:http').IncomingMessage) => boolean} whether that
 *   request may look. With a token it has to bring it, `Authorization: Bearer TOKEN` or
 *   Basic with any user, as browsers ask for; without one it comes from this machine.
 * @throws for a token that can be guessed.
 */
export function createAccess(token) {
  if (token === undefined) return isLocal;
  if (typeof token !== 'string' || token.length < SHORTEST) {
    throw new Error(`The token of the views must have ${SHORTEST} characters or more.`);
  }
  const right = digest(token);
  return ({ headers }) => timingSafeEqual(digest(tokenIn(headers.authorization)), right);
}

function isLocal({ headers, socket }) {
  return OWN_ADDRESS.test(socket.remoteAddress ?? '') && OWN_NAME.test(headers.host ?? '')
    && !FORWARDED.some((name) => name in headers);
}

function tokenIn(authorization = '') {
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  if (!scheme) return '';
  return scheme.toLowerCase() === 'bearer' ? value : Buffer.from(value, 'base64').toString().replace(/^[^:]*:/, '');
}

/** What the others are told. */
export const noView = (token) => (token === undefined
  ? refuse(403, 'Only this machine may look here; start the relay with a token for its views to look from elsewhere.')
  : refuse(401, 'The token of the views is needed here.', { 'WWW-Authenticate': 'Basic realm="relay", charset="UTF-8"' }));
