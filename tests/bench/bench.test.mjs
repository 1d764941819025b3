// What was aimed at (DESIGN: budgets), measured anew: ours beside the floor, once each, so
// only as ratios, and with room for a busy machine. Beside peers: make bench.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { factsOf, judged } from './report.mjs';
import { startSite } from './site.mjs';
import { loadSubjects } from './subjects.mjs';
import { PLAN, visit } from './visits.mjs';

// Beyond what make bench measured, by so much may a single visit be.
const ROOM = 2;

describe('beside the floor, in Chromium', { skip: installed('chromium') ? false : 'chromium is not installed' }, () => {
  const results = [];
  let subjects, browser, site;

  before(async () => {
    subjects = await loadSubjects(['none', 'floor', 'firsthand']);
    site = await startSite(subjects);
    browser = await open('chromium');
    for (const how of PLAN.filter(({ name }) => name !== 'drain 4x')) {
      for (const id of Object.keys(subjects)) {
        results.push({ subject: id, visit: how.name, ...(await visit(browser, site, subjects[id], how, `t${results.length}`)) });
      }
    }
  });
  after(async () => {
    await browser?.cleanup();
    site?.close();
  });

  test('everything arrives, once', () => {
    const { delivered, copies } = results.find(({ subject, visit: what }) => subject === 'firsthand' && what === 'drain');
    assert.deepEqual({ delivered, copies }, { delivered: 1000, copies: 1000 });
  });

  // Each with what is measured today; what is met or not, docs/BENCH.md says.
  const HELD = { 'a call in bursts of ten': 3 };
  for (const [name, bound] of Object.entries(HELD)) {
    test(`${name}: ${bound} times the floor's at most`, () => {
      const aim = judged(factsOf(subjects, results, PLAN)).find(([what]) => what.startsWith(name));
      assert.ok(parseFloat(aim[1]) <= bound * ROOM, aim.join(': '));
    });
  }

  for (const what of ['main-thread CPU per event', 'a call in bursts of ten', 'p99 of such a call', 'heap and Wasm memory', 'loading at 4']) {
    test(`aim: ${what}`, { todo: 'make bench has the distance' }, (t) => {
      const [text, measured, holds] = judged(factsOf(subjects, results, PLAN)).find(([name]) => name.startsWith(what));
      t.diagnostic(`${text}: ${measured}`);
      assert.ok(holds, `${text}: ${measured}`);
    });
  }
});
