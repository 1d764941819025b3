// firsthand/server: what the browser knows of a visit, for events that the server makes.
//
//   import { stitch } from 'firsthand/server'
//   const visit = stitch(request)
//   analytics.track({ ...visit.segment(), event: 'Order Completed', properties })
//
// What a carrier may say is decided by the C core (src/stitch.h), as in the browser; here
// it is found, its signature is checked, and it gets the shapes of the official server
// SDKs. docs/HYBRID.md.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createCore, Refusal } from '../relay/core.mjs';
import { carrierIn, requestFacts } from './carriers.mjs';
import { createShapes } from './shapes.mjs';

export { HEADER } from './carriers.mjs';

/** What no visit is older than; for events where age does not matter. */
const FOR_EVER_MS = 1e14;

const SENTENCES = {
  no_bundle: 'there is no carrier of a bundle in what was given',
  invalid_json: 'the text is not valid JSON',
  unsigned: 'the bundle has no signature',
  forged: 'the signature is not of this bundle, or of another secret',
};

let core; // made at the first call

const run = (input) => (core ??= createCore()).stitch(JSON.stringify(input));

const hmac = (text, secret) => createHmac('sha256', secret).update(text).digest('base64url');

const isSame = (one, other) => {
  const [a, b] = [one, other].map((text) => Buffer.from(text));
  return a.length === b.length && timingSafeEqual(a, b);
};

/** { bundle, from } of a source, or { reason, message }; with what a request tells. */
const read = (source, { prefix, secret, now, maxAge }) => {
  const facts = {};
  const refuse = (reason, message = SENTENCES[reason]) => ({ facts, reason, message });
  try {
    Object.assign(facts, requestFacts(source));
    const { reason, from, value } = carrierIn(source, prefix);
    if (reason) return refuse(reason);
    const [text, sig] = run({ from, value, prefix, now, maxAge }).split('\n');
    if (secret && !sig) return refuse('unsigned');
    if (secret && !isSame(sig, hmac(text, secret))) return refuse('forged');
    return { facts, from, bundle: JSON.parse(text) };
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.reason, error.message);
    return refuse('no_bundle', `it could not be read: ${error?.message}`); // an object of the caller's that throws
  }
};

/** A carrier of a bundle, signed if there is a secret. */
const carry = (bundle, to, { prefix, secret } = {}) => {
  const isText = to === 'header';
  const given = { prefix, now: bundle.at };
  const write = (value) => {
    const text = run({ ...given, from: 'json', value, to });
    return isText ? text : JSON.parse(text);
  };
  const plain = write(bundle);
  if (!secret) return plain;
  // What is signed is what the carrier has room for.
  const [text] = run({ ...given, from: to === 'fields' ? 'flat' : to, value: plain }).split('\n');
  return write({ ...bundle, sig: hmac(text, secret) });
};

/**
 * Reads the bundle that came with something, and gives it the shapes of server SDKs. Never
 * throws: without a good bundle they have what is known otherwise, so that no event is
 * lost for it. See index.d.ts.
 */
export const stitch = (source, options = {}) => {
  const { present = true, userId, ip, now = Date.now(), maxAge, prefix, secret } = options;
  const age = present ? maxAge : FOR_EVER_MS;
  const { bundle, from, reason, message, facts } = read(source, {
    prefix,
    secret,
    now: Math.floor(now),
    maxAge: age === undefined ? undefined : Math.floor(Math.min(Math.max(0, age), FOR_EVER_MS)),
  });
  const visit = present ? bundle : undefined;
  const known = {
    userId: userId === undefined ? bundle?.userId : userId || undefined,
    ip: present ? ip ?? facts.ip : undefined,
    userAgent: present ? facts.userAgent ?? bundle?.context?.userAgent : undefined,
  };
  const carrier = (to, none) => (carrierOptions) => (bundle ? carry(bundle, to, carrierOptions) : none());
  return {
    ok: !!bundle,
    ...(bundle ? { from } : { reason, message }),
    bundle: bundle ?? null,
    present,
    userId: known.userId,
    anonymousId: visit?.anonymousId,
    sessionId: visit?.sessionId,
    ...createShapes(visit, known),
    json: carrier('json', () => ({})),
    flat: carrier('flat', () => ({})),
    fields: carrier('fields', () => ({})),
    header: carrier('header', () => ''),
  };
};
