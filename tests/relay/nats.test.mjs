// The shared log on a real JetStream cluster of three servers.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { connect } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { openEventLog } from '../../relay/eventlog.mjs';
import { openLog } from '../../relay/openlog.mjs';
import { startCluster } from './cluster.mjs';
import {
  batch, idIn, ledger, ours, place, post, runRelay, span, spawnRelay, start, stream, track, until,
} from './help.mjs';

let cluster;
before(async (suite) => { cluster = await startCluster(suite); });

let made = 0;
const newStream = () => `test${++made}`;
const address = (name) => `nats://${cluster.servers.join(',')}/${name}`;

async function open(t, name, { index = join(place(t), 'index.db'), ...options } = {}) {
  const log = await openLog(address(name), { index, ...options });
  t.after(() => log.close());
  return log;
}

/** Our own connection beside the relays'. */
async function outside(t) {
  const connection = await connect({ servers: cluster.servers });
  t.after(() => connection.close());
  return { js: jetstream(connection), manager: await jetstreamManager(connection) };
}

const row = (messageId, ids) => ({
  messageId, type: 'track', writeKey: 'k', receivedAt: '2026-01-01T00:00:01.000Z',
  timestamp: '2026-01-01T00:00:00.000Z', body: JSON.stringify({ messageId, ...ids }),
});
const rows = (...ids) => ids.map((id) => row(id));
const ids = (found) => found.map(({ messageId }) => messageId);
const all = (log) => ids(log.read(0, 1e6));

test('two relays share a log: order, copies, and what a reader sees', async (t) => {
  const name = newStream();
  const [one, two] = [await open(t, name), await open(t, name)];
  assert.deepEqual(await one.append(rows('a', 'b', 'a')), { stored: 2, duplicates: 1 });
  await until(() => two.count() === 2);
  assert.deepEqual(await two.append(rows('b', 'ü %"\n')), { stored: 1, duplicates: 1 });
  await until(() => one.count() === 3);
  assert.deepEqual(one.read(0, 9), two.read(0, 9));
  assert.deepEqual(all(one), ['a', 'b', 'ü %"\n']);
});

test('copies that reach two relays at one moment are stored once', async (t) => {
  const name = newStream();
  const logs = [await open(t, name), await open(t, name)];
  const events = rows(...span(0, 199).map(String));
  const done = await Promise.all(logs.map((log) => log.append(events)));
  assert.equal(done[0].stored + done[1].stored, 200);
  await until(() => logs.every((log) => log.count() === 200));
  const { manager } = await outside(t);
  assert.equal((await manager.streams.info(name)).state.messages, 200);
});

test('an event is a CloudEvent in the stream', async (t) => {
  const name = newStream();
  const log = await open(t, name);
  await log.append([row('ü 1')]);
  const { manager } = await outside(t);
  const message = await manager.streams.getMessage(name, { seq: 1 });
  assert.equal(message.subject, `${name}.event`);
  assert.deepEqual(Object.fromEntries([...message.header].map(([key, [value]]) => [key, value])), {
    'Nats-Msg-Id': '%C3%BC%201',
    'ce-specversion': '1.0', 'ce-datacontenttype': 'application/json',
    'ce-id': '%C3%BC%201', 'ce-source': '/firsthand/k', 'ce-type': 'firsthand.event.track',
    'ce-time': '2026-01-01T00:00:00.000Z', 'ce-receivedat': '2026-01-01T00:00:01.000Z',
  });
  assert.deepEqual(JSON.parse(message.string()), { messageId: 'ü 1' });
});

test('a copy that comes after the servers have forgotten its id is known', async (t) => {
  const name = newStream();
  const { js, manager } = await outside(t);
  await manager.streams.add({
    name, subjects: [`${name}.>`], num_replicas: 1, duplicate_window: 100 * 1e6,
  });
  const [one, two] = [await open(t, name), await open(t, name)];
  await one.append(rows('a'));
  // A relay that did not know it puts a copy into the stream.
  const { header, data } = await manager.streams.getMessage(name, { seq: 1 });
  await until(async () => !(await js.publish(`${name}.event`, data, { headers: header })).duplicate);
  await two.append(rows('z'));
  await until(() => [one, two].every((log) => log.count() === 2));
  assert.deepEqual(await two.append(rows('a')), { stored: 0, duplicates: 1 });
  assert.deepEqual([all(one), all(two)], [['a', 'z'], ['a', 'z']]);
  const consumer = one.consumer('crm');
  const read = [];
  while (read.length < 2 && await consumer.wait()) read.push(...await consumer.read(9));
  assert.deepEqual(ids(read), ['a', 'z'], 'nor is it delivered twice');
});

