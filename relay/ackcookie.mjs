// The cookie `_fh_ack`: how a page learns what became of the events that the
// page before it handed over as it went, whose answer nobody read. Browsers
// keep the cookie of a beacon's answer when the page has gone.
//
//   _fh_ack=<s>-<n>.<s>-<n>…   s: 24 hex digits of a stream; n: all of its
//                              numbers up to it are stored
import { COOKIE_STREAMS } from './limits.mjs';
import { isNumber, isStream, ofShort, shortOf } from './stream.mjs';

const NAME = '_fh_ack';

// A journal's rows in doubt are asked about soon; a day later they are asked
// about by POST /v1/have as well.
const MAX_AGE_S = 86_400;

const PAIR = /^([0-9a-f]{24})-(0|[1-9]\d{0,9})$/;
const MAX_CHARS = COOKIE_STREAMS * (24 + 1 + 10 + 1);

/**
 * Reads the cookie out of a request's header. Anyone may have written it: one
 * that is not exactly of our form counts as none.
 *
 * @param {string} [header] "Cookie".
 * @returns {Map<string, number>} by stream, newest first.
 */
export function readAcks(header = '') {
  const value = header.split(';').map((part) => part.trim())
    .find((part) => part.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
  if (!value || value.length > MAX_CHARS) return new Map();
  const pairs = value.split('.').map(readPair);
  return new Map(pairs.every(Boolean) && pairs.length <= COOKIE_STREAMS ? pairs : []);
}

function readPair(text) {
  const [, short, digits] = PAIR.exec(text) ?? [];
  const stream = short && ofShort(short);
  const number = Number(digits);
  return isStream(stream) && isNumber(number) ? [stream, number] : undefined;
}

/**
 * @param {Map<string, number>} acks by stream, newest first; only the first
 *   eight go in. Streams and numbers only, so nothing can break the header.
 * @param {{secure: boolean}} options
 * @returns {string|undefined} for "Set-Cookie"; undefined for no acks.
 */
export function printAcks(acks, { secure }) {
  if (acks.size === 0) return undefined;
  const pairs = [...acks].slice(0, COOKIE_STREAMS)
    .map(([stream, number]) => `${shortOf(stream)}-${number}`);
  return `${NAME}=${pairs.join('.')}; Path=/; Max-Age=${MAX_AGE_S}; SameSite=Lax`
    + (secure ? '; Secure' : '');
}
