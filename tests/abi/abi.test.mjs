// The module keeps the contract of docs/ABI.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { limits, root, wasm } from '../run/suite.mjs';
import { describe } from './module.mjs';

const text = (file) => readFileSync(root + file, 'utf8');
const module = new WebAssembly.Module(wasm);
const CONFIG = { key: 'k', entropy: [1, 2, 3, 4], page: { url: 'https://a.example/', title: 'A', referrer: '' } };

/** A started core behind functions that take and give text. */
function begin(config = CONFIG) {
  const core = new WebAssembly.Instance(module).exports;
  const io = new Uint8Array(core.memory.buffer, core.io(), limits.FH_IO_BYTES);
  const put = (text) => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    io.set(bytes);
    return bytes.length;
  };
  const get = (length) => new TextDecoder().decode(io.subarray(0, length));
  const now = [1767225600000, 0];
  assert.equal(core.start(put(JSON.stringify(config)), ...now), 1);
  return {
    core,
    event: (call) => core.event(typeof call === 'number' ? call : put(call), ...now),
    take: () => JSON.parse(get(core.take(1, ...now))),
    state: (which) => get(core.state(which)),
  };
}

const track = (event) => JSON.stringify({ type: 'track', event });

test('imports nothing: it can do nothing to the page', () => {
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

test('exports what wasm/exports.txt lists, with these signatures', () => {
  assert.deepEqual(describe(wasm).exports, text('wasm/exports.txt').trim().split('\n'));
});

test('the description of the module agrees with the engine', () => {
  const names = describe(wasm).exports.map((line) => line.split(' ')[0]);
  assert.deepEqual(names, WebAssembly.Module.exports(module).map(({ name }) => name).sort());
});

test('memory is fixed: views of it are never detached', () => {
  const { initial, maximum } = describe(wasm).memory;
  assert.equal(initial, maximum);
  const { core } = begin();
  assert.equal(core.memory.buffer.byteLength, initial * 65536);
  assert.throws(() => core.memory.grow(1), RangeError);
});

test('the exchange buffer stays where it is, inside memory', () => {
  const { core, event } = begin();
  const address = core.io();
  event(track('A'));
  assert.equal(core.io(), address);
  assert.ok(address > 0 && address + limits.FH_IO_BYTES <= core.memory.buffer.byteLength);
});

test('each code of errors.def gives its reason', () => {
  const { state } = begin();
  const lines = [...text('src/errors.def').matchAll(/^FH_ERROR\(\w+, (-\d+), "(\w+)", ".+"\)$/gm)];
  lines.forEach(([, code, reason], i) => {
    assert.equal(Number(code), -1 - i);
    assert.equal(state(Number(code)), reason);
  });
  assert.ok(lines.length >= 15);
  assert.equal(state(-1 - lines.length), '');
});

test('the version is that of package.json, in the header and on the wire', () => {
  const { version } = JSON.parse(text('package.json'));
  assert.equal(text('src/version.h').match(/#define FH_VERSION "(.+)"/)[1], version);
  const { event, take } = begin();
  event(track('A'));
  assert.equal(take().batch[0].context.library.version, version);
});

const REFUSED = {
  invalid_json: '{',
  invalid_utf8: Uint8Array.of(0x22, 0xff, 0x22),
  too_deep: '['.repeat(33),
  number_too_long: `{"type":"track","event":"A","properties":{"n":${'1'.repeat(26)}}}`,
  too_complex: `{"type":"track","event":"A","properties":{"n":[${'1,'.repeat(5000)}1]}}`,
  too_large: JSON.stringify({ type: 'identify', userId: 'eve', traits: { x: 'x'.repeat(40000) } }),
  invalid_type: '{"type":"tracks","userId":"eve"}',
  invalid_event_name: '{"type":"track","userId":"eve"}',
  invalid_properties: '{"type":"identify","userId":"eve","traits":1}',
  invalid_user_id: '{"type":"identify","userId":""}',
  invalid_anonymous_id: '{"type":"anonymousId","anonymousId":"e v e"}',
  not_serialisable: -11,
};

for (const [reason, call] of Object.entries(REFUSED)) {
  test(`a call refused as ${reason} leaves no trace but its count and its number`, () => {
    const events = (bad) => {
      const { event, take, state } = begin();
      assert.equal(event(track('before')), 3);
      const before = [state(0), state(1)];
      if (bad) {
        const code = event(bad);
        assert.ok(code < 0);
        assert.equal(state(code), reason);
        assert.deepEqual([state(0), state(1)], before);
      }
      assert.ok(event(track('after')) > 0);
      const { batch, firsthand } = take();
      assert.deepEqual(firsthand.dropped, bad ? { [reason]: 1 } : {});
      assert.equal(firsthand.last, bad ? 2 : 1);
      return batch.map(({ messageId, ...rest }) => rest);
    };
    assert.deepEqual(events(call), events());
  });
}

// The first call would begin a session and name the visitor; refused, it must
// not have.
test('a refused first call begins nothing', () => {
  const { event, state } = begin();
  const before = [state(0), state(1)];
  for (const call of Object.values(REFUSED)) event(call);
  assert.deepEqual([state(0), state(1)], before);
});
