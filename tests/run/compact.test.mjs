// Compact batches, made whole as a relay does it, are to the byte what other endpoints
// get: all cases hold with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCore } from '../../relay/core.mjs';
import { play } from './interpreter.mjs';
import { caseFiles, caseText, limits, wasm } from './suite.mjs';

const module = new WebAssembly.Module(wasm);
const { expand } = createCore();

const ENDPOINT = { endpoint: '/v1/compact' };

/** The exports of a module whose endpoint takes compact batches, which are then made whole. */
const instantiate = () => {
  const exports = new WebAssembly.Instance(module).exports;
  const io = new Uint8Array(exports.memory.buffer, exports.io(), limits.FH_IO_BYTES);
  const put = (bytes) => (io.set(bytes), bytes.length);
  return {
    ...exports,
    start(length, ...clocks) {
      const text = length < 0 ? '' : Buffer.from(io.subarray(0, length)).toString();
      const config = text[0] === '{' && text.includes('"entropy":[') && text.length < 1000 ? JSON.parse(text) : undefined;
      if (config) length = put(Buffer.from(JSON.stringify({ ...config, options: { ...config.options, ...ENDPOINT } })));
      return exports.start(length, ...clocks);
    },
    take(...args) {
      const body = Buffer.from(io.subarray(0, exports.take(...args)));
      return body.length && put(wholeOf(body));
    },
  };
};

const wholeOf = (body) => Buffer.from(expand(body).toString().replace('"firsthand":{"v":2,', '"firsthand":{"v":1,'));

for (const file of caseFiles) {
  if (file === 'batch-burst.json') continue; // of batches that are too long for the buffer, once they are whole
  test(`${file}, compact`, () => {
    const { failures, hash } = play(instantiate, JSON.parse(caseText(file)), limits);
    assert.deepEqual(failures, []);
    assert.equal(hash, play(module, JSON.parse(caseText(file)), limits).hash);
  });
}

/** The bodies of a burst of `events` page views and events, each answered at once. */
function burst(endpoint, events) {
  const { memory, io, start, event, take, ack, poll } = new WebAssembly.Instance(module).exports;
  const bytes = new Uint8Array(memory.buffer, io(), limits.FH_IO_BYTES);
  const write = (text) => new TextEncoder().encodeInto(text, bytes).written;
  const page = { url: 'https://shop.example/?utm_source=mail', title: 'Shop', referrer: 'https://example.org/' };
  const options = { endpoint };
  let mono = 0;
  const clocks = () => [1767225600000.5 + mono, mono];
  start(write(JSON.stringify({ key: 'k', entropy: [1, 2, 3, 4], page, options })), ...clocks());
  for (let n = 0; n < events; n++, mono += 0.7) {
    const own = [{}, { messageId: `own-${n}` }, { timestamp: '2026-01-01T00:00:00.000Z' }, { context: { ip: '192.0.2.1' } }][n % 50 < 47 ? 0 : (n % 50) - 46];
    const call = n % 90 === 0 ? { type: 'page', page: { ...page, title: `Page ${n}` } } : { type: 'track', event: 'Scrolled', properties: { depth: n } };
    event(write(JSON.stringify({ ...call, ...own })), ...clocks());
  }
  const bodies = [];
  for (let wait; (wait = poll(...clocks())) >= 0; mono += wait) {
    const length = take(0, ...clocks());
    if (!length) continue;
    bodies.push(Buffer.from(bytes.slice(0, length)));
    ack(200, write('{"success":true}'), 0, ...clocks());
  }
  return bodies;
}

const eventsOf = (bodies) => bodies.flatMap((body) => JSON.parse(body).batch);

test('a burst is the same events in a third of the requests', () => {
  const [plain, compact] = ['/v1/batch', '/v1/compact'].map((endpoint) => burst(endpoint, 800));
  assert.deepEqual(eventsOf(compact.map(wholeOf)), eventsOf(plain));
  assert.ok(compact.length * 3 <= plain.length, `${compact.length} and ${plain.length}`);
  assert.ok(compact.every((body) => body.length <= limits.FH_MAX_BATCH_BYTES));
});

test('what shares much is not more than a relay takes once it is whole', () => {
  const { memory, io, start, event, take } = new WebAssembly.Instance(module).exports;
  const bytes = new Uint8Array(memory.buffer, io(), limits.FH_IO_BYTES);
  const write = (text) => new TextEncoder().encodeInto(text, bytes).written;
  const page = { url: `https://shop.example/?${'q'.repeat(2000)}`, title: 'T'.repeat(500), referrer: `https://example.org/${'r'.repeat(2000)}` };
  start(write(JSON.stringify({ key: 'k', entropy: [1, 2, 3, 4], page, options: ENDPOINT })), 1767225600000, 0);
  for (let n = 0; n < 300; n++) event(write('{"type":"track","event":"A"}'), 1767225600000, 0);
  const body = Buffer.from(bytes.slice(0, take(1, 1767225600000, 100)));
  const whole = wholeOf(body).length;
  assert.ok(whole > 400 * 1024 && whole <= 448 * 1024, `${whole} bytes`);
});
