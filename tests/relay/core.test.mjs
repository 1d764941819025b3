// The core's module for servers: what it takes, gives and refuses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createCore, Refusal } from '../../relay/core.mjs';

const refusals = [
  ['{', 'invalid_json'],
  ['[]', 'invalid_event'],
  ['{"type":"buy","userId":"u"}', 'invalid_type'],
  ['{"type":"track","event":"","userId":"u"}', 'invalid_event_name'],
  ['{"type":"page","properties":[],"userId":"u"}', 'invalid_properties'],
  ['{"type":"page"}', 'missing_id'],
  [Buffer.from([0x22, 0xff, 0x22]), 'invalid_utf8'],
  [`"${'x'.repeat(1024 * 1024)}"`, 'too_large'],
];

test('imports nothing', () => {
  const module = new WebAssembly.Module(readFileSync(new URL('../../relay/firsthand.server.wasm', import.meta.url)));
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

test('a call that is right passes, as text and as bytes, before and after refusals', () => {
  const { check } = createCore();
  const call = '{"type":"track","event":"Größe","anonymousId":"a","properties":{"total":1e400}}';
  assert.equal(check(call), '');
  for (const [input, reason] of refusals) {
    assert.throws(() => check(input), (error) => error instanceof Refusal && error.reason === reason && error.message.length > 5, reason);
    assert.equal(check(Buffer.from(call)), '');
  }
});
