// Consumers of the log on SQLite: cursors, dead letters, and what may be removed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEventLog } from '../../relay/eventlog.mjs';
import { idIn, place, stream } from './help.mjs';

const row = (messageId, receivedAt = '2026-01-01T00:00:00.000Z') => ({
  messageId, type: 'track', writeKey: 'k', receivedAt, body: `{"id":"${messageId}"}`,
});

function open(t, file = join(place(t), 'log.db')) {
  const log = openEventLog(file);
  t.after(() => log.close());
  return { log, file };
}

const ids = (rows) => rows.map(({ messageId }) => messageId);

test('a consumer reads on, and begins again behind what it has acknowledged', async (t) => {
  const { log, file } = open(t);
  await log.append(['a', 'b', 'c', 'd'].map((id) => row(id)));
  const first = log.consumer('crm');
  assert.deepEqual(ids(await first.read(2)), ['a', 'b']);
  const [{ seq }] = await first.read(1);
  await first.ack(2);
  assert.equal(seq, 3);
  await log.close(); // "c" was read, not acknowledged

  const again = open(t, file).log;
  const second = again.consumer('crm');
  assert.deepEqual(ids(await second.read(9)), ['c', 'd']);
  assert.deepEqual(await second.read(9), []);
  assert.deepEqual(await again.consumers(), [{ name: 'crm', pending: 2, dead: 0 }]);
});

test('an acknowledgement never goes back, nor beyond what was read', async (t) => {
  const { log } = open(t);
  await log.append(['a', 'b', 'c'].map((id) => row(id)));
  const consumer = log.consumer('crm');
  await consumer.read(2);
  await consumer.ack(99);
  await consumer.ack(1);
  assert.deepEqual(await log.consumers(), [{ name: 'crm', pending: 1, dead: 0 }]);
});

test('each name has its own cursor, and start says where a new one begins', async (t) => {
  const { log } = open(t);
  await log.append([row('a')]);
  const all = log.consumer('all');
  const next = log.consumer('next', { start: 'next' });
  await log.append([row('b')]);
  assert.deepEqual(ids(await all.read(9)), ['a', 'b']);
  assert.deepEqual(ids(await next.read(9)), ['b']);
  assert.throws(() => log.consumer('all'), /open already/);
  await next.close();
  await log.append([row('c')]);
  assert.deepEqual(ids(await log.consumer('next', { start: 'next' }).read(9)), ['b', 'c']);
});

test('wait tells of new rows, of those that are there, and of the end', async (t) => {
  const { log } = open(t);
  const consumer = log.consumer('crm');
  const waiting = consumer.wait();
  await log.append([row('a')]);
  assert.equal(await waiting, true);
  assert.equal(await consumer.wait(), true, 'still unread');
  await consumer.read(9);
  const last = consumer.wait();
  await consumer.close();
  assert.equal(await last, false);
});

test('rows of another process are found', async (t) => {
  const { log, file } = open(t);
  const waiting = log.consumer('crm').wait();
  const keep = setInterval(() => {}, 1000); // the poll's timer holds no process
  t.after(() => clearInterval(keep));
  await open(t, file).log.append([row('a')]);
  assert.equal(await waiting, true);
});

test('dead letters stay until a replay delivers them', async (t) => {
  const { log } = open(t);
  await log.append(['a', 'b', 'c'].map((id) => row(id)));
  const consumer = log.consumer('crm');
  const rows = await consumer.read(9);
  await consumer.dead(rows[0], '400: no email');
  await consumer.dead(rows[2], '400: no name');
  await consumer.dead(rows[2], '400: no name'); // a crash before its ack: still one
  await consumer.ack(3);
  const dead = await log.deadLetters('crm');
  assert.deepEqual(await log.consumers(), [{ name: 'crm', pending: 0, dead: 2 }]);
  assert.deepEqual(dead.map(({ messageId, body, reason }) => [messageId, body, reason]),
    [['a', '{"id":"a"}', '400: no email'], ['c', '{"id":"c"}', '400: no name']]);
  assert.deepEqual(ids(await log.deadLetters('crm', { after: dead[0].id })), ['c']);
  assert.deepEqual(await log.deadLetters('other'), []);

  const refuse = async ({ messageId }) => {
    if (messageId === 'a') throw new Error('still no email');
  };
  assert.deepEqual(await log.replay('crm', refuse), { delivered: 1, failed: 1 });
  assert.deepEqual((await log.deadLetters('crm')).map(({ reason }) => reason), ['still no email']);
  assert.deepEqual(await log.replay('crm', () => {}, { limit: 5 }), { delivered: 1, failed: 0 });
  assert.deepEqual(await log.replay('crm', () => {}), { delivered: 0, failed: 0 });
});

test('a bad name is refused', (t) => {
  const { log } = open(t);
  for (const name of ['', 'a b', 'a.b', 'x'.repeat(65)]) {
    assert.throws(() => log.consumer(name), /cannot name a consumer/, name);
  }
});

