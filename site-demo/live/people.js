// @ts-check
// Stored events as people's timelines: who, and of whose visits each event is.
// It draws nothing.

import { calledAt, text } from './words.js';

/** @typedef {'browser' | 'server' | 'system'} Source */
/** @typedef {{ json: string, event: any }} Arrival */

/**
 * What came one after another, in one session or in none.
 * @typedef {object} Run
 * @property {string} key
 * @property {string} session ''  where there is none
 * @property {string} index      the visitor's how manieth it is
 * @property {boolean} isStart   its session has nothing before it here
 * @property {Arrival[]} arrivals newest first
 */

/**
 * @typedef {object} Person
 * @property {string} key
 * @property {string[]} users
 * @property {string[]} anonymous
 * @property {Record<Source, number>} counts
 * @property {Run[]} runs newest first
 */

const BROWSERS = ['firsthand', 'analytics.js', 'RudderLabs JavaScript SDK'];

/** @param {any} event */
export const sessionOf = ({ context }) =>
  text(context?.session?.id) || text(context?.sessionId);

/** Where it was made. A server's event with neither visitor nor session is of
 * the system's own accord.
 * @param {any} event
 * @returns {Source} */
export const sourceOf = (event) => {
  if (BROWSERS.includes(event.context?.library?.name)) return 'browser';
  return sessionOf(event) || text(event.anonymousId) ? 'server' : 'system';
};

/** @param {any} event */
const idsOf = ({ anonymousId, userId }) =>
  [text(anonymousId) && `a${text(anonymousId)}`, text(userId) && `u${text(userId)}`].filter(Boolean);

/** Arrivals by person: an event with two ids makes one of those who have them.
 * @param {Arrival[]} arrivals @returns {{ ids: Set<string>, arrivals: Arrival[] }[]} */
const byPerson = (arrivals) => {
  /** @type {Map<string, { ids: Set<string>, arrivals: Arrival[] }>} */
  const people = new Map();
  for (const arrival of arrivals) {
    const ids = idsOf(arrival.event);
    const same = new Set(ids.flatMap((id) => people.get(id) ?? []));
    const [person = { ids: new Set(), arrivals: [] }, ...others] = same;
    for (const other of others) {
      person.arrivals.push(...other.arrivals);
      for (const id of other.ids) person.ids.add(id);
    }
    person.arrivals.push(arrival);
    for (const id of ids) person.ids.add(id);
    for (const id of person.ids) people.set(id, person);
  }
  return [...new Set(people.values())];
};

/** @param {Arrival[]} sorted oldest first @returns {Run[]} */
const runsOf = (sorted) => {
  const begun = new Set();
  /** @type {Run[]} */
  const runs = [];
  for (const arrival of sorted) {
    const session = sessionOf(arrival.event);
    const last = runs.at(-1);
    if (last?.session === session) last.arrivals.unshift(arrival);
    else {
      const index = text(arrival.event.context?.session?.index);
      const key = `${session} ${text(arrival.event.messageId)}`;
      runs.push({ key, session, index, isStart: !begun.has(session), arrivals: [arrival] });
      begun.add(session);
    }
  }
  return runs.reverse();
};

/**
 * @param {Arrival[]} arrivals as they came, oldest first
 * @returns {Person[]} who came last first
 */
export const peopleOf = (arrivals) =>
  byPerson(arrivals)
    .map((person) => {
      // A batch may come later than what a server has said meanwhile.
      const sorted = [...person.arrivals].sort((a, b) => calledAt(a.event) - calledAt(b.event) || 0);
      const ids = [...person.ids];
      const named = (/** @type {string} */ kind) => ids.filter((id) => id[0] === kind).map((id) => id.slice(1));
      const counts = { browser: 0, server: 0, system: 0 };
      for (const { event } of sorted) counts[sourceOf(event)] += 1;
      return { key: ids[0], users: named('u'), anonymous: named('a'), counts, runs: runsOf(sorted) };
    })
    .reverse();

/** What brought the visitor, by the first event of a session that says it.
 * @param {Run} run */
export const broughtBy = ({ arrivals }) => {
  for (const { event } of [...arrivals].reverse()) {
    const { source, medium, name } = event.context?.campaign ?? {};
    const campaign = [source, medium, name].map(text).filter(Boolean);
    if (campaign.length) return { kind: 'campaign', words: campaign };
    const { type, domain } = event.context?.referrer ?? {};
    if (text(domain) && type !== 'internal') return { kind: 'referrer', words: [text(domain)] };
  }
  return { kind: 'direct', words: [] };
};