test('a relay on JetStream answers and counts as one on SQLite', async (t) => {
  const A = stream(1);
  const B = stream(2);
  const shared = await start(t, { log: await open(t, newStream()) });
  const single = await start(t);
  const clock = { sentAt: undefined };
  const requests = [
    ours(A, span(0, 4), clock),
    ours(A, span(3, 6), { ...clock, dropped: { size: 2 } }), // 3 and 4 are copies
    ours(B, [2, 3], clock),
    batch([track({ messageId: 'chosen' }), { bad: 1 }, track({ messageId: 'chosen' })]),
    batch([], { firsthand: { v: 1, stream: A, first: 0, last: 9, ask: true } }),
    ours(A, [9], clock),
  ];
  for (const body of requests) {
    const answers = await Promise.all([shared, single].map(({ url }) =>
      post(`${url}/v1/batch`, body)));
    assert.deepEqual(answers[0].answer, answers[1].answer);
    assert.equal(answers[0].status, answers[1].status);
  }
  const have = { writeKey: 'key', streams: { [A]: [0, 9], [B]: [0, 3] } };
  const [first, second] = await Promise.all([shared, single].map(({ url }) =>
    post(`${url}/v1/have`, have)));
  assert.deepEqual(first.answer, second.answer);
  const view = async (relay) => {
    const { totals, streams } = await ledger(relay);
    return { totals, streams: streams.map(({ firstSeen, lastSeen, ...rest }) => rest) };
  };
  assert.deepEqual(await view(shared), await view(single));
  assert.equal((await view(shared)).totals.doubledOnTheWire, 2);
});

test('an index that is lost is made anew from the stream', async (t) => {
  const name = newStream();
  const index = join(place(t), 'index.db');
  const A = stream(3);
  const relay = await start(t, { log: await open(t, name, { index }) });
  await post(`${relay.url}/v1/batch`, ours(A, span(0, 2)));
  await post(`${relay.url}/v1/batch`, ours(A, span(2, 6)));
  const before = await ledger(relay);
  await relay.close();
  for (const end of ['', '-wal', '-shm']) rmSync(index + end, { force: true });
  const again = await start(t, { log: await open(t, name, { index }) });
  assert.deepEqual(await ledger(again), before);
  assert.deepEqual(again.log.through(A), 6);
  await again.close();
  assert.equal((await open(t, name, { index })).count(), 7, 'and it goes on from there');
});

test('a consumer of two relays gets each row once; what one held, the other gets', async (t) => {
  const name = newStream();
  const [one, two] = [await open(t, name), await open(t, name)];
  const first = one.consumer('crm');
  const events = rows(...span(0, 99).map(String));
  await one.append(events);
  await first.wait();
  await until(async () => (await one.consumers())[0]?.pending === 100);
  const read = await first.read(30);
  await first.ack(read[9].seq);
  await until(async () => (await one.consumers())[0].pending === 90);
  await first.close(); // 20 of those it has read are not acknowledged

  const second = two.consumer('crm');
  const got = [];
  while (new Set(ids(got)).size < 90 && await second.wait()) {
    const more = await second.read(50);
    got.push(...more);
    await second.ack(more.at(-1).seq);
  }
  assert.deepEqual(new Set(ids(got)), new Set(ids(events).slice(10)));
  await until(async () => (await two.consumers())[0].pending === 0);
});

test('start: next leaves out what is there', async (t) => {
  const log = await open(t, newStream());
  await log.append(rows('a'));
  const consumer = log.consumer('crm', { start: 'next' });
  assert.deepEqual(await consumer.read(9), []);
  await log.append(rows('b'));
  await consumer.wait();
  assert.deepEqual(ids(await consumer.read(9)), ['b']);
});

test('dead letters and their replay are the same for all relays', async (t) => {
  const name = newStream();
  const [one, two] = [await open(t, name), await open(t, name)];
  const consumer = one.consumer('crm');
  await one.append(rows('a', 'b'));
  const read = [];
  while (read.length < 2 && await consumer.wait()) read.push(...await consumer.read(9));
  for (const one of read) await consumer.dead(one, 'refused');
  await consumer.ack(2);
  await until(async () => (await two.deadLetters('crm')).length === 2);
  const deliver = ({ messageId }) => messageId === 'a' || Promise.reject(new Error('again'));
  assert.deepEqual(await two.replay('crm', deliver), { delivered: 1, failed: 1 });
  const reasons = async () => (await one.deadLetters('crm')).map((d) => [d.messageId, d.reason]);
  await until(async () => JSON.stringify(await reasons()) === '[["b","again"]]');
  assert.deepEqual(await one.consumers(), [{ name: 'crm', pending: 0, dead: 1 }]);
  await assert.rejects(one.drop('crm'), /is open/);
  await consumer.close();
  await two.drop('crm');
  assert.deepEqual(await one.consumers(), []);
  await until(async () => (await one.deadLetters('crm')).length === 0);
});

