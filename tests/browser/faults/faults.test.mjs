// The quick part of the fault matrix: the end of a tab, navigation, kill -9 and
// an outage with two tabs. The whole of it is `make faults`.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/faults/faults.test.mjs
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { installed } from '../engines/index.mjs';
import { shortfalls } from './judge.mjs';
import { runOnce } from './repeat.mjs';
import { snapshot } from './results.mjs';
import { loadRows } from './rows.mjs';

const ROWS = [1, 2, 5, 15];
const REPEATS = 3;

const rows = await loadRows();
// Of its own, so that the matrix may run beside it on another build.
const { copy } = snapshot();

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed`, concurrency: 2 }, () => {
    for (const row of rows.filter(({ number }) => ROWS.includes(number))) {
      for (const kase of row.cases ?? ['']) {
        test(`${row.number} ${row.name} ${kase}`, async () => {
          const kept = {};
          for (let i = 0; i < REPEATS; i++) {
            const result = await runOnce(row, { engine, kase, copy, kept });
            assert.deepEqual(shortfalls(result, row), [], JSON.stringify(result));
          }
          await kept.browser?.cleanup();
        });
      }
    }
  });
}
