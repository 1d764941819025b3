// From the bytes of a request to events that may be stored: Segment's HTTP API
// v1, checked and stamped. Pure: the clock and the id maker are arguments.
import { createCore, EVENT, HEAD } from './core.mjs';
import { isObject, isText, parse } from './json.mjs';
import { BATCH_EVENTS, COPIED_BYTES, SHARED_BYTES } from './limits.mjs';
import { refuse } from './refuse.mjs';
import { batchOfStub, isOfStub } from './stub.mjs';
import { writeKeyOf } from './writekey.mjs';

// Their places are the core's numbers for them (src/request.h).
const TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'];
const BATCH = -1;

/** Codes of the core's refusals (src/errors.def, src/refusal.def). */
const LARGE = -6;
const NOT_AN_OBJECT = -130;
const BAD_TIME = -135;

// Maps, not objects: a path such as /v1/constructor must find nothing.
const CALLS = new Map([
  ...[...TYPES, 'batch'].flatMap((call) => [
    [`/v1/${call}`, call],
    [`/v1/${call[0]}`, call],
  ]),
  ['/v1/import', 'batch'],
  ['/v1/compact', 'batch'], // the address tells our agent what is understood here
]);

const core = createCore();

/**
 * @param {string} path of the URL, without query.
 * @returns {string|undefined} the Segment call behind it: a type or 'batch'.
 */
export const callOf = (path) => CALLS.get(path);

/**
 * Reads one request.
 *
 * A bad event does not harm its neighbours: it is listed in `refused`, the
 * others are in `events`. What is wrong with the request as a whole is thrown.
 * The body's bytes alone decide what it is, never a content type: a beacon
 * cannot choose one. What is stored is cut out of the body, so numbers keep
 * their own text.
 *
 * @param {object} request
 * @param {string} request.call what `callOf` gave.
 * @param {Buffer} request.body
 * @param {object} [request.headers] authorization is used when the body has no
 *   writeKey; cookie and user-agent when the page's snippet posts.
 * @param {number} request.now ms since 1970; becomes `receivedAt`.
 * @param {() => string} request.newId makes a messageId where one is missing.
 * @param {object} [request.sender] what is known of who sent it, sender.mjs.
 * @param {(row: object) => {reason: string, message: string}|undefined}
 *   [request.inspect] the last word on an event that is right: what is wrong
 *   with its row after all.
 * @returns {{events: object[], refused: object[], batch: object|undefined,
 *   envelope: {writeKey: string, events: number, firsthand: *}}} `events` and
 *   `batch` are rows for the event log; `refused` has `{index, messageId,
 *   reason, error}` for each event that was not taken.
 * @throws an error of `refuse`: 400 not a Segment body, 401 no writeKey, 413
 *   too much.
 * @see segment.com/docs/connections/sources/catalog/libraries/server/http-api
 */
export function ingest({ call, body, headers = {}, now, newId, sender, inspect }) {
  const sent = read(body, { call, headers, newId });
  const single = call !== 'batch';
  const writeKey = writeKeyOf({ writeKey: keyIn(sent, single) }, headers.authorization);
  const envelope = single ? { events: 1 } : envelopeOf(sent);
  const receivedAt = new Date(now).toISOString();
  const stamp = stamper(sent, { envelope, writeKey, now, receivedAt, newId, sender });

  const events = [];
  const refused = [];
  for (let index = 0; index < envelope.events; index++) {
    const at = HEAD.words + index * EVENT.words;
    const problem = sent.table[at + EVENT.problem];
    const row = problem === 0 && stamp(at);
    const wrong = row ? inspect?.(row) : core.refusal(problem || BAD_TIME);
    if (wrong) refused.push({ index, messageId: idIn(sent, at), reason: wrong.reason, error: sentenceOf(wrong) });
    else events.push(row);
  }
  return { events, refused, batch: batchRow(envelope, writeKey, receivedAt), envelope: { ...envelope, writeKey } };
}

/** As a reader of answers expects it: from a capital to a stop. */
const sentenceOf = ({ message }) => `${message[0].toUpperCase()}${message.slice(1)}.`;

/** @returns {{text: string, table: Int32Array}} see core.mjs. */
function read(body, { call, headers, newId }) {
  const bytes = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
  if (bytes.length === 0) throw refuse(400, 'The body is empty; send JSON.');
  const outline = (whole) => core.outline(whole, call === 'batch' ? BATCH : TYPES.indexOf(call));
  try {
    const sent = outline(bytes);
    return call === 'batch' && isCompact(sent) ? outline(core.expand(bytes)) : sent;
  } catch (error) {
    if (error.status) throw error;
    if (error.code === LARGE) throw refuse(413, 'The batch is too large with what its events share; send smaller batches.');
    if (error.code === NOT_AN_OBJECT) return readStub(bytes, { headers, newId });
    throw whyNot(bytes, error);
  }
}

