// From the bytes of a request to events that may be stored: Segment's HTTP API
// v1, checked and stamped. Pure: the clock and the id maker are arguments.
import { asObject, isObject, isText, parse, parseObject } from './json.mjs';
import {
  BATCH_EVENTS, COPIED_BYTES, EVENT_BYTES, MESSAGE_ID_CHARS,
  SHARED_BYTES,
} from './limits.mjs';
import { refuse } from './refuse.mjs';
import { batchOfStub, isOfStub } from './stub.mjs';
import { writeKeyOf } from './writekey.mjs';

const TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'];

// Maps, not objects: a path such as /v1/constructor must find nothing.
const CALLS = new Map(
  [...TYPES, 'batch'].flatMap((call) => [
    [`/v1/${call}`, call],
    [`/v1/${call[0]}`, call],
  ]),
);

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
 * cannot choose one. Numbers are read as JavaScript reads them (doubles).
 *
 * @param {object} request
 * @param {string} request.call what `callOf` gave.
 * @param {Uint8Array} request.body
 * @param {object} [request.headers] authorization is used when the body has no
 *   writeKey; cookie and user-agent when the page's snippet posts.
 * @param {number} request.now ms since 1970; becomes `receivedAt`.
 * @param {() => string} request.newId makes a messageId where one is missing.
 * @param {(row: object) => {reason: string, message: string}|undefined}
 *   [request.inspect] the last word on an event that is right: what is wrong
 *   with its row after all.
 * @returns {{events: object[], refused: object[], batch: object|undefined,
 *   envelope: object}} `events` and `batch` are rows for the event log; `refused` has
 *   `{index, messageId, error}` for each event that was not taken.
 * @throws an error of `refuse`: 400 not a Segment body, 401 no writeKey, 413
 *   too much.
 * @see segment.com/docs/connections/sources/catalog/libraries/server/http-api
 */
export function ingest({ call, body, headers = {}, now, newId, inspect }) {
  const envelope = envelopeOf(body, { call, headers, newId });
  const writeKey = writeKeyOf(envelope, headers.authorization);
  const shared = sharedOf(envelope);
  const receivedAt = new Date(now).toISOString();

  const events = [];
  const refused = [];
  envelope.batch.forEach((event, index) => {
    try {
      const { firsthandId, ...stamped } = stamp(event, { shared, receivedAt, newId });
      const { messageId, type, timestamp } = stamped;
      const row = {
        messageId, type, timestamp, writeKey, receivedAt, id: firsthandId,
        body: encode(stamped, 'The event', Infinity),
      };
      const wrong = inspect?.(row);
      if (wrong) refused.push({ index, messageId, reason: wrong.reason, error: wrong.message });
      else events.push(row);
    } catch (error) {
      if (!error.status) throw error;
      refused.push({ index, messageId: idOf(event), error: error.message });
    }
  });
  return { events, refused, batch: batchRow(envelope, writeKey, receivedAt), envelope };
}

function envelopeOf(body, { call, headers, newId }) {
  if (call !== 'batch') return batchOfOne(parseObject(body), call);
  const sent = parse(body);
  if (!isOfStub(sent)) return asObject(sent);
  const { cookie, 'user-agent': userAgent } = headers;
  return batchOfStub(sent, { cookie, userAgent, newId });
}

/** A single call is a batch of one whose type the path has said. */
function batchOfOne(event, type) {
  return { batch: [{ ...event, type }], writeKey: event.writeKey };
}

/** What the batch says once for all its events. */
function sharedOf(envelope) {
  const { batch, sentAt } = envelope;
  if (!Array.isArray(batch)) {
    throw refuse(400, 'A batch needs "batch": an array of events.');
  }
  if (batch.length > BATCH_EVENTS) {
    throw refuse(413,
      `The batch has ${batch.length} events; the limit is ${BATCH_EVENTS}.`);
  }
  timeOf(envelope, 'sentAt'); // wrong for one event, wrong for all
  const context = objectOf(envelope, 'context');
  const integrations = objectOf(envelope, 'integrations');
  const copied = encodeShared('context', context)
    + encodeShared('integrations', integrations);
  if (Buffer.byteLength(copied) * batch.length > COPIED_BYTES) {
    throw refuse(413, 'The batch\'s "context" and "integrations" are too big '
      + `for ${batch.length} events; send smaller batches.`);
  }
  return { context, integrations, sentAt, steady: isSteady(envelope) };
}

/**
 * Whether our own agent sends events of the page that it is in (it tells of that
 * page's drops): sentAt and every "timestamp" are then of one clock that nobody
 * can set. Other agents, and events of earlier pages, only have the wall clock.
 */
