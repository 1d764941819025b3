// Plays one case of tests/cases to the core in a WebAssembly module; native.c
// does the same to the native build, step for step. What a step means is told
// in tests/cases/README.md. No API of Node here: browsers run this file, too.
import { textAt } from './json-text.mjs';

const WHY = { due: 0, now: 1, last: 2, net: 3 };
const EVENTS = /"messageId":"/g;
const EVENTS_OF_ROW = /"type":"/g;
const KEY_BYTES = 16;
const LEDGER = 3; // of fh_state
const FED = 1; // of fh_adopt
const FED_ONLY = 2;

/**
 * @param {WebAssembly.Module|Function} module or what makes the exports of one
 * @param {object} testCase a parsed file of tests/cases
 * @param {object} limits FH_IO_BYTES, FH_MAX_BATCH_BYTES and FH_ERR_LARGE
 * @returns {{ failures: string[], hash: string, free: number }} what did not hold, a
 *   hash of every number and byte that the core gave back, and how many bytes from
 *   address 0 on, where the stack ends, were never written to
 */
export function play(module, testCase, limits) {
  const core = typeof module === 'function' ? module() : new WebAssembly.Instance(module).exports;
  const io = new Uint8Array(core.memory.buffer, core.io(), limits.FH_IO_BYTES);
  const clock = { wall: Date.UTC(2026, 0, 1), mono: 0, ...testCase.clock };
  const failures = [];
  let hash = 0x811c9dc5; // FNV-1a
  let place;
  let row = new Uint8Array(); // the last one of the journal
  let ledger = new Uint8Array(); // the last one

  const check = (holds, what) => {
    if (!holds) failures.push(`${place}: ${what}`);
    return holds;
  };
  const same = (actual, expected, what) =>
    check(actual === expected, `${what} is ${short(actual)}, not ${short(expected)}`);
  const mix = (byte) => (hash = Math.imul(hash ^ byte, 0x01000193) >>> 0);
  const now = () => [clock.wall, clock.mono];

  // Every number of the core goes through here, every text through `out`.
  const told = (number) => {
    for (let shift = 0; shift < 32; shift += 8) mix((number >> shift) & 255);
    return number;
  };
  const out = (length) => {
    for (const byte of io.subarray(0, told(length))) mix(byte);
    return new TextDecoder().decode(io.subarray(0, length));
  };
  // As js-shim/core.js does: the length, or the code of what does not fit.
  const put = (bytes) => {
    if (bytes.length > io.length) return limits.FH_ERR_LARGE;
    io.set(bytes);
    return bytes.length;
  };
  const returned = (step, number, least = 0) => {
    if ('rc' in step) same(number, step.rc, 'rc');
    else check(number >= least, `rc is ${number}`);
  };
  const keysIn = (bytes) => Array.from({ length: bytes.length / KEY_BYTES }, (_, i) => uuid(bytes.subarray(KEY_BYTES * i)));
  let keys; // of the rows that the last answer was the end of
  const ack = (status, body = '', retryAfter = 0) => {
    const rc = told(core.ack(status, put(encode(body)), retryAfter, ...now()));
    const bytes = io.subarray(0, KEY_BYTES * Math.max(0, rc));
    bytes.forEach(mix);
    keys = keysIn(bytes);
    return rc;
  };
  const advance = (ms) => {
    clock.wall += ms;
    clock.mono += ms;
  };

  const take = (why) => {
    const text = out(core.take(WHY[why], ...now()));
    const events = count(text, EVENTS);
    check(events < 2 || encode(text).length <= limits.FH_MAX_BATCH_BYTES, 'over FH_MAX_BATCH_BYTES');
    return { text, events };
  };

  const expectText = (step, text) => {
    if ('text' in step) same(text, step.text, 'text');
    for (const [pointer, value] of Object.entries(step.expect ?? {}))
      same(textAt(text, pointer), JSON.stringify(value), pointer);
    for (const [pointer, printed] of Object.entries(step.printed ?? {}))
      same(textAt(text, pointer), printed, pointer);
    for (const part of step.contains ?? []) check(text.includes(part), `no ${part}`);
    for (const pointer of step.absent ?? []) same(textAt(text, pointer), undefined, pointer);
  };

  const kinds = {
    start: (step) => returned(step, told(core.start(put(callText(step.start)), ...now())), 1),
    event: (step) => returned(step, told(core.event(put(callText(step.event)), ...now()))),
    raw: (step) => returned(step, told(core.event(put(callText(step.raw)), ...now()))),
    refused: (step) => returned(step, told(core.event(step.refused, ...now())), step.refused),
    poll: (step) => same(told(core.poll(...now())), step.poll, 'poll'),
    ack: (step) => {
      returned(step, ack(step.ack, step.body, step.retryAfter));
      if ('keys' in step) same(keys.join(), step.keys.join(), 'keys');
    },

    // The bytes of a row hold padding, which may be anything: they are not told.
    journal: (step) => {
      const length = told(core.journal());
      if (length) row = io.slice(0, length);
      const bytes = io.subarray(0, length && KEY_BYTES);
      bytes.forEach(mix);
      same(length ? count(new TextDecoder().decode(row), EVENTS_OF_ROW) : 0, step.journal, 'events');
      if ('key' in step) same(keysIn(bytes).join(), step.key, 'key');
    },

    adopt: (step) => {
      const bytes = row.slice(0, Math.max(0, row.length - (step.cut ?? 0)));
      if (step.byte) bytes[step.byte[0]] = step.byte[1];
      same(told(core.adopt(put(bytes), step.error ?? 0, ...now())), step.adopt, 'adopt');
    },

    ledger: () => {
      const length = told(core.state(LEDGER));
      ledger = io.slice(0, length);
      ledger.forEach(mix);
      check(length > 0, 'there is no ledger');
    },

    feed: (step) => {
      const fed = step.empty ? [] : row;
      const rc = told(core.adopt(put(Uint8Array.from([...fed, ...ledger])), step.only ? FED_ONLY : FED, ...now()));
      same(rc, step.feed, 'feed');
    },

    // The key is that of the last row.
    forget: (step) => same(told(core.forget(put(row.slice(0, KEY_BYTES)))), step.forget, 'forget'),

    acknowledged: (step) => {
      const rc = told(core.acknowledged(put(encode(step.acknowledged))));
      const bytes = io.subarray(0, KEY_BYTES * rc);
      bytes.forEach(mix);
      same(keysIn(bytes).join(), step.keys.join(), 'keys');
    },

    wait: (step) => same(told(core.wait(step.wait, ...now())), step.told ?? step.wait, 'told'),

    take: (step) => {
      const { text, events } = take(step.take);
      if (step.empty) return same(text, '', 'text');
      if (!check(text, 'nothing to take')) return;
      if ('events' in step) same(events, step.events, 'events');
      expectText(step, text);
    },

    restore: (step) => returned(step, told(core.restore(put(callText(step.restore))))),

    state: (step) => expectText(step, out(core.state(step.state))),

    // A page with an endpoint, until nothing is left to do.
    deliver: (step) => {
      const { poison, limit = Infinity } = step.deliver;
      let requests = 0;
      let delivered = 0;
      for (let ms; requests < 1000 && (ms = told(core.poll(...now()))) >= 0; requests++) {
        advance(ms);
        const { text, events } = take('due');
        const status = encode(text).length > limit ? 413 : poison && text.includes(poison) ? 400 : 200;
        if (status === 200) delivered += events;
        ack(status, status === 200 ? '{"success":true}' : '');
      }
      if ('requests' in step) same(requests, step.requests, 'requests');
      same(delivered, step.delivered, 'delivered');
    },
  };

  const perform = (step) => {
    advance((step.at ?? clock.mono) - clock.mono);
    clock.wall += step.jump ?? 0;
    const kind = Object.keys(kinds).find((name) => name in step);
    for (let i = 0; i < (step.repeat ?? 1); i++) {
      if (i) advance(step.every ?? 0);
      kinds[kind](step);
    }
  };

  if (testCase.start) {
    place = 'start';
    kinds.start({ start: testCase.start });
  }
  for (const [i, step] of testCase.steps.entries()) {
    place = `step ${i + 1} ${short(JSON.stringify(step))}`;
    perform(step);
  }
  const free = new Uint8Array(core.memory.buffer).findIndex((byte) => byte !== 0);
  return { failures, hash: hash.toString(16).padStart(8, '0'), free };
}

const encode = (text) => new TextEncoder().encode(text);

/** As it stands in a messageId. */
const uuid = (bytes) =>
  Array.from(bytes.subarray(0, 16), (byte) => (byte + 256).toString(16).slice(1)).join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const count = (text, pattern) => text.match(pattern)?.length ?? 0;

const short = (text) => (String(text).length > 300 ? `${String(text).slice(0, 300)}…` : text);

/** An object is printed; else it is text, or a list of text, [n, text] and {hex}. */
export function callText(call) {
  if (typeof call === 'string') return encode(call);
  if (!Array.isArray(call)) return encode(JSON.stringify(call));
  const parts = call.map(partBytes);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function partBytes(part) {
  if (typeof part === 'string') return encode(part);
  if (Array.isArray(part)) return encode(part[1].repeat(part[0]));
  return Uint8Array.from(part.hex.match(/../g), (pair) => parseInt(pair, 16));
}
