// What is written into a shared log, as CloudEvents 1.0 in binary mode: facts in
// the message's headers, the event as its data (cloudevents.io). Events are for
// everyone to read; the other items only keep the relays' indexes the same.
import { randomUUID } from 'node:crypto';

const EVENT = 'firsthand.event.';
const ITEM = 'firsthand.log.';

/**
 * @param {object} item one of
 *   `{kind: 'event', event, batched}`, a row for the log, and whether the agent
 *   had a word with its batch;
 *   `{kind: 'batch', batch, doubled}`, a row of `batches`;
 *   `{kind: 'copies', writeKey, receivedAt, doubled}`, found after the batch;
 *   `{kind: 'dead', letter}`, `{kind: 'undead', letter}`, of `deadletters.mjs`;
 *   `{kind: 'dropped', name}`, a consumer;
 *   `{kind: 'erased', messageIds}`.
 * @returns {{kind: string, id: string, attributes: object, data: string}} `id`
 *   is safe in a header, and the same for copies of an event.
 */
export function encode(item) {
  const { kind, ...data } = item;
  const isEvent = kind === 'event';
  const attributes = isEvent ? attributesOf(item) : {
    id: randomUUID(), source: '/firsthand', type: ITEM + kind,
  };
  const headers = Object.entries({
    specversion: '1.0', datacontenttype: 'application/json', ...attributes,
  }).filter(([, value]) => value !== undefined);
  return {
    kind,
    id: safe(attributes.id),
    attributes: Object.fromEntries(headers.map(([name, value]) => [name, safe(value)])),
    data: isEvent ? item.event.body : JSON.stringify(data),
  };
}

function attributesOf({ event, batched }) {
  const { messageId, type, writeKey, receivedAt, timestamp, id } = event;
  return {
    id: messageId,
    source: `/firsthand/${writeKey}`,
    type: EVENT + type,
    time: timestamp,
    receivedat: receivedAt,
    ownid: id, // the agent's, where the page has chosen the messageId
    batched: batched ? 'true' : undefined,
  };
}

/**
 * @param {{attributes: object, data: string}} message as read.
 * @returns {object|undefined} the item; undefined for what is none: others may
 *   write into the same log.
 */
export function decode({ attributes, data }) {
  const read = (name) => attributes[name] && decodeURIComponent(attributes[name]);
  try {
    const type = read('type') ?? '';
    if (type.startsWith(ITEM)) {
      return { kind: type.slice(ITEM.length), ...JSON.parse(data) };
    }
    if (!type.startsWith(EVENT)) return undefined;
    const event = {
      messageId: read('id'),
      type: type.slice(EVENT.length),
      writeKey: read('source').slice('/firsthand/'.length),
      receivedAt: read('receivedat'),
      timestamp: read('time'),
      id: read('ownid'),
      body: data,
    };
    return { kind: 'event', event, batched: read('batched') === 'true' };
  } catch {
    return undefined;
  }
}

/** As the HTTP binding has it: printable ASCII, all else percent-encoded. */
const safe = (text) =>
  text.toWellFormed().replace(/[^\x21-\x7e]|[%"]/gu, encodeURIComponent);