test('a row that is given out too often is put aside', async (t) => {
  const name = newStream();
  const log = await open(t, name, { maxDeliveries: 2 });
  await log.append(rows('poison'));
  for (const life of [1, 2]) {
    const consumer = log.consumer('crm');
    assert.ok(await consumer.wait(), `life ${life}`);
    assert.deepEqual(ids(await consumer.read(9)), ['poison']);
    await consumer.close();
  }
  log.consumer('crm');
  await until(async () => (await log.deadLetters('crm')).length === 1);
  assert.match((await log.deadLetters('crm'))[0].reason, /given out 2 times/);
  await until(async () => (await log.consumers())[0].pending === 0);
});

test('erase removes a person from the stream and from every index', async (t) => {
  const name = newStream();
  const [one, two] = [await open(t, name), await open(t, name)];
  await one.append([row('a', { userId: 'u1' }), row('b', { userId: 'u2' }), row('c', { anonymousId: 'u1' })]);
  assert.deepEqual(await one.erase({ userId: 'u1' }),
    { events: 1, deadLetters: 0, remains: false });
  await until(() => all(two).join() === 'b,c');
  assert.deepEqual(all(one), ['b', 'c']);
  const { manager } = await outside(t);
  await assert.rejects(async () => {
    if (!await manager.streams.getMessage(name, { seq: 1 })) throw new Error('no message found');
  }, /no message found/);
});

test('retain purges the stream up to what all consumers have acknowledged', async (t) => {
  const name = newStream();
  const log = await open(t, name);
  const { manager } = await outside(t);
  const left = async () => (await manager.streams.info(name)).state.first_seq;
  await log.append(rows('a', 'b', 'c', 'd'));
  const consumer = log.consumer('crm');
  const read = [];
  while (read.length < 4 && await consumer.wait()) read.push(...await consumer.read(9));
  await consumer.ack(2);
  assert.deepEqual(await log.retain({ rows: 1 }), { removed: 2 });
  assert.deepEqual([all(log), await left()], [['c', 'd'], 3]);
  assert.deepEqual(await log.retain({ rows: 1, unread: true }), { removed: 1 });
  assert.deepEqual([all(log), await left()], [['d'], 4]);
});

test('an index of another log is refused', async (t) => {
  const index = join(place(t), 'index.db');
  const own = openEventLog(index);
  await own.append(rows('a'));
  await own.close();
  await assert.rejects(open(t, newStream(), { index }), /log of its own/);

  const other = join(place(t), 'index.db');
  const log = await open(t, newStream(), { index: other });
  await log.append(rows('a', 'b'));
  await log.close();
  await assert.rejects(open(t, newStream(), { index: other }), /belongs to another stream/);
});

test('a relay and a command use one index', async (t) => {
  const name = newStream();
  const index = join(place(t), 'index.db');
  const A = stream(4);
  const relay = await start(t, { log: await open(t, name, { index }) });
  await open(t, name, { index });
  await post(`${relay.url}/v1/batch`, ours(A, span(0, 9), { dropped: { size: 1 } }));
  await post(`${relay.url}/v1/batch`, ours(A, span(9, 12)));
  const { totals } = await ledger(relay);
  assert.deepEqual([totals.received, totals.doubledOnTheWire], [13, 1]);
});

