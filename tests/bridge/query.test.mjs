// Calls in the address: the table in cases/query.json, which is what Segment's
// own analytics-next makes of the same queries (recorded/segment-query.json).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { queryCalls, queryOf } from '../../js-shim/bridge/query.js';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url)));

const { cases } = read('cases/query.json');
const recorded = read('recorded/segment-query.json');

describe('calls', () => {
  cases.forEach(({ name, query, calls }, i) => {
    test(name ?? query, () => {
      assert.deepEqual(queryCalls(query, ''), calls);
      assert.deepEqual(recorded[i], { query, calls }, 'as analytics-next');
    });
  });
});

test('ids that do not match their pattern are left out', () => {
  const query = '?ajs_aid=x1&ajs_uid=u1&ajs_event=E';
  assert.deepEqual(queryCalls(query, { aid: /^y/ }).map(([verb]) => verb), ['identify', 'track']);
  assert.deepEqual(queryCalls(query, { uid: /^\d+$/ }).map(([verb]) => verb), ['setAnonymousId', 'track']);
});

test('a query in the hash counts where the address has none', () => {
  assert.equal(queryOf({ search: '', hash: '#/route?ajs_uid=1' }), '?ajs_uid=1');
  assert.equal(queryOf({ search: '', hash: '#/a?b#/c?ajs_uid=1#d' }), '?ajs_uid=1');
  assert.equal(queryOf({ search: '?a=1', hash: '#/route?ajs_uid=1' }), '?a=1');
  assert.deepEqual(queryCalls(queryOf({ search: '', hash: '#ajs_uid=1' }), ''), []);
});

test('10 KB, and names that are no names', () => {
  queryCalls(`?${'ajs_uid=%'.repeat(1000)}&&&=&==`, '');
  assert.deepEqual(queryCalls('?ajs_prop_=1&ajs_event=E', ''), [['track', 'E', { '': '1' }]]);
});
