// The core has not become slower: its instructions, counted, beside those kept in
// instructions.json. Another compiler makes others of the same source, so the count is
// judged only where the tools are those of the baseline (`make callgrind KEEP=1`).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { baseline, instructions, toolsOf } from './callgrind.mjs';

const TOLERANCE = 0.015;

const skip = () => {
  try {
    execFileSync('valgrind', ['--version']);
  } catch {
    return 'valgrind is not installed';
  }
  const { tools } = baseline();
  const here = toolsOf();
  const other = Object.keys(tools).find((name) => tools[name] !== here[name]);
  return other ? `the baseline is of ${tools[other]}, this is ${here[other]}` : false;
};

test('an event takes no more instructions than the baseline says', { skip: skip() }, () => {
  const { instructions: before } = baseline();
  const count = instructions();
  assert.ok(count <= before * (1 + TOLERANCE), `${count} instructions, ${before} before: make callgrind FUNCTIONS=1 says where they go; if they are worth it, make callgrind KEEP=1`);
  // What was saved is not to be lost again unseen.
  assert.ok(count >= before * (1 - TOLERANCE), `${count} instructions, ${before} before: fewer, so make callgrind KEEP=1`);
});
