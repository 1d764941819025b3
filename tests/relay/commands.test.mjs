// The commands beside serve, on a SQLite file.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEventLog } from '../../relay/eventlog.mjs';
import { place, runRelay } from './help.mjs';

const row = (messageId, ids) => ({
  messageId, type: 'track', writeKey: 'k', receivedAt: '2026-01-01T00:00:00.000Z',
  body: JSON.stringify({ messageId, ...ids }),
});

/** A file with three events of two people, one of them a dead letter. */
async function filled(t) {
  const dir = place(t);
  const db = join(dir, 'events.db');
  const log = openEventLog(db);
  await log.append([
    row('a', { anonymousId: 'anon' }), row('b', { anonymousId: 'anon', userId: 'u1' }),
    row('c', { userId: 'u2' }),
  ]);
  const consumer = log.consumer('crm');
  const [first] = await consumer.read(1);
  await consumer.dead(first, 'no email');
  await consumer.ack(first.seq);
  await log.close();
  return { db, dir, run: (...args) => runRelay(...args, '--db', db) };
}

test('status', async (t) => {
  const { run } = await filled(t);
  assert.deepEqual(await run('status'),
    { code: 0, text: '3 events\ncrm: 2 not acknowledged, 1 dead letters\n' });
});

test('export, erase, and nothing is left', async (t) => {
  const { run } = await filled(t);
  const { text } = await run('export', '--anonymous-id', 'anon');
  assert.equal(text, '{"messageId":"a","anonymousId":"anon"}\n'
    + '{"messageId":"b","anonymousId":"anon","userId":"u1"}\n2 events, 1 dead letters\n');
  assert.equal((await run('erase', '--anonymous-id', 'anon')).text,
    'removed 2 events and 1 dead letters\n');
  assert.equal((await run('export', '--anonymous-id', 'anon')).text, '0 events, 0 dead letters\n');
  assert.match((await run('export', '--user-id', 'u2')).text, /"c"/);
});

test('dead shows letters with their reason', async (t) => {
  const { run } = await filled(t);
  const { text } = await run('dead', '--consumer', 'crm');
  const { deadAt, ...letter } = JSON.parse(text);
  assert.deepEqual(letter,
    { messageId: 'a', reason: 'no email', event: { messageId: 'a', anonymousId: 'anon' } });
});

test('retain keeps what is not acknowledged', async (t) => {
  const { run } = await filled(t);
  assert.equal((await run('retain', '--days', '1')).text, 'removed 1 events\n');
  assert.equal((await run('retain', '--rows', '1', '--unread')).text, 'removed 1 events\n');
});

test('drop forgets a consumer, and what it held back may go', async (t) => {
  const { run } = await filled(t);
  assert.match((await run('drop', '--consumer', 'crn')).text, /one that status shows/);
  assert.equal((await run('drop', '--consumer', 'crm')).text, 'crm is forgotten, with 1 dead letters\n');
  assert.equal((await run('status')).text, '3 events\n');
  assert.equal((await run('retain', '--days', '1')).text, 'removed 3 events\n');
});

test('backup makes a file that opens', async (t) => {
  const { db, dir, run } = await filled(t);
  const file = join(dir, 'copy.db');
  assert.equal((await run('backup', file)).text, `copied to ${file}\n`);
  assert.ok(statSync(file).size > 0);
  assert.match((await runRelay('status', '--db', file)).text, /^3 events/);
  assert.match((await run('backup', db)).text, /is there already/);
});

const WRONG = [
  [['status', '--db', 'no/such.db'], /There is no file no\/such.db/],
  [['export', '--db', 'DB'], /whose events/],
  [['erase', '--user-id', '', '--db', 'DB'], /whose events/],
  [['retain', '--db', 'DB'], /--days N or --rows N/],
  [['retain', '--days', 'x', '--db', 'DB'], /whole number/],
  [['dead', '--db', 'DB'], /--consumer NAME/],
  [['backup', '--db', 'DB'], /backup FILE/],
  [['copy', '--db', 'DB'], /--log nats:/],
  [['copy', '--log', 'events.db', '--index', 'i.db', '--db', 'DB'], /--log nats:/],
  [['status', '--wrong'], /Unknown option/],
];

test('what is wrong is said, and changes nothing', async (t) => {
  const { db, run } = await filled(t);
  for (const [args, message] of WRONG) {
    const { code, text } = await runRelay(...args.map((arg) => (arg === 'DB' ? db : arg)));
    assert.equal(code, 1, args.join(' '));
    assert.match(text, message);
    assert.doesNotMatch(text, /\n {4}at /, 'no stack');
  }
  assert.ok(!existsSync('no/such.db'));
  assert.match((await run('status')).text, /^3 events/);
});
