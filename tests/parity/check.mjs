// Each field that a peer was recorded to send, against our events of the same
// visit, by what fields.mjs says of it.
import { leavesOf } from './decode.mjs';
import { FACTS, NOT, pattern } from './fields.mjs';
import { PEERS, SDKS } from './sdks.mjs';

// What peers say instead of leaving a field out.
const isNothing = (value) => value === null || value === '' || value === 'EMPTY';

/**
 * @param {string} peer
 * @param {object} recording of recorded.mjs
 * @param {object[]} ours messages of decode.mjs
 * @returns {{ unknown, stale, not, facts }}
 *   unknown: paths that fields.mjs does not have; stale: what it has and nobody
 *   sends; not: { reason: [path, …] }; facts: of each that the peer sends
 *   { fact, fields: paths of fields.mjs, paths: of the recording,
 *     missing: [{ path, theirs, ours }, …] }
 */
export function check(peer, recording, ours) {
  // What names one field goes before what names many.
  const open = ({ path }) => (path.includes('<') ? 1 : 0);
  const rules = [...factRules(peer), ...notRules(peer)].sort((a, b) => open(a) - open(b));
  const events = eventsOf(ours);
  const used = new Set();
  const unknown = [];
  const not = {};
  const facts = new Map();

  for (const [path, values] of Object.entries(recording.fields)) {
    const rule = rules.find(({ test }) => test.test(path));
    if (!rule) {
      unknown.push(path);
      continue;
    }
    used.add(rule);
    if (rule.reason) {
      (not[rule.reason] ??= new Set()).add(rule.path);
      continue;
    }
    const { fact } = rule;
    if (!facts.has(fact)) facts.set(fact, { fact, fields: new Set(), paths: [], missing: [] });
    const found = facts.get(fact);
    found.fields.add(rule.path);
    found.paths.push(path);
    const lack = missing(rule, path, values, recording, events);
    if (lack) found.missing.push(lack);
  }
  return {
    unknown,
    stale: rules.filter((rule) => !used.has(rule)).map(({ path }) => path),
    not,
    facts: [...facts.values()],
  };
}

/** The paths of our events that hold nothing a peer sends by default. */
export function oursAlone(ours) {
  const claims = FACTS.filter(({ peers = {} }) => PEERS.some((id) => peers[id])).flatMap(placesOf).map((place) => place.replaceAll('.', '\\.').replace('*', '[^.]+'));
  const claimed = [...claims.map((claim) => new RegExp(`^${claim}($|[.[])`)), ...notRules('firsthand').map(({ test }) => test)];
  const paths = new Set(eventsOf(ours).flatMap((event) => Object.keys(leavesOf(event))));
  return [...paths].filter((path) => !claimed.some((test) => test.test(path)));
}

/** Where in our event a fact is, or what it follows from. */
export const placesOf = ({ ours, at: places, from }) => places ?? from ?? [ours];

/** What holds for a peer holds for it with more options too. */
const of = (peer) => (SDKS[peer].is ? [SDKS[peer].is, peer] : [peer]);

function factRules(peer) {
  return FACTS.flatMap((fact) => of(peer).flatMap((id) => fact.peers?.[id] ?? []).map((field) => {
    const [path, how = (value) => value] = Array.isArray(field) ? field : [field];
    return { path, how, fact, test: pattern(path) };
  }));
}

function notRules(peer) {
  return of(peer).flatMap((id) => Object.entries(NOT[id])).flatMap(([reason, paths]) => paths.map((path) => ({ path, reason, test: pattern(path) })));
}

/** Our events, each with its envelope, and how it was called. */
function eventsOf(messages) {
  let envelope;
  const events = [];
  for (const { page, call, body } of messages) {
    if (!call) envelope = body.body;
    else events.push(Object.assign({ ...envelope, ...body }, { [ABOUT]: { page, call } }));
  }
  return events;
}
const ABOUT = Symbol('page and call');

/** Undefined if it is with us what it is with them, else an example. */
function missing(rule, path, values, { messages }, events) {
  const name = path.match(rule.test)[1] ?? path.split('.').at(-1);
  const { fact } = rule;
  const place = typeof fact.ours === 'string' && fact.ours.replace('*', campaignName(name));
  const ours = (event) => (place ? at(event, place) : fact.ours(event, name));
  const sent = values.filter(([value]) => !isNothing(value));
  if (fact.kind) return unlike(fact.kind, sent, messages, events, ours, path);

  for (const [theirs, where] of sent) {
    for (const index of where) {
      const there = candidates(events, messages[index]);
      const made = there.map((event) => rule.how(ours(event), { event, theirs, visit: events }));
      if (!made.some((value) => same(value, theirs))) return { path, theirs, ours: made.find((value) => value !== undefined) };
    }
  }
  return undefined;
}

/** The events of the same call; of what is no call of the visit, all. */
function candidates(events, { page, call }) {
  const named = events.filter((event) => event[ABOUT].call === call && event[ABOUT].page === page);
  return named.length ? named : events;
}

/** Ids, counts and times: no value is the same, but they change together. */
function unlike(kind, sent, messages, events, ours, path) {
  if (!sent.length) return undefined;
  const lack = (one) => one && { path, theirs: one.theirs, ours: one.mine };
  const pairs = [];
  for (const [theirs, where] of sent) {
    for (const message of where.map((index) => messages[index])) {
      // Of what is no call of the visit it is not known which event of ours is its like.
      const event = message.call ? events.find((one) => one[ABOUT].call === message.call && one[ABOUT].page === message.page) : events[0];
      if (event) pairs.push({ theirs, mine: ours(event), at: message.at });
    }
  }
  if (!pairs.length) return lack({ theirs: sent[0][0] });
  const together = {
    id: (a, b) => (a.theirs === b.theirs) === (a.mine === b.mine),
    count: (a, b) => Math.sign(a.theirs - b.theirs) === Math.sign(a.mine - b.mine),
    time: (a) => near(a.theirs, a.at) && !Number.isNaN(time(a.mine)),
  };
  return lack(pairs.find(({ mine }) => mine === undefined) ?? pairs.find((a) => !pairs.every((b) => together[kind](a, b))));
}

const time = (value) => (/^\d+(\.\d+)?$/.test(value) ? Number(value) * (value < 1e11 ? 1000 : 1) : Date.parse(value));
const near = (value, ms) => Math.abs(time(value) - ms) < 120_000;

const campaignName = (name) => (name === 'utm_campaign' ? 'name' : name?.replace(/^utm_/, ''));
const at = (value, path) => path.split('.').reduce((inner, name) => inner?.[name], value);

/** 79.5 is "79.5", and a list is the same in any order. */
function same(mine, theirs) {
  if (mine === undefined) return false;
  const text = (value) => (Array.isArray(value) ? JSON.stringify(value.map(String).sort()) : String(value));
  return text(mine) === text(theirs);
}
