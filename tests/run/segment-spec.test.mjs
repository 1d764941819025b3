// The examples of Segment's spec go through the module as they are: what Segment itself
// documents is no secret, whatever its keys are called. The data lie beside the
// repository, not in it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { root, wasm } from './suite.mjs';

const FILE = `${root}../shared/data/segment-spec/examples.json`;

const core = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
const io = new Uint8Array(core.memory.buffer, core.io());
const write = (value) => new TextEncoder().encodeInto(JSON.stringify(value), io).written;
const read = (length) => JSON.parse(new TextDecoder().decode(io.subarray(0, length)));

/** The batch of one call with what the example has, of whatever type that is. */
const sent = ({ properties, traits, context, integrations }) => {
  core.start(write({ key: 'k', entropy: [1, 2, 3, 4] }), 0, 0);
  assert.ok(core.event(write({ type: 'track', event: 'A', properties, traits, context, integrations }), 0, 0) >= 0);
  return read(core.take(1, 0, 0));
};

test('nothing in the examples of Segment\'s spec is masked', { skip: !existsSync(FILE) && `no ${FILE}` }, () => {
  const examples = JSON.parse(readFileSync(FILE, 'utf8'));
  assert.ok(examples.length > 40);
  for (const { page, block, json } of examples) {
    const { batch: [event], firsthand } = sent(json);
    const { properties, traits, context, integrations } = json;
    const here = `${page}, block ${block}`;
    assert.equal(firsthand.masked, undefined, here);
    assert.deepEqual({ properties: event.properties, traits: event.traits, integrations: event.integrations }, { properties, traits, integrations }, here);
    assert.deepEqual(event.context, { ...event.context, ...context }, here);
  }
});