/** Whether its events leave out what they have in common. */
function isCompact(sent) {
  const firsthand = sharedAt(sent, 'firsthand');
  return firsthand !== undefined && JSON.parse(firsthand)?.v === 2;
}

/** A body that is no object may still be what the page's snippet posts. */
function readStub(bytes, { headers, newId }) {
  const sent = parse(bytes);
  if (!isOfStub(sent)) throw refuse(400, 'The body must be a JSON object.');
  const { cookie, 'user-agent': userAgent } = headers;
  const batch = batchOfStub(sent, { cookie, userAgent, newId });
  return core.outline(Buffer.from(JSON.stringify(batch)), BATCH);
}

/** V8 knows where it is wrong. What only the core refuses is said by the core. */
function whyNot(bytes, { message }) {
  try {
    parse(bytes);
  } catch (error) {
    return error;
  }
  return refuse(400, `The body is ${message}.`);
}

/** The text at a place of the table; undefined where nothing is. */
const textAt = ({ text, table }, at) =>
  (table[at + 1] > 0 ? text.slice(table[at], table[at + 1]) : undefined);

/** The value there, which is small; null counts as none. */
function valueAt(sent, at) {
  const text = textAt(sent, at);
  const value = text === undefined ? undefined : JSON.parse(text) ?? undefined;
  // Half a character could not be stored as it is.
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function keyIn(sent, single) {
  if (!single) return valueAt(sent, HEAD.writeKey);
  const at = HEAD.words;
  if (sent.table[at + EVENT.problem] === NOT_AN_OBJECT) throw refuse(400, 'The body must be a JSON object.');
  return valueAt(sent, at + EVENT.writeKey);
}

/** What the batch says once for all its events. */
function envelopeOf(sent) {
  const events = sent.table[HEAD.events];
  if (events < 0) throw refuse(400, 'A batch needs "batch": an array of events.');
  if (events > BATCH_EVENTS) {
    throw refuse(413, `The batch has ${events} events; the limit is ${BATCH_EVENTS}.`);
  }
  const context = sharedAt(sent, 'context', isObject);
  const integrations = sharedAt(sent, 'integrations', isObject);
  if (Buffer.byteLength(`${context ?? ''}${integrations ?? ''}`) * events > COPIED_BYTES) {
    throw refuse(413, 'The batch\'s "context" and "integrations" are too big '
      + `for ${events} events; send smaller batches.`);
  }
  const firsthandText = sharedAt(sent, 'firsthand');
  const sentAt = valueAt(sent, HEAD.sentAt);
  if (sentAt !== undefined && Number.isNaN(timeOf(sentAt))) {
    throw refuse(400, '"sentAt" must be an ISO 8601 time, such as 2026-01-31T09:30:00.000Z.');
  }
  return {
    events, context, integrations, sentAt, firsthandText,
    firsthand: firsthandText && JSON.parse(firsthandText),
  };
}

/** The text of one of a batch's members. Without `allow` it may be anything. */
function sharedAt(sent, name, allow) {
  const text = textAt(sent, HEAD[name]);
  if (text === undefined || (allow && text === 'null')) return undefined;
  const bytes = Buffer.byteLength(text);
  if (bytes > SHARED_BYTES) {
    throw refuse(413, `The batch's "${name}" has ${bytes} bytes; the limit is ${SHARED_BYTES}.`);
  }
  if (allow && !allow(JSON.parse(text))) throw refuse(400, `"${name}" must be a JSON object.`);
  return text;
}

/**
 * What our own agent says about a batch (its stream, sequence, drops) is kept
 * as it came; nothing here depends on what is in it. The event log's ledger
 * reads it (block.mjs).
 */
function batchRow({ firsthandText, sentAt }, writeKey, receivedAt) {
  if (firsthandText === undefined) return undefined;
  return { writeKey, receivedAt, sentAt: sentAt ?? null, firsthand: firsthandText };
}

/** The event's messageId if it is one that can be stored and answered. */
function idIn(sent, at) {
  const text = textAt(sent, at + EVENT.messageId);
  if (text?.[0] !== '"' || text.length > 6 * 100 + 2) return null;
  const id = JSON.parse(text);
  return id.length > 0 && id.length < 100 ? id : null;
}

/**
 * Gives events what the receiver has to add.
 *
 * @returns {(at: number) => object|undefined} the row of the event whose words
 *   of the table begin at `at`; undefined where it has a bad time.
 */
function stamper(sent, { envelope, writeKey, now, receivedAt, newId, sender }) {
  const { text, table } = sent;
  // Our agent's "originalTimestamp" is the wall clock. RudderStack's server SDK puts
  // there when it was called, beside a "timestamp" that the caller may have chosen.
  const ours = isObject(envelope.firsthand);
  const steady = isSteady(envelope);
  const left = envelope.sentAt && timeOf(envelope.sentAt);
  const contextUnder = layers(envelope.context);
  const integrationsUnder = layers(envelope.integrations);
  const received = JSON.stringify(receivedAt);

  // Segment's correction of a wrong clock: how long before sending it happened
  // is known exactly, when it was received too.
  // segment.com/docs/connections/spec/common/#timestamps
  function times(at) {
    const original = clockAt(at + EVENT.originalTimestamp);
    const given = clockAt(at + EVENT.timestamp);
    const own = clockAt(at + EVENT.sentAt);
    if (!original || !given || !own) return undefined;
    const wall = ours && !steady;
    const happened = (wall ? original.ms : given.ms) ?? given.ms ?? original.ms;
    const sentMs = left ?? own.ms;
    const skew = sentMs === undefined ? 0 : now - sentMs;
    const timestamp = happened === undefined ? receivedAt : new Date(happened + skew).toISOString();
    const first = original.text ?? given.text;
    const sentText = envelope.sentAt === undefined ? own.text : JSON.stringify(envelope.sentAt);
    return {
      timestamp,
      members: `${first ? `,"originalTimestamp":${first}` : ''}${sentText ? `,"sentAt":${sentText}` : ''}`
        + `,"receivedAt":${received},"timestamp":"${timestamp}"`,
    };
  }

  const NO_TIME = {};

  /** A time as its text and ms; empty where there is none, undefined where it is bad. */
  function clockAt(at) {
    const end = table[at + 1];
    if (end === 0) return NO_TIME;
    const value = text.slice(table[at], end);
    if (value === 'null') return NO_TIME;
    const ms = value[0] === '"' ? timeOf(value.includes('\\') ? JSON.parse(value) : value.slice(1, -1)) : NaN;
    return Number.isNaN(ms) ? undefined : { text: value, ms };
  }

  function contextOf(at) {
    const own = ownAt(sent, at + EVENT.context);
    const agent = table[at + EVENT.userAgent + 1] > 0 ? textAt(sent, at + EVENT.userAgent) : undefined;
    if (!contextUnder && table[at + EVENT.hasFact] === 0) {
      return prepend(sender?.factsText(agent) ?? '', own);
    }
    const known = under(contextUnder, own);
    if (!sender) return known;
    const { userAgent, ip } = known ? JSON.parse(known) : {};
    return under(sender.facts(userAgent, ip), known);
  }

  return (at) => {
    const when = times(at);
    if (!when) return undefined;
    const type = TYPES[table[at + EVENT.type]];
    const messageId = valueAt(sent, at + EVENT.messageId) ?? newId();
    const context = contextOf(at);
    const integrations = under(integrationsUnder, ownAt(sent, at + EVENT.integrations));
    let kept = '';
    for (let run = 0; run < table[at + EVENT.runs]; run++) {
      kept += `,${textAt(sent, at + EVENT.kept + 2 * run)}`;
    }
    return {
      messageId, type, writeKey, receivedAt,
      timestamp: when.timestamp,
      id: valueAt(sent, at + EVENT.firsthandId),
      body: `{"type":"${type}","messageId":${JSON.stringify(messageId)}${kept}`
        + `${context ? `,"context":${context}` : ''}${integrations ? `,"integrations":${integrations}` : ''}`
        + `${when.members}}`,
    };
  };
}

/** As `textAt`; null counts as nothing. */
function ownAt(sent, at) {
  const text = textAt(sent, at);
  return text === 'null' ? undefined : text;
}

/**
 * Whether our own agent sends events of the page that it is in (it tells of that
 * page's drops): sentAt and every "timestamp" are then of one clock that nobody
 * can set. Other agents, and events of earlier pages, only have the wall clock.
 */
function isSteady({ firsthand }) {
  return isObject(firsthand) && firsthand.dropped !== undefined;
}

/** The members of an object that lies under others; undefined where there is none. */
const layers = (text) => (text === undefined ? undefined : [...new Map(core.members(text).map((pair) => [pair[0], pair])).values()]);

/**
 * Only the first level is merged: an event's own `page` is one whole, and half
 * of another page under it would be untrue.
 *
 * @param {[name: string, member: string][]} [members] as texts.
 * @param {string} [own] text of an object.
 */
function under(members, own) {
  if (!members) return own;
  const known = own ? JSON.parse(own) : {};
  const more = members.filter(([name]) => !Object.hasOwn(known, name));
  return prepend(more.map(([, member]) => member).join(','), own);
}

/** Members, as text, before those of an object. */
function prepend(members, own) {
  if (members === '') return own;
  const rest = own ? own.slice(1).trimStart() : '}';
  return `{${members}${rest[0] === '}' ? '' : ','}${rest}`;
}

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** A time as ms, NaN where it is none. One without zone is UTC: this machine's
 * zone says nothing about it. */
function timeOf(value) {
  if (!isText(value)) return NaN;
  const [whole, clock, zone] = ISO.exec(value) ?? [];
  return Date.parse(clock && !zone ? `${whole}Z` : whole);
}