const day = (n) => `2026-01-${String(n).padStart(2, '0')}T00:00:00.000Z`;
const NOW = Date.parse(day(20));

async function tenDays(t) {
  const { log } = open(t);
  for (let n = 11; n <= 20; n++) await log.append([row(`d${n}`, day(n))]);
  return log;
}

test('retain removes by age and by number', async (t) => {
  const log = await tenDays(t);
  assert.deepEqual(await log.retain({ days: 5 }, NOW), { removed: 4 });
  assert.deepEqual(ids(log.read(0, 2)), ['d15', 'd16']);
  assert.deepEqual(await log.retain({ rows: 3, days: 5 }, NOW), { removed: 3 });
  assert.deepEqual(ids(log.read(0, 9)), ['d18', 'd19', 'd20']);
  assert.deepEqual(await log.retain({ rows: 3, days: 5 }, NOW), { removed: 0 });
  assert.deepEqual(await log.retain({ days: 0 }, NOW + 1), { removed: 3 });
  assert.deepEqual(await log.append([row('d21')]), { stored: 1, duplicates: 0 });
  assert.equal(log.last(), 11, 'a position is never given twice');
});

test('retain finds the place where gaps are, and where nothing is', async (t) => {
  const { log } = open(t);
  assert.deepEqual(await log.retain({ days: 1, rows: 1 }, NOW), { removed: 0 });
  await log.append([row('a', day(1)), row('a', day(1)), row('a', day(1)), row('b', day(2))]);
  await log.append([row('b', day(3)), row('c', day(18)), row('c', day(18)), row('d', day(19))]);
  assert.deepEqual(await log.retain({ days: 30 }, NOW), { removed: 0 });
  assert.deepEqual(await log.retain({ days: 18 }, NOW), { removed: 1 }); // exactly 18 days old stays
  assert.deepEqual(ids(log.read(0, 9)), ['b', 'c', 'd']);
  assert.deepEqual(await log.retain({ days: 5 }, NOW), { removed: 1 });
  assert.deepEqual(ids(log.read(0, 9)), ['c', 'd']);
});

test('what the ledger says of streams goes with the events that are older', async (t) => {
  const { log } = open(t);
  const batchOf = (n, receivedAt) => ({
    writeKey: 'k', receivedAt, sentAt: null, firsthand: JSON.stringify({ stream: stream(n), last: 0 }),
  });
  for (const n of [1, 2]) await log.append([row(idIn(stream(n), 0), day(n))], batchOf(n, day(n)));
  await log.append([row(idIn(stream(1), 1), day(19))], batchOf(1, day(19)));
  assert.deepEqual(await log.retain({ days: 5 }, NOW), { removed: 2 });
  const { streams } = log.ledger.view(new URLSearchParams());
  assert.deepEqual(streams.map((one) => one.stream), [stream(1)], 'it was seen since');
  assert.equal(log.through(stream(1)), 1);
});

test('retain keeps what a consumer has not acknowledged, unless it is told to', async (t) => {
  const log = await tenDays(t);
  const consumer = log.consumer('slow');
  await consumer.read(2);
  await consumer.ack(2);
  assert.deepEqual(await log.retain({ rows: 1 }, NOW), { removed: 2 });
  assert.deepEqual(await log.retain({ rows: 1, unread: true }, NOW), { removed: 7 });
  assert.deepEqual(ids(await consumer.read(9)), ['d20']);
});

const of = (messageId, ids) => ({
  ...row(messageId), body: JSON.stringify({ messageId, ...ids }),
});

test('a person is found by any id, and erased with the dead letters', async (t) => {
  const { log, file } = open(t);
  await log.append([
    of('a', { anonymousId: 'anon-1' }), of('b', { anonymousId: 'anon-1', userId: 'ü"1' }),
    of('c', { userId: 'ü"1' }), of('d', { userId: 'other', properties: { note: 'ü"1' } }),
    of('e', { userId: 'new', previousId: 'anon-1' }),
  ]);
  const consumer = log.consumer('crm');
  await consumer.dead((await consumer.read(1))[0], 'refused');
  const found = log.find({ userId: 'ü"1', anonymousId: 'anon-1' });
  assert.deepEqual(ids(found.events), ['a', 'b', 'c', 'e']);
  assert.deepEqual(ids(found.deadLetters), ['a']);
  assert.deepEqual(ids(log.find({ userId: 'anon-1' }).events), ['e']);
  assert.throws(() => log.find({}), /whose events/);

  assert.deepEqual(await log.erase({ userId: 'ü"1', anonymousId: 'anon-1' }),
    { events: 4, deadLetters: 1, remains: false });
  assert.deepEqual(ids(log.read(0, 9)), ['d']);
  assert.deepEqual(await log.deadLetters('crm'), []);
  const bytes = Buffer.concat([file, `${file}-wal`].map((name) => readFileSync(name)));
  assert.ok(bytes.includes('other'), 'the others are there');
  assert.ok(!bytes.includes('anon-1'), 'no page of the file has the id');
});
