// The cases on the shipped module, in Node; and proof that the native core gives
// the same bytes for them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { play } from './interpreter.mjs';
import { textAt } from './json-text.mjs';
import { caseFiles, caseText, limits, root, wasm } from './suite.mjs';

const module = new WebAssembly.Module(wasm);
const run = (file) => play(module, JSON.parse(caseText(file)), limits);

for (const file of caseFiles) {
  test(`${file}: ${JSON.parse(caseText(file)).name}`, () => assert.deepEqual(run(file).failures, []));
}

// The stack ends at address 0, beyond which the module traps and the agent is dead.
test('no case comes near the end of the stack', () => {
  const [, stack] = readFileSync(`${root}wasm/build.mk`, 'utf8').match(/TOTAL_STACK=(\d+)/);
  const least = Math.min(...caseFiles.map((file) => run(file).free));
  assert.ok(least >= stack / 4, `${least} of ${stack} bytes are left`);
});

const runnerBy = (compiler) => `${root}build/native/${compiler}/run_cases`; // from make test-native

for (const compiler of ['gcc', 'clang']) {
  test(`the core built by ${compiler} gives the same bytes as the module`, () => {
    const paths = caseFiles.map((file) => `${root}tests/cases/${file}`);
    const lines = execFileSync(runnerBy(compiler), ['--hashes', ...paths], { encoding: 'utf8' }).split('\n');
    const ours = caseFiles.map((file) => `${run(file).hash} ${file}`);
    assert.deepEqual(lines.slice(0, caseFiles.length), ours);
  });
}

test('each case is named by area and behaviour and says why it is there', () => {
  for (const file of caseFiles) {
    const { name, why, steps } = JSON.parse(caseText(file));
    assert.match(file, /^[a-z0-9]+(-[a-z0-9]+)+\.json$/);
    assert.ok(name && why && steps.length, file);
  }
  const names = caseFiles.map((file) => JSON.parse(caseText(file)).name);
  assert.equal(new Set(names).size, names.length);
});

// The native runner prints a call as its text stands in the file, the others as
// JavaScript prints what it has read: 1.0 or 1e400 would go out as two texts.
test('each case is JSON that JavaScript prints as it stands', () => {
  const token = /\s+|("(?:[^"\\]|\\.)*")/g;
  for (const file of caseFiles) {
    const compact = caseText(file).replace(token, (_, string) => (string ? JSON.stringify(JSON.parse(string)) : ''));
    assert.equal(compact, JSON.stringify(JSON.parse(caseText(file))), file);
  }
});

test('a case that does not hold fails in each way, here and natively', (t) => {
  const start = { key: 'k', entropy: [1, 2, 3, 4] };
  const event = { event: { type: 'track', event: 'A' } };
  const wrong = [
    [{ ...event, rc: 1 }],
    [{ event: {} }],
    [{ refused: -6, rc: -7 }],
    [{ poll: 0 }],
    [event, { take: 'now', empty: true }],
    [{ take: 'now' }],
    [event, { take: 'now', events: 2 }],
    [event, { take: 'now', text: '{}' }],
    [event, { take: 'now', expect: { '/batch/0/event': 'B' } }],
    [event, { take: 'now', expect: { '/batch/1': {} } }],
    [event, { take: 'now', printed: { '/batch/0/event': 'A' } }],
    [event, { take: 'now', contains: ['"B"'] }],
    [event, { take: 'now', absent: ['/batch/0/event'] }],
    [event, { take: 'now' }, { ack: 0, rc: 1 }],
    [event, { journal: 1 }, { take: 'now' }, { ack: 200, body: '{"success":true}', keys: [] }],
    [event, { journal: 1 }, { take: 'now' }, { ack: 200, body: '{"success":true}', keys: ['00000000-0000-0000-0000-000000000000'] }],
    [event, { journal: 2 }],
    [event, { journal: 1, key: '00000000-0000-0000-0000-000000000000' }],
    [event, { journal: 1 }, { adopt: 2 }],
    [event, { journal: 1 }, { adopt: 1, cut: 8 }],
    [event, { journal: 1 }, { adopt: 1, byte: [28, 255] }],
    [{ state: -1, text: 'invalid' }],
    [{ state: 2, text: '' }],
    [{ restore: {}, rc: 1 }],
    [event, { deliver: {}, delivered: 2 }],
    [event, { deliver: {}, delivered: 1, requests: 2 }],
    [{ start: {} }],
  ];
  const place = mkdtempSync(join(tmpdir(), 'firsthand-'));
  t.after(() => rmSync(place, { recursive: true }));
  const paths = wrong.map((steps, i) => {
    assert.ok(play(module, { start, steps }, limits).failures.length > 0, JSON.stringify(steps));
    const path = join(place, `${i}.json`);
    writeFileSync(path, JSON.stringify({ start, steps }));
    return path;
  });
  const { stdout, status } = spawnSync(runnerBy('gcc'), paths, { encoding: 'utf8' });
  assert.equal(stdout, `0 passed, ${wrong.length} failed\n`);
  assert.equal(status, 1);
});

test('a pointer finds the text as it stands', () => {
  const text = '{"a":[1,{"b":1e400}],"":{"/~":"x"},"d":1,"d":2,"e":"\\"]}","f":{}}';
  const at = (pointer) => textAt(text, pointer);
  assert.equal(at(''), text);
  assert.equal(at('/a'), '[1,{"b":1e400}]');
  assert.equal(at('/a/0'), '1');
  assert.equal(at('/a/1/b'), '1e400');
  assert.equal(at('//~1~0'), '"x"');
  assert.equal(at('/d'), '2');
  assert.equal(at('/e'), '"\\"]}"');
  assert.equal(at('/f'), '{}');
  for (const pointer of ['/b', '/a/2', '/a/1/c', '/d/0', '/f/x']) assert.equal(at(pointer), undefined);
});
