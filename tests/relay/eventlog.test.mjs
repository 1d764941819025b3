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

test('append tells what was new', async (t) => {
  const { log } = open(t);
  assert.deepEqual(await log.append([row('a'), row('b'), row('a')]), { stored: 2, duplicates: 1 });
  assert.deepEqual(await log.append([row('b'), row('c')]), { stored: 1, duplicates: 1 });
  assert.deepEqual(await log.append([]), { stored: 0, duplicates: 0 });
  assert.equal(log.count(), 3);
});

test('the first of two events with one id stays', async (t) => {
  const { log } = open(t);
  await log.append([row('a')]);
  await log.append([{ ...row('a'), body: '{"other":1}' }]);
  assert.equal(log.read(0, 9)[0].body, '{"id":"a"}');
});

test('read goes by position', async (t) => {
  const { log } = open(t);
  assert.equal(log.last(), 0);
  await log.append(['a', 'b', 'c', 'd'].map(row));
  assert.equal(log.last(), 4);
  assert.deepEqual(ids(log.read(0, 2)), ['a', 'b']);
  assert.deepEqual(ids(log.read(2, 9)), ['c', 'd']);
  assert.deepEqual(log.read(4, 9), []);
  assert.deepEqual(log.read(2, 1).map(({ seq }) => seq), [3]);
});

test('before(n) counts events, not positions', async (t) => {
  const { log } = open(t);
  assert.equal(log.before(2), 0);
  await log.append([row('a'), row('a'), row('b'), row('b'), row('b'), row('c')]);
  assert.deepEqual(ids(log.read(log.before(2), 9)), ['b', 'c']);
  assert.deepEqual(ids(log.read(log.before(3), 9)), ['a', 'b', 'c']);
  assert.equal(log.before(50), 0);
});

test('a failure in the middle keeps nothing', async (t) => {
  const { log } = open(t);
  await assert.rejects(log.append([row('a'), { ...row('b'), body: null }]));
  const badBatch = { writeKey: 'k', receivedAt: 'n', sentAt: null, firsthand: null };
  await assert.rejects(log.append([row('c')], badBatch));
  assert.equal(log.count(), 0);
});

test('what was stored is there after a restart, and positions go on', async (t) => {
  const { log, file } = open(t);
  await log.append([row('a'), row('b')]);
  await log.close();
  const again = open(t, file).log;
  assert.deepEqual(await again.append([row('b'), row('c')]), { stored: 1, duplicates: 1 });
  assert.deepEqual(ids(again.read(2, 9)), ['c']);
});

test('the file is in WAL mode and syncs at each commit', (t) => {
  const { file } = open(t);
  const db = new Database(file);
  assert.equal(db.pragma('journal_mode', { simple: true }), 'wal');
  assert.equal(db.pragma('user_version', { simple: true }), 5);
  db.close();
});

test('a file of a newer relay is left alone', async (t) => {
  const { log, file } = open(t);
  await log.close();
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

test('two that open one file make one schema', async (t) => {
  const file = join(place(t), 'log.db');
  const logs = [open(t, file).log, open(t, file).log];
  await logs[0].append([row('a')]);
  assert.deepEqual(await logs[1].append([row('a'), row('b')]), { stored: 1, duplicates: 1 });
});

test('a listener hears of new rows, not of duplicates, until it leaves', async (t) => {
  const { log } = open(t);
  const seen = [];
  const leave = log.subscribe(() => seen.push(log.last()));
  const both = Promise.all([log.append([row('a')]), log.append([row('b')])]);
  assert.deepEqual(seen, [], 'never inside append');
  await both;
  await until(() => seen.length > 0);
  assert.deepEqual(seen, [2], 'once for both');
  await log.append([row('a')]);
  leave();
  const other = [];
  log.subscribe(() => other.push(log.last()));
  await log.append([row('c')]);
  await until(() => other.length > 0);
  assert.deepEqual(seen, [2]);
});

test('many appends of one moment share a commit, and one that fails is alone', async (t) => {
  const { log, file } = open(t);
  const db = new Database(file);
  t.after(() => db.close());
  const changed = () => db.pragma('data_version', { simple: true });
  const before = changed();
  const bad = log.append([row('b1'), { ...row('b2'), body: null }]);
  const results = await Promise.allSettled(
    [log.append([row('a')]), bad, log.append([row('a'), row('c')])]);
  assert.deepEqual(results.map(({ value }) => value),
    [{ stored: 1, duplicates: 0 }, undefined, { stored: 1, duplicates: 1 }]);
  assert.equal(changed(), before + 1, 'one commit');
  assert.deepEqual(ids(log.read(0, 9)), ['a', 'c']);
});

test('close stores what waits', async (t) => {
  const { log, file } = open(t);
  const waiting = log.append([row('a')]);
  await log.close();
  assert.deepEqual(await waiting, { stored: 1, duplicates: 0 });
  assert.equal(open(t, file).log.count(), 1);
});
