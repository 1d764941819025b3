// From the body of a request to Segment events, whole: what a receiver of batches
// would store. No network, no browser.
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { wholeEvents } from '../js-shim/whole.js';
import { batchOfStub, isOfStub } from '../relay/stub.mjs';

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const inflate = (body) => (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body);

const parse = (body) => {
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(inflate(body)));
  } catch {
    return undefined;
  }
};

// Only the first level is merged, as the relay does it (relay/ingest.mjs).
const under = (shared, own) => (shared || own ? { ...shared, ...own } : undefined);

const whole = (batch) => (event) => {
  const context = under(batch.context, event.context);
  const integrations = under(batch.integrations, event.integrations);
  return { ...event, ...(context && { context }), ...(integrations && { integrations }) };
};

/**
 * @param {string | Uint8Array} body
 * @param {object} [facts]
 * @param {string} [facts.cookie] of the page, where the snippet posted: it has the visitor's id
 * @param {string} [facts.userAgent]
 * @returns {{ events: object[], sentAt?: string, firsthand?: object } | undefined}
 *   undefined: this is no batch of Firsthand, nor a post of its snippet
 */
export const decode = (body, { cookie, userAgent } = {}) => {
  const sent = parse(body);
  if (isOfStub(sent) && typeof sent[0] === 'string') {
    return { events: batchOfStub(sent, { cookie, userAgent, newId: randomUUID }).batch };
  }
  if (!isObject(sent) || !isObject(sent.firsthand) || !Array.isArray(sent.batch)) return undefined;
  const { sentAt, firsthand } = sent;
  return { events: wholeEvents({ ...sent, batch: sent.batch.filter(isObject) }).map(whole(sent)), sentAt, firsthand };
};
