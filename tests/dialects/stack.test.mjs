// The deepest calls that are let in, in every dialect, with answers as deep: how much of the module's stack they use.
// Running over it traps (wasm/build.mk), so it must never come near.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { limits, root } from '../run/suite.mjs';
import { module } from './suite.mjs';

const STACK = Number(readFileSync(`${root}wasm/build.mk`, 'utf8').match(/TOTAL_STACK=(\d+)/)[1]);
const SPARE = 512; // what has to be left
const DEPTH = Number(readFileSync(`${root}src/limits.h`, 'utf8').match(/FH_MAX_DEPTH (\d+)/)[1]);
const CANARY = 0xa5;
const NAMES = ['segment', 'amplitude', 'snowplow', 'posthog', 'rudderstack', 'hightouch', 'metarouter', 'jitsu'];
const CODES = Object.fromEntries(Array.from(readFileSync(`${root}src/errors.def`, 'utf8').matchAll(/^FH_ERROR\((\w+), (-\d+),/gm), ([, name, code]) => [code, name]));

/** As deep as it may be inside so many levels, objects and arrays in turns. */
const deep = (levels, isArray) => (levels < 1 ? 'x' : isArray ? [deep(levels - 1, 0)] : { v: deep(levels - 1, 1), revenue: 1, list: [1, 2] });

const url = `https://shop.example/a?${['source', 'medium', 'campaign', 'term', 'content', 'id'].map((name) => `utm_${name}=${'x'.repeat(40)}`).join('&')}&gclid=1&fbclid=2#hash`;
const bags = (make) => ({ properties: make(), traits: make(), context: make(), integrations: make() });
const calls = (make) => [
  { type: 'page', name: 'A', category: 'B', ...bags(make) },
  { type: 'identify', userId: 'u1', ...bags(make) },
  { type: 'track', event: 'Order Completed', ...bags(make) },
  { type: 'group', groupId: 'g', ...bags(make) },
  { type: 'alias', userId: 'u2', previousId: 'u1', ...bags(make) },
  { type: 'screen', name: 'S', ...bags(make) },
  { type: 'register', properties: make() },
  { type: 'user', traits: make() },
  { type: 'consent', consent: make() },
  { type: 'track', event: 'Order Completed', ...bags(make) },
];

/** Plays all of it; how deep the stack has been used, and the codes of what was refused. */
function depthOf(dialect) {
  const core = new WebAssembly.Instance(module).exports;
  const memory = new Uint8Array(core.memory.buffer);
  memory.fill(CANARY, 0, STACK);
  const io = new Uint8Array(core.memory.buffer, core.io(), limits.FH_IO_BYTES);
  const put = (text) => new TextEncoder().encodeInto(text, io).written;
  let mono = 0;
  const now = () => [Date.UTC(2026, 0, 1) + ++mono, mono];
  const refused = new Set();
  const event = (call) => {
    const code = core.event(put(typeof call === 'string' ? call : JSON.stringify(call)), ...now());
    if (code < 0) refused.add(CODES[code]);
    return code;
  };
  const drain = (status, text) => {
    for (let i = 0; i < 20 && core.take(1, ...now()); i++) core.ack(status, put(text), 0, ...now());
  };
  const options = { dialect, label: 'company', maskDeny: 'pin', sessionCampaign: 'on' };
  const page = { url, title: 'T', referrer: 'https://www.google.com/', canonical: url };
  assert.ok(core.start(put(JSON.stringify({ key: 'k', entropy: [1, 2, 3, 4], options, page, browser: deep(8), cookies: '_ga=GA1.1.1.2; _fbp=fb.1.1.1' })), ...now()) > 0);
  for (const levels of [DEPTH - 3, DEPTH - 2, DEPTH - 1, DEPTH, DEPTH + 1])
    for (const call of calls(() => deep(levels))) {
      event(call);
      core.state(16 + core.number());
    }
  // A parser that went on would meet these first.
  for (const text of ['['.repeat(60_000), '{"a":'.repeat(10_000), `{"type":"track","event":"A","properties":${'['.repeat(20_000)}${']'.repeat(20_000)}}`]) event(text);
  core.take(3, ...now());
  const answer = JSON.stringify({ code: 400, events_with_invalid_fields: { time: deep(DEPTH - 3) }, results: deep(DEPTH - 2), errors: [deep(DEPTH - 3)], missing: deep(DEPTH - 2) });
  for (const status of [200, 207, 400]) drain(status, answer);
  // A row stored, left behind and fed to another core.
  event({ type: 'track', event: 'A', properties: deep(DEPTH - 2) });
  const row = io.slice(0, core.journal());
  const ledger = io.slice(0, core.state(3));
  for (const [bytes, how] of [[row, 0], [[...row, ...ledger], 1], [row, -12]]) {
    io.set(bytes);
    core.adopt(bytes.length, how, ...now());
  }
  drain(200, '{"success":true}');
  core.acknowledged(put('x'.repeat(60_000)));
  core.restore(put(JSON.stringify({ cookie: `1.${'x'.repeat(500)}`, store: `1.x ${JSON.stringify({ traits: deep(DEPTH) })}` })));
  event({ type: 'reset' });
  const lowest = memory.subarray(0, STACK).findIndex((byte) => byte !== CANARY);
  return { used: STACK - lowest, refused };
}

for (const dialect of NAMES) {
  test(`${dialect}: the deepest calls and answers leave ${SPARE} bytes of the stack`, (t) => {
    const { used, refused } = depthOf(dialect);
    t.diagnostic(`${used} of ${STACK} bytes used`);
    assert.ok(refused.has('DEPTH'), 'too deep a call was refused');
    assert.ok(used > 100 && used <= STACK - SPARE, `${used} of ${STACK} bytes`);
  });
}
