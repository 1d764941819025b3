// Bodies that were compressed on their way. Never more comes out than a body may
// have: a few bytes of gzip can stand for gigabytes.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BODY_BYTES } from './limits.mjs';
import { refuse } from './refuse.mjs';

const unzip = promisify(gunzip);

/**
 * @param {Buffer} body whose first bytes say whether it is gzip: browsers that
 *   compress by themselves cannot always say so, and a proxy may have undone it.
 * @param {string} [encoding] header "Content-Encoding".
 * @returns {Promise<Buffer>}
 * @throws an error of `refuse`: 400 broken, 413 too much, 415 another encoding.
 */
export async function inflate(body, encoding = 'identity') {
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding.trim().toLowerCase())) {
    throw refuse(415, 'The body may be compressed by gzip, or not at all.', { 'Accept-Encoding': 'gzip' });
  }
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return await unzip(body, { maxOutputLength: BODY_BYTES });
  } catch (error) {
    if (error.code !== 'ERR_BUFFER_TOO_LARGE') throw refuse(400, `The body is not gzip: ${error.message}.`);
    throw refuse(413, `The body has more than ${BODY_BYTES} bytes, uncompressed. Send smaller batches.`);
  }
}
