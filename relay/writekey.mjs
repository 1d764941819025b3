// Whose events these are: the writeKey of a request.
import { isText } from './json.mjs';
import { WRITE_KEY_CHARS } from './limits.mjs';
import { refuse } from './refuse.mjs';

/**
 * @param {object} sent the body; its "writeKey" goes first.
 * @param {string} [authorization] header: the user name of Basic.
 * @returns {string}
 * @throws 401 of `refuse` where neither says one.
 */
export function writeKeyOf(sent, authorization) {
  const writeKey = sent.writeKey ?? basicUser(authorization);
  if (isText(writeKey) && writeKey.length <= WRITE_KEY_CHARS) return writeKey;
  throw unauthorised(
    'There is no writeKey: put it into the body as "writeKey", or send it as '
    + `the user name of Basic authorization; 1 to ${WRITE_KEY_CHARS} characters.`);
}

/** 401 for a key that is none of the owner's. */
export const unknownKey = () =>
  unauthorised('There is no source with this writeKey.');

// RFC 9110 wants a challenge with 401. A scheme of our own, since "Basic"
// would make the browser ask the visitor for a password.
const unauthorised = (sentence) =>
  refuse(401, sentence, { 'WWW-Authenticate': 'WriteKey' });

/** The user name of RFC 7617: what stands before the first colon. */
function basicUser(authorization = '') {
  const [, base64] = /^basic +(\S+)$/i.exec(authorization) ?? [];
  return base64 && Buffer.from(base64, 'base64').toString().split(':')[0];
}
