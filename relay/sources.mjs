// Who may send: the file of sources.
//
//   {"sources": [{"writeKey": "…", "name": "shop",
//                 "origins": ["https://shop.example"], "eventsPerSecond": 500}]}
//
// `origins`: pages of these only; a server, which has no origin, is not held up. A
// source may have several keys at once, each in a line of its own: so they are
// changed without a gap.
import { readFileSync } from 'node:fs';
import { isObject, isText } from './json.mjs';
import { WRITE_KEY_CHARS } from './limits.mjs';

/**
 * @param {string} file
 * @returns {Map<string, {name: string, origins: string[]|undefined,
 *   eventsPerSecond: number|undefined}>} by writeKey.
 * @throws with a sentence that says what is wrong with the file.
 */
export function readSources(file) {
  const wrong = (what) => new Error(`The file of sources ${file} ${what}.`);
  let sent;
  try {
    sent = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`cannot be read: ${error.message}`);
  }
  if (!Array.isArray(sent?.sources)) throw wrong('needs "sources": an array');
  const sources = new Map();
  sent.sources.forEach((source, index) => {
    const problem = problemOf(source, sources);
    if (problem) throw wrong(`has a wrong source, number ${index + 1}: ${problem}`);
    const { writeKey, ...rest } = source;
    sources.set(writeKey, rest);
  });
  return sources;
}

const MEMBERS = ['writeKey', 'name', 'origins', 'eventsPerSecond'];

function problemOf(source, known) {
  if (!isObject(source)) return 'it must be an object';
  const odd = Object.keys(source).find((name) => !MEMBERS.includes(name));
  if (odd) return `there is no member "${odd}"`;
  const { writeKey, name, origins, eventsPerSecond } = source;
  if (!isText(writeKey) || writeKey.length > WRITE_KEY_CHARS) {
    return `"writeKey" must be a text of 1 to ${WRITE_KEY_CHARS} characters`;
  }
  if (known.has(writeKey)) return 'its "writeKey" is there twice';
  if (!isText(name)) return '"name" must be a text';
  if (origins !== undefined && !(Array.isArray(origins) && origins.every(isOrigin))) {
    return '"origins" must be an array of origins such as "https://shop.example"';
  }
  if (eventsPerSecond !== undefined && !(eventsPerSecond > 0)) return '"eventsPerSecond" must be more than 0';
  return undefined;
}

const isOrigin = (text) => URL.canParse(text) && new URL(text).origin === text;
