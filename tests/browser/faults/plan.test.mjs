// The order of the work, without a browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan, tally } from './plan.mjs';

const ENGINES = ['chromium', 'firefox'];
const result = (row, engine, more) => ({ row, case: '', engine, valid: true, ms: 1000, ...more });
const planned = (rows, results = [], more) => plan({ rows, engines: ENGINES, counts: tally(results), results, ...more });
const goals = (jobs, number) => jobs.filter(({ row, engine }) => row === number && engine === 'chromium').map(({ goal }) => goal);

test('few repeats of everything come before many of anything', () => {
  const jobs = planned([{ number: 1, repeats: 20 }, { number: 2 }]);
  assert.deepEqual(jobs.slice(0, 4).map(({ goal }) => goal), [1, 1, 1, 1]);
  assert.deepEqual(goals(jobs, 1), [1, 4, 10, 16, 20]);
  assert.deepEqual(goals(jobs, 2), [1, 4, 10]);
});

test('a repeat that takes long is a job of its own', () => {
  const jobs = planned([{ number: 1, repeats: 3 }], [result(1, 'chromium', { ms: 70_000 })]);
  assert.deepEqual(goals(jobs, 1), [2, 3]);
});

test('what is there is not done again, what cannot be made is given up', () => {
  const rows = [{ number: 1, repeats: 1 }, { number: 2, repeats: 1 }];
  const voids = Array(4).fill(result(2, 'chromium', { valid: false }));
  const jobs = planned(rows, [result(1, 'chromium'), ...voids]);
  assert.deepEqual(jobs.map(({ row, engine }) => `${row} ${engine}`), ['1 firefox', '2 firefox']);
});

test('a row that runs alone comes last, twice at most', () => {
  const jobs = planned([{ number: 1, alone: true }, { number: 2 }]);
  assert.deepEqual(goals(jobs, 1), [1, 7, 10]);
  assert.equal(jobs.at(-1).row, 1);
});

test('an engine or a case that is not asked for is left out', () => {
  const rows = [{ number: 1, engines: ['chromium'], cases: ['a', 'b'] }];
  const jobs = planned(rows, [], { kase: 'b', repeats: 1 });
  assert.deepEqual(jobs.map(({ kase, engine }) => `${kase} ${engine}`), ['b chromium']);
});
