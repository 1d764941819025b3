// docs/PARITY.md is true of this build: our agent's visit, made now in Chromium,
// against the kept recordings of the peers (make parity makes them anew).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { installed } from '../browser/engines/index.mjs';
import { check } from './check.mjs';
import { gapsOf, page } from './report.mjs';
import { record } from './record.mjs';
import { kept } from './recorded.mjs';
import { ours, PEERS, pinned, SDKS, TOLD } from './sdks.mjs';

const ALL = [...PEERS, ...TOLD];

describe('parity', { skip: installed('chromium') ? false : 'chromium is not installed' }, () => {
  let messages;
  let peers;

  before(async () => {
    messages = await record(ours(), { quietMs: 0 });
    peers = ALL.map((id) => ({ id, name: SDKS[id].name, ...check(id, kept(id), messages) }));
  });

  for (const [n, id] of ALL.entries()) {
    describe(id, () => {
      test('the recording is of the version that is pinned (else: make parity)', () => assert.equal(kept(id).version, pinned()[id]));
      test('each field is in fields.mjs', () => assert.deepEqual(peers[n].unknown, []));
      test('each field of fields.mjs is sent', () => assert.deepEqual(peers[n].stale, []));
    });
  }

  // What the check finds in a recording in which each value of a field is another.
  const doctored = (id, path, value) => {
    const recording = kept(id);
    recording.fields[path] = recording.fields[path].map(([, where]) => [value, where]);
    return check(id, recording, messages);
  };

  test('a value that is not ours is found, in each field', () => {
    for (const [n, id] of ALL.entries()) {
      const right = peers[n].facts.filter(({ fact, missing }) => !fact.kind && !missing.length);
      const paths = right.flatMap((one) => one.paths);
      assert.ok(paths.length > 5);
      const blind = paths.filter((path) => !doctored(id, path, 'another').facts.some(({ missing }) => missing.some((one) => one.path === path)));
      assert.deepEqual(blind, [], id);
    }
  });

  test('docs/PARITY.md is what there is (else: make parity-report)', () => {
    assert.equal(readFileSync('docs/PARITY.md', 'utf8'), page(messages));
  });

  test('nothing about the page or the visitor that a peer sends by default is not sent', () => {
    assert.deepEqual(gapsOf(peers.filter(({ id }) => PEERS.includes(id))).map(({ fact }) => fact.fact), []);
  });
});