test('firsthand-relay copy moves a file into the stream, twice without harm', async (t) => {
  const name = newStream();
  const dir = place(t);
  const db = join(dir, 'events.db');
  const A = stream(5);
  const relay = await start(t, { db });
  await post(`${relay.url}/v1/batch`, ours(A, span(0, 5)));
  await post(`${relay.url}/v1/batch`, ours(A, span(4, 7)));
  await post(`${relay.url}/v1/batch`, batch([track({ messageId: 'plain' })]));
  const consumer = relay.log.consumer('crm');
  const read = await consumer.read(6);
  await consumer.dead(read[1], 'refused');
  await consumer.ack(read[5].seq);
  const before = await ledger(relay);

  const copy = (...more) => runRelay('copy', '--db', db, '--log', address(name),
    '--index', join(dir, 'index.db'), ...more);
  const first = await copy();
  assert.match(first.text, /9 events in .*: 9 copied, 0 were there; 2 batches, 1 dead letters, 0 consumers/);
  assert.match(first.text, /\n9 events in nats:/);
  await post(`${relay.url}/v1/batch`, ours(A, [8]));
  const after = await ledger(relay);
  await relay.close();
  const second = await copy('--cursors');
  assert.match(second.text, /10 events in .*: 1 copied, 9 were there; 1 batches, 1 dead letters, 1 consumers/);
  assert.match(second.text, /\n10 events in nats:/);

  const moved = await start(t, { log: await open(t, name) });
  const view = ({ totals, streams }) => ({ totals, streams: streams.map(({ seq, ...rest }) => rest) });
  assert.notDeepEqual(view(after), view(before));
  assert.deepEqual(view(await ledger(moved)), view(after));
  assert.equal((await moved.log.deadLetters('crm')).length, 1);
  const next = moved.log.consumer('crm');
  const rest = [];
  while (rest.length < 4 && await next.wait()) rest.push(...await next.read(9));
  assert.deepEqual(ids(rest), [idIn(A, 6), idIn(A, 7), 'plain', idIn(A, 8)]);
});

test('the command serves, asks and erases on a stream', async (t) => {
  const name = newStream();
  const index = join(place(t), 'index.db');
  const { url } = await spawnRelay(t, '--log', address(name), '--db', index);
  await post(`${url}/v1/batch`, batch([track({ userId: 'u1' }), track({ userId: 'u2' })]));
  const on = (...args) => runRelay(...args, '--log', address(name), '--db', index);
  assert.match((await on('status')).text, /^2 events/);
  assert.match((await on('export', '--user-id', 'u1')).text, /"userId":"u1"/);
  assert.match((await on('erase', '--user-id', 'u1')).text, /removed 1 events and 0 dead letters/);
  assert.doesNotMatch((await on('export', '--user-id', 'u1')).text, /"userId"/);
  assert.match((await on('status')).text, /^1 events/);
});

test('an address that cannot be used is told', async (t) => {
  const index = join(place(t), 'index.db');
  await assert.rejects(openLog('mysql://u:secret@h/x', { index }), (error) => {
    assert.match(error.message, /is no log/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
  await assert.rejects(openLog(`${address('x')}?replica=3`, { index }), /no option/);
  await assert.rejects(openLog('nats://127.0.0.1:1/x', { index }), /refused|connect/i);
});

test('the leader is killed under load: each acknowledged event is stored once', async (t) => {
  const own = await startCluster(t);
  const logs = [];
  for (const _ of [1, 2]) {
    const log = await openLog(`nats://${own.servers.join(',')}/load`, { index: join(place(t), 'i.db') });
    t.after(() => log.close());
    logs.push(log);
  }
  const consumer = logs[0].consumer('crm');
  const acked = [];
  let failed = 0;
  // Four senders at each relay, 40 batches of 20, as patient as the agent.
  const sender = async (log, sent) => {
    for (const n of span(0, 39)) {
      const events = rows(...span(0, 19).map((i) => idIn(stream(sent), n * 20 + i)));
      for (;;) {
        const done = await log.append(events).catch(() => undefined);
        if (done) break;
        failed += 1;
      }
      acked.push(...ids(events));
    }
  };
  const work = Promise.all(span(0, 7).map((n) => sender(logs[n % 2], 10 + n)));
  await until(() => acked.length > 2000);
  const info = async () => (await own.monitor('/jsz?streams=true'))
    ?.account_details?.[0]?.stream_detail?.[0]?.cluster?.leader;
  const leader = await info();
  own.nodes.find(({ name }) => name === leader).child.kill('SIGKILL');
  const killedAt = acked.length;
  await work;
  await until(() => logs.every((log) => log.count() === acked.length));
  for (const log of logs) {
    const found = all(log);
    assert.equal(new Set(found).size, found.length, 'none twice');
    assert.deepEqual(new Set(found), new Set(acked), 'none lost');
  }
  const read = [];
  while (new Set(read).size < acked.length && await consumer.wait()) {
    const more = await consumer.read(256);
    read.push(...ids(more));
    // The consumer may have lost its leader too: what was not acknowledged comes again.
    await consumer.ack(more.at(-1).seq).catch(() => {});
  }
  assert.deepEqual(new Set(read), new Set(acked), 'all delivered');
  t.diagnostic(`${acked.length} acknowledged (${killedAt} before the kill, ${failed} appends `
    + `failed and were sent again), ${acked.length} stored, 0 twice, ${read.length} delivered`);
});
