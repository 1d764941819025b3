// Bytes of unknown origin as a JSON object, and what its members may be.
import { refuse } from './refuse.mjs';

/**
 * @param {Uint8Array} body
 * @returns {object}
 * @throws 400 of `refuse`, with the reason.
 */
export function parseObject(body) {
  return asObject(parse(body));
}

export function asObject(value) {
  if (!isObject(value)) {
    throw refuse(400, 'The body must be a JSON object.');
  }
  return value;
}

/** The same for any JSON. */
export function parse(body) {
  if (body.length === 0) throw refuse(400, 'The body is empty; send JSON.');
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw refuse(400,
      'The body is not UTF-8 text; send JSON, without compression.');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(400, `The body is not JSON: ${error.message}.`);
  }
}

export const isText = (value) => typeof value === 'string' && value !== '';

export const isObject = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
