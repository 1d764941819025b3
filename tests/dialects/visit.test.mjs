// What the dialects send in Chromium, field by field against the vendors' own SDKs, as fields.mjs
// explains it and docs/DIALECTS.md has it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { installed } from '../browser/engines/index.mjs';
import { kept } from '../parity/recorded.mjs';
import { allVisits, DOCUMENT, filled } from './report.mjs';
import { compare, DIALECTS } from './visit.mjs';

describe('dialects beside the vendors\' SDKs', { skip: installed('chromium') ? false : 'chromium is not installed' }, () => {
  let visits;
  before(async () => (visits = await allVisits()));

  for (const id of Object.keys(DIALECTS)) {
    describe(id, () => {
      test('every field that is another, or not there, is explained', () => assert.deepEqual(compare(id, visits[id]).unexplained, []));
      test('every explanation is of a field that there is', () => assert.deepEqual(compare(id, visits[id]).stale, []));

      test('a field with another value is found', () => {
        const { same } = compare(id, visits[id]);
        assert.ok(same.length > 10);
        for (const path of same) {
          const recording = kept(DIALECTS[id].peer);
          recording.fields[path] = recording.fields[path].map(([, where]) => ['another', where]);
          assert.ok(!compare(id, visits[id], recording).same.includes(path), path);
        }
      });

      test('a field that is missing is found', () => {
        const recording = kept(DIALECTS[id].peer);
        recording.fields['body.new'] = [['x', [recording.messages.findIndex(({ call }) => !call)]]];
        const { unexplained } = compare(id, visits[id], recording);
        assert.deepEqual(unexplained.map(({ path }) => path), ['body.new']);
      });
    });
  }

  test(`${DOCUMENT} is what there is (else: node tests/dialects/report.mjs)`, () => {
    const text = readFileSync(DOCUMENT, 'utf8');
    assert.equal(text, filled(text, visits));
  });
});
