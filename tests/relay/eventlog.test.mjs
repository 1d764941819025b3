// The durable log alone: order, once each, all or nothing, versions.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { openEventLog } from '../../relay/eventlog.mjs';
import { place, until } from './help.mjs';

const row = (messageId) => ({
  messageId, type: 'track', writeKey: 'k', receivedAt: 'now', body: `{"id":"${messageId}"}`,
});

function open(t, file = join(place(t), 'log.db')) {
  const log = openEventLog(file);
  t.after(() => log.close());
  return { log, file };
}

const ids = (rows) => rows.map(({ messageId }) => messageId);

test('append tells what was new', (t) => {
  const { log } = open(t);
  assert.deepEqual(log.append([row('a'), row('b'), row('a')]), { stored: 2, duplicates: 1 });
  assert.deepEqual(log.append([row('b'), row('c')]), { stored: 1, duplicates: 1 });
  assert.deepEqual(log.append([]), { stored: 0, duplicates: 0 });
  assert.equal(log.count(), 3);
});

test('the first of two events with one id stays', (t) => {
  const { log } = open(t);
  log.append([row('a')]);
  log.append([{ ...row('a'), body: '{"other":1}' }]);
  assert.equal(log.read(0, 9)[0].body, '{"id":"a"}');
});

test('read goes by position', (t) => {
  const { log } = open(t);
  assert.equal(log.last(), 0);
  log.append(['a', 'b', 'c', 'd'].map(row));
  assert.equal(log.last(), 4);
  assert.deepEqual(ids(log.read(0, 2)), ['a', 'b']);
  assert.deepEqual(ids(log.read(2, 9)), ['c', 'd']);
  assert.deepEqual(log.read(4, 9), []);
  assert.deepEqual(log.read(2, 1).map(({ seq }) => seq), [3]);
});

test('before(n) counts events, not positions', (t) => {
  const { log } = open(t);
  assert.equal(log.before(2), 0);
  log.append([row('a'), row('a'), row('b'), row('b'), row('b'), row('c')]);
  assert.deepEqual(ids(log.read(log.before(2), 9)), ['b', 'c']);
  assert.deepEqual(ids(log.read(log.before(3), 9)), ['a', 'b', 'c']);
  assert.equal(log.before(50), 0);
});

test('a failure in the middle keeps nothing', (t) => {
  const { log } = open(t);
  assert.throws(() => log.append([row('a'), { ...row('b'), body: null }]));
  const badBatch = { writeKey: 'k', receivedAt: 'n', sentAt: null, firsthand: null };
  assert.throws(() => log.append([row('c')], badBatch));
  assert.equal(log.count(), 0);
});

test('what was stored is there after a restart, and positions go on', (t) => {
  const { log, file } = open(t);
  log.append([row('a'), row('b')]);
  log.close();
  const again = open(t, file).log;
  assert.deepEqual(again.append([row('b'), row('c')]), { stored: 1, duplicates: 1 });
  assert.deepEqual(ids(again.read(2, 9)), ['c']);
});

test('the file is in WAL mode and syncs at each commit', (t) => {
  const { file } = open(t);
  const db = new Database(file);
  assert.equal(db.pragma('journal_mode', { simple: true }), 'wal');
  assert.equal(db.pragma('user_version', { simple: true }), 3);
  db.close();
});

test('a file of a newer relay is left alone', (t) => {
  const { log, file } = open(t);
  log.close();
  const db = new Database(file);
  db.pragma('user_version = 99');
  db.close();
  assert.throws(() => openEventLog(file), /version 99.*Use a newer relay/);
});

test('a file that is no database is refused and not changed', (t) => {
  const file = join(place(t), 'notes.txt');
  writeFileSync(file, 'these are my notes, please keep them\n'.repeat(100));
  assert.throws(() => openEventLog(file), /not a database/);
});

test('two that open one file make one schema', (t) => {
  const file = join(place(t), 'log.db');
  const logs = [open(t, file).log, open(t, file).log];
  logs[0].append([row('a')]);
  assert.deepEqual(logs[1].append([row('a'), row('b')]), { stored: 1, duplicates: 1 });
});

test('a listener hears of new rows, not of duplicates, until it leaves', async (t) => {
  const { log } = open(t);
  const seen = [];
  const leave = log.subscribe(() => seen.push(log.last()));
  log.append([row('a')]);
  log.append([row('b')]);
  assert.deepEqual(seen, [], 'never inside append');
  await until(() => seen.length > 0);
  assert.deepEqual(seen, [2], 'once for both');
  log.append([row('a')]);
  leave();
  const other = [];
  log.subscribe(() => other.push(log.last()));
  log.append([row('c')]);
  await until(() => other.length > 0);
  assert.deepEqual(seen, [2]);
});
