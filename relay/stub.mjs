// Calls that the snippet posts itself, because the page ended before the agent
// had come: made into the events of a Segment batch, as the agent would have.
//
//   [writeKey, referrer, [[verb, args, url, title, wall], …]]
//   args: the call's arguments as a text of JSON
import { createHash } from 'node:crypto';

// The arguments of a verb, as in js-shim/agent.js: leading texts (or numbers:
// ids), then a bag of values, then options. Here: what the bag is called, and
// what the texts are, the last one first.
const VERBS = new Map([
  ['track', ['properties', 'event']],
  ['page', ['properties', 'name', 'category']],
  ['screen', ['properties', 'name', 'category']],
  ['identify', ['traits', 'userId']],
  ['group', ['traits', 'groupId']],
  ['alias', ['', 'previousId', 'userId']],
]);
const TEXTS = { track: 1, alias: 2 };
const OTHERS = new Set(['reset', 'flush', 'ready', 'consent', 'register', 'unregister', 'setAnonymousId', 'use']);

const COOKIE = /(?:^|;\s*)_fh=1\.([\w~-]{1,64})\./;
const REFUSED = /(?:^|;\s*)_fh=0(?:;|$)/;

// What the visitor has said on this page last, if anything.
const consentIn = (calls) => calls.filter((call) => call?.[0] === 'consent').map((call) => argsOf(call[1])?.[0]?.analytics).filter(Boolean).at(-1);

/** Whether this is what the snippet posts, and no call of Segment's API. */
export const isOfStub = (sent) => Array.isArray(sent) && Array.isArray(sent[2]);

/**
 * @param {Array} sent what was posted.
 * @param {object} who
 * @param {string} [who.cookie] header: has the visitor's id, if he was here before.
 * @param {string} [who.userAgent] header.
 * @param {() => string} who.newId makes an anonymousId where he was not.
 * @returns {object} a batch for `ingest`, untrusted like any other.
 */
export function batchOfStub([writeKey, referrer, calls], { cookie = '', userAgent, newId }) {
  const said = consentIn(calls);
  if (said ? said !== 'granted' : REFUSED.test(cookie)) return { writeKey, batch: [] };
  const known = COOKIE.exec(cookie)?.[1];
  const shared = { anonymousId: known ?? newId() };
  const batch = calls.filter((call) => !OTHERS.has(call?.[0]))
    .map((call) => ({ ...shared, ...eventOf(call, referrer, `${known}${userAgent}`) }));
  return { writeKey, batch };
}

/** What is no call of ours has no type, and `ingest` refuses it. */
function eventOf(call, referrer, visitor) {
  const [type, text, url, title, wall] = Array.isArray(call) ? call : [];
  const args = argsOf(text);
  if (!VERBS.has(type) || !args) return {};
  const [bag, ...names] = VERBS.get(type);
  let n = 0;
  while (['string', 'number'].includes(typeof args[n])) n++;
  n = TEXTS[type] ?? n;
  const { context, integrations } = args[n + 1] ?? {};
  const facts = factsOf({ url, title, referrer });
  const event = {
    messageId: idOf(call, visitor), type, integrations,
    timestamp: timeOf(wall),
    context: { library: { name: 'firsthand-snippet' }, page: facts, ...context },
  };
  if (bag) event[bag] = type === 'page' ? { ...facts, ...args[n] } : args[n] ?? {};
  for (const name of names) if (args[--n] !== undefined) event[name] = type === 'track' ? args[n] : String(args[n]);
  return event;
}

function argsOf(text) {
  try {
    const args = JSON.parse(text);
    return Array.isArray(args) ? args : undefined;
  } catch {
    return undefined;
  }
}

/** The same bytes are the same event: browsers repeat posts on their own. */
function idOf(call, visitor) {
  const hex = createHash('sha256').update(JSON.stringify([visitor, call])).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function timeOf(wall) {
  const time = new Date(typeof wall === 'number' ? wall : NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** Segment's page facts (src/page.c). */
function factsOf({ url, title, referrer }) {
  if (!URL.canParse(url)) return undefined;
  const { pathname, search, href, hash } = new URL(url);
  return { path: pathname, referrer, search, title, url: href.slice(0, href.length - hash.length) };
}
