// What the site wants synced: its configuration, checked. docs/SYNC.md has the members.
import { METHODS } from './methods.js';

const DAY_MS = 86400000;
const MOST = 30; // entries: a bundle for the server has room for so many vendors
const NAME = /^(?!__)\w{1,64}$/;
const OWN = ['facebookTag', 'googleAnalytics4'];
const MEMBERS = ['provider', 'key', 'method', 'source', 'path', 'credentials', 'ttl', 'timeout', 'consent'];

const isText = (value) => typeof value === 'string' && value !== '';
const isIn = (value, least, most) => typeof value === 'number' && value >= least && value <= most;

/** Meta's click id, which is kept in Meta's own cookie. */
export const isClickCookie = ({ provider, key, method, source }) =>
  provider === 'facebookTag' && key === '_fbc' && method === 'urlParams' && source === 'fbclid';

// What is wrong with an entry, as a sentence's end; undefined: nothing.
const faultOf = (entry) => {
  if (!entry || typeof entry !== 'object') return 'is no object';
  const { provider, key, method, source, path, credentials, ttl, timeout, consent } = entry;
  const unknown = Object.keys(entry).find((name) => !MEMBERS.includes(name));
  if (unknown) return `has a member that is not known: ${unknown}`;
  if (![provider, key].every((name) => isText(name) && NAME.test(name))) return 'needs provider and key, 1 to 64 letters, digits or _';
  if (!Object.keys(METHODS).includes(method)) return `needs a method: ${Object.keys(METHODS).join(', ')}`;
  if (!isText(source)) return 'needs a source';
  if (OWN.includes(provider) && !isClickCookie(entry)) return `is of ${provider}, whose cookies the agent reads by itself`;
  if (METHODS[method]._asks && !/^(https?:)?\/\/|^\//.test(source)) return 'needs an address as source: https://… or /…';
  if (path != null && !isText(path)) return 'has a path that is no text';
  if (credentials != null && !['include', 'omit'].includes(credentials)) return 'has credentials other than "include" and "omit"';
  if (!isIn(ttl, 0, 3650) || ttl === 0) return 'has a ttl that is no number of days, at most 3650';
  if (!isIn(timeout, 1, 30000)) return 'has a timeout that is no number of milliseconds, at most 30000';
  if (!isText(consent)) return 'has a consent that is no category';
};

/**
 * The entries that are good.
 * @param list of the site
 * @param {(text: string) => void} complain of the others
 */
export const readEntries = (list, complain) => {
  if (!Array.isArray(list)) return complain('the configuration is no list') || [];
  const entries = new Map();
  for (const [i, given] of list.entries()) {
    const isClick = given && isClickCookie(given);
    const entry = { ttl: isClick ? 90 : 30, timeout: 2000, consent: 'ads', ...given };
    const fault = (given && typeof given === 'object' ? faultOf(entry) : 'is no object') || (entries.size >= MOST && `is more than ${MOST}`);
    const name = `${entry.provider}.${entry.key}`;
    if (fault) complain(`entry ${i} ${fault}`);
    else if (entries.has(name)) complain(`entry ${i} is there already: ${name}`);
    else entries.set(name, { ...entry, name, isClick, ttlMs: entry.ttl * DAY_MS });
  }
  return [...entries.values()];
};

/** The site's list: itself, its JSON, or the address of that. Rejects where it is none. */
export const loadList = async (option) => {
  if (typeof option !== 'string') return option;
  if (/^\s*[[{]/.test(option)) return JSON.parse(option);
  const answer = await fetch(option);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
};
