// The configuration of destinations: read, checked, secrets taken from the
// environment. Nothing is sent before all of it is right.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isObject, isText } from '../json.mjs';
import { VENDORS } from './vendors/index.mjs';

const NAME = /^[\w-]{1,64}$/;

// What every destination may have, whatever its type.
const COMMON = ['type', 'endpoint', 'consent', 'mapping', 'params', 'filters', 'start',
  'writeKeys', 'batch', 'timeoutMs', 'giveUpHours'];

const wrong = (path, what) => new Error(`destinations: ${path} ${what}`);

function must(holds, path, what) {
  if (!holds) throw wrong(path, what);
}

/**
 * Reads a file of destinations.
 *
 * @param {string} file JSON; mappings that it names lie beside it.
 * @param {Record<string, string|undefined>} [env] where secrets come from.
 * @returns {Record<string, object>} as `checkDestinations` gives them.
 * @throws with a sentence that names the place.
 */
export function readDestinations(file, env = process.env) {
  let config;
  try {
    config = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`destinations: ${file} cannot be read: ${error.message}`);
  }
  return checkDestinations(config, { env, folder: dirname(file) });
}

/**
 * @param {object} config {destinations: {name: {type, …}}}
 * @param {{env?: object, folder?: string}} [options] environment, and where
 *   mappings that are named by a file lie.
 * @returns {Record<string, object>} by name, each with what it needs to run;
 *   `secrets` are the values that came from the environment, never to be logged.
 * @throws with a sentence that names the place.
 */
export function checkDestinations(config, { env = process.env, folder = '.' } = {}) {
  if (!isObject(config?.destinations)) throw wrong('the file', 'needs {"destinations": {…}}');
  return Object.fromEntries(Object.entries(config.destinations).map(([name, given]) =>
    [name, checkOne(name, given, { env, folder })]));
}

function checkOne(name, given, { env, folder }) {
  if (!NAME.test(name)) throw wrong(`"${name}"`, 'is no name: 1 to 64 letters, digits, "-" and "_"');
  const vendor = isObject(given) && Object.hasOwn(VENDORS, given.type) && VENDORS[given.type];
  if (!vendor) throw wrong(`${name}.type`, `must be one of ${Object.keys(VENDORS).join(', ')}`);

  const known = [...COMMON, ...vendor.needs, ...vendor.takes];
  const stranger = Object.keys(given).find((key) => !known.includes(key));
  must(!stranger, `${name}.${stranger}`, `is not known; ${given.type} takes ${known.join(', ')}`);

  const secrets = [];
  const filled = fill(given, name, env, secrets);
  for (const need of vendor.needs) {
    must(isText(filled[need]), `${name}.${need}`, 'is missing');
  }
  checkMembers(name, filled);
  checkOwn(name, filled, vendor);
  return {
    ...filled, name, secrets,
    endpoint: endpointOf(name, filled, vendor),
    consent: consentOf(name, filled.consent),
    mapping: mappingOf(name, filled, vendor, folder),
    mapped: filled.mapping !== undefined,
  };
}

/** {"env": "NAME"} becomes the value of that variable, wherever it stands. */
function fill(value, path, env, secrets) {
  if (Array.isArray(value)) return value.map((one, i) => fill(one, `${path}[${i}]`, env, secrets));
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === 'env' && isText(value.env)) {
    must(isText(env[value.env]), path,
      `needs the environment variable ${value.env}, which is not set`);
    secrets.push(env[value.env]);
    return env[value.env];
  }
  return Object.fromEntries(keys.map((key) => [key, fill(value[key], `${path}.${key}`, env, secrets)]));
}

function checkMembers(name, { start, writeKeys, batch, timeoutMs, giveUpHours }) {
  must([undefined, 'first', 'next'].includes(start), `${name}.start`, 'must be "first" or "next"');
  must(writeKeys === undefined || (Array.isArray(writeKeys) && writeKeys.every(isText)),
    `${name}.writeKeys`, 'must be a list of write keys');
  for (const [key, value] of Object.entries({ batch, timeoutMs, giveUpHours })) {
    must(value === undefined || (Number.isInteger(value) && value > 0),
      `${name}.${key}`, 'must be a whole number above 0');
  }
}

/** What only this type has. */
function checkOwn(name, given, { needs, takes, texts = {}, single }) {
  must(!single || !(given.batch > 1), `${name}.batch`,
    `is 1: ${given.type} takes one event in a request`);
  for (const key of [...needs, ...takes]) {
    const value = given[key];
    if (value === undefined || key === 'headers') continue;
    const words = texts[key];
    must(words ? words.includes(value) : isText(value),
      `${name}.${key}`, `must be ${words ? words.join(' or ') : 'a text'}`);
  }
  must(given.format === undefined || given.mapping === undefined,
    `${name}.mapping`, 'and "format" exclude each other');
  if (given.headers === undefined) return;
  try {
    new Headers(given.headers);
  } catch {
    throw wrong(`${name}.headers`, 'must be an object of names and values of HTTP');
  }
  must(isObject(given.headers) && Object.values(given.headers).every(isText),
    `${name}.headers`, 'must be an object of texts');
}

function endpointOf(name, given, vendor) {
  const url = given.endpoint ?? vendor.endpoint?.(given);
  must(isText(url), `${name}.endpoint`, 'is missing');
  const { protocol } = URL.canParse(url) ? new URL(url) : {};
  must(protocol === 'https:' || protocol === 'http:', `${name}.endpoint`,
    'must be an address that begins with https:// or http://');
  return url;
}

function consentOf(name, given) {
  const rule = typeof given === 'string' ? { category: given } : given;
  if (rule === undefined) return undefined;
  const { category, unknown = 'skip' } = isObject(rule) ? rule : {};
  must(isText(category) && ['skip', 'send'].includes(unknown), `${name}.consent`,
    'must be a category, or {"category": "ads", "unknown": "skip" or "send"}');
  return { category, unknown };
}

/**
 * The mapping that the core is to load: the destination's own, or its type's with the
 * filters added; of a type without one the filters alone.
 */
function mappingOf(name, { mapping, params, filters = [], format }, vendor, folder) {
  must(mapping === undefined || filters.length === 0, `${name}.filters`,
    'belong into the mapping, where there is one');
  must(mapping === undefined || vendor.mapping !== false, `${name}.mapping`,
    'is none that this type takes; it takes "filters"');
  const base = isObject(mapping) ? mapping
    : isText(mapping) ? readMapping(name, resolve(folder, mapping))
      : vendor.mapping && format !== 'agent' ? readMapping(name, vendor.mapping) : {};
  const global = { ...base.global, filters: [...base.global?.filters ?? [], ...filters] };
  return { ...base, global, params: { ...base.params, ...params } };
}

function readMapping(name, file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`${name}.mapping`, `cannot be read: ${error.message}`);
  }
}