function isSteady({ firsthand }) {
  return isObject(firsthand) && firsthand.dropped !== undefined;
}

/**
 * What our own agent says about a batch (its stream, sequence, drops) is kept
 * as it came; nothing here depends on what is in it. The event log's ledger
 * reads it (block.mjs).
 */
function batchRow({ firsthand, sentAt }, writeKey, receivedAt) {
  if (firsthand === undefined) return undefined;
  return {
    writeKey, receivedAt,
    sentAt: sentAt ?? null,
    firsthand: encodeShared('firsthand', firsthand),
  };
}

/** Checks one event and gives it what the receiver has to add. */
function stamp(event, { shared, receivedAt, newId }) {
  check(event);
  const { writeKey, ...own } = event; // a key is no part of what happened
  return {
    ...own,
    messageId: own.messageId ?? newId(),
    context: under(shared.context, own.context),
    integrations: under(shared.integrations, own.integrations),
    ...times(own, shared, receivedAt),
  };
}

function check(event) {
  if (!isObject(event)) throw refuse(400, 'An event must be a JSON object.');
  encode(event, 'The event', EVENT_BYTES);
  if (!TYPES.includes(event.type)) {
    throw refuse(400, `"type" must be one of ${TYPES.join(', ')}.`);
  }
  if (!isText(event.userId) && !isText(event.anonymousId)) {
    throw refuse(400,
      'An event needs "userId" or "anonymousId", a string that is not empty.');
  }
  if (event.type === 'track' && !isText(event.event)) {
    throw refuse(400,
      'A track call needs "event", its name: a string that is not empty.');
  }
  if (event.messageId != null && idOf(event) === null) {
    throw refuse(400, '"messageId" must be a string of 1 to '
      + `${MESSAGE_ID_CHARS - 1} characters.`);
  }
  for (const name of ['properties', 'traits', 'context', 'integrations']) {
    objectOf(event, name);
  }
}

/** The event's messageId if it is one that can be stored and answered. */
function idOf(event) {
  const id = event?.messageId;
  return isText(id) && id.length < MESSAGE_ID_CHARS ? id : null;
}

/**
 * Only the first level is merged: an event's own `page` is one whole, and half
 * of another page under it would be untrue. Spread makes own properties, so a
 * key named `__proto__` stays data.
 */
function under(shared, own) {
  return shared || own ? { ...shared, ...own } : undefined;
}

/**
 * Segment's correction of a wrong clock: how long before sending it happened
 * is known exactly, when it was received too.
 * segment.com/docs/connections/spec/common/#timestamps
 */
function times(event, shared, receivedAt) {
  const original = timeOf(event, 'originalTimestamp');
  const originalTimestamp =
    event.originalTimestamp ?? event.timestamp ?? undefined;
  const sentAt = shared.sentAt ?? event.sentAt ?? undefined;
  const happened = shared.steady || original === undefined
    ? timeOf(event, 'timestamp') : original;
  const left = timeOf({ sentAt }, 'sentAt');
  const skew = left === undefined ? 0 : Date.parse(receivedAt) - left;
  return {
    originalTimestamp, sentAt, receivedAt,
    timestamp: happened === undefined
      ? receivedAt : new Date(happened + skew).toISOString(),
  };
}

const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** A time as ms, undefined where there is none, refused where it is bad. */
function timeOf(owner, name) {
  const value = owner[name];
  if (value == null) return undefined;
  const ms = isText(value) ? parseIso(value) : NaN;
  if (Number.isNaN(ms)) {
    throw refuse(400, `"${name}" must be an ISO 8601 time, such as `
      + '2026-01-31T09:30:00.000Z.');
  }
  return ms;
}

/** A time without zone is UTC: this machine's zone says nothing about it. */
function parseIso(text) {
  const [whole, clock, zone] = ISO.exec(text) ?? [];
  return Date.parse(clock && !zone ? `${whole}Z` : whole);
}

function objectOf(owner, name) {
  const value = owner[name] ?? undefined;
  if (value !== undefined && !isObject(value)) {
    throw refuse(400, `"${name}" must be a JSON object.`);
  }
  return value;
}

/** The text of what the batch says under one name, '' where it says nothing. */
function encodeShared(name, value) {
  return value === undefined
    ? '' : encode(value, `The batch's "${name}"`, SHARED_BYTES);
}

/** JSON text within a limit. V8 parses any depth, but writes by recursion. */
function encode(value, what, limit) {
  let text;
  try {
    text = JSON.stringify(value);
  } catch {
    throw refuse(400, `${what} is nested too deeply.`);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > limit) {
    throw refuse(413, `${what} has ${bytes} bytes; the limit is ${limit}.`);
  }
  return text;
}
