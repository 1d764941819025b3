// The shared log on librdkafka's mock cluster, with injected errors. The mock
// speaks Kafka's protocol but keeps nothing on disk: a real broker was never
// tested.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import { openLog } from '../../relay/openlog.mjs';
import { idIn, ledger, ours, place, post, span, start, stream, until } from './help.mjs';

// The mock tells no controller (node 0, which is not there), and kafkajs asks it
// for an idempotent producer's id.
const Cluster = createRequire(import.meta.url)('kafkajs/src/cluster');
const { findControllerBroker } = Cluster.prototype;
Cluster.prototype.findControllerBroker = function findAny() {
  if (this.brokerPool.metadata) this.brokerPool.metadata.controllerId ||= 1;
  return findControllerBroker.call(this);
};

const MOCK = fileURLToPath(new URL('../../build/relay/kafka-mock', import.meta.url));
const PRODUCE = 0;
const NOT_LEADER = 6;
const TIMED_OUT = 7;

let mock;
before(async (suite) => {
  assert.ok(existsSync(MOCK), 'make build/relay/kafka-mock makes the mock cluster');
  const child = spawn(MOCK, { stdio: ['pipe', 'pipe', 'ignore'] });
  suite.after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const servers = (await lines.next()).value.split(',');
  mock = {
    servers,
    async tell(line) {
      child.stdin.write(`${line}\n`);
      assert.equal((await lines.next()).value, 'ok');
    },
  };
});

let made = 0;
async function newTopic() {
  const name = `test${++made}`;
  await mock.tell(`topic ${name} 4`);
  await mock.tell(`topic ${name}.log 1`);
  return name;
}

async function open(t, name, index = join(place(t), 'index.db')) {
  const log = await openLog(`kafka://${mock.servers.join(',')}/${name}`, { index });
  t.after(() => log.close());
  return log;
}

const row = (messageId, anonymousId = 'anon') => ({
  messageId, type: 'track', writeKey: 'k', receivedAt: '2026-01-01T00:00:01.000Z',
  timestamp: '2026-01-01T00:00:00.000Z', body: JSON.stringify({ messageId, anonymousId }),
});
const ids = (found) => found.map(({ messageId }) => messageId);
const all = (log) => ids(log.read(0, 1e6));

async function readAll(consumer, count) {
  const read = [];
  while (new Set(ids(read)).size < count && await consumer.wait()) {
    const more = await consumer.read(100);
    read.push(...more);
    await consumer.ack(more.at(-1).seq);
  }
  return read;
}

test('errors of the brokers: what was acknowledged is stored once', async (t) => {
  const name = await newTopic();
  const log = await open(t, name);
  const acked = [];
  for (const n of span(0, 19)) {
    if (n % 5 === 1) await mock.tell(`error ${PRODUCE} ${NOT_LEADER} 2`);
    if (n % 5 === 3) await mock.tell(`error ${PRODUCE} ${TIMED_OUT} 2`);
    const events = span(0, 9).map((i) => row(idIn(stream(1), n * 10 + i), `v${i}`));
    while (!await log.append(events).catch(() => false));
    acked.push(...ids(events));
  }
  await until(() => log.count() === acked.length);
  assert.deepEqual(new Set(all(log)), new Set(acked));
  const read = await readAll(log.consumer('crm'), acked.length);
  assert.deepEqual(new Set(ids(read)), new Set(acked));
  assert.equal(read.length, acked.length, 'none delivered twice');
  t.diagnostic(`${acked.length} acknowledged with 8 bursts of errors, ${log.count()} stored, 0 twice`);
});

// Each waits for the mock's 3 s before a new group may read; so together.
describe('without errors', { concurrency: true }, () => {
  test('two relays share a topic; copies are dropped, also for consumers', async (t) => {
    const name = await newTopic();
    const [one, two] = [await open(t, name), await open(t, name)];
    assert.deepEqual(await one.append([row('a'), row('b'), row('a')]), { stored: 2, duplicates: 1 });
    await until(() => two.count() === 2);
    assert.deepEqual(await two.append([row('b'), row('ü')]), { stored: 1, duplicates: 1 });
    // At one moment both take it for new: Kafka has it twice, nobody sees it twice.
    await Promise.all([one.append([row('both')]), two.append([row('both')])]);
    await one.append([row('z')]);
    await until(() => one.count() === 5 && two.count() === 5);
    assert.deepEqual(all(one), ['a', 'b', 'ü', 'both', 'z']);
    const read = await readAll(one.consumer('crm'), 5);
    assert.deepEqual(ids(read), ['a', 'b', 'ü', 'both', 'z']);
  });

  test('events go by visitor, as CloudEvents', async (t) => {
    const name = await newTopic();
    const log = await open(t, name);
    await log.append(span(0, 39).map((n) => row(`e${n}`, `visitor${n % 4}`)));
    const client = new kafkajs.Kafka({ brokers: mock.servers, logLevel: kafkajs.logLevel.NOTHING });
    const reader = client.consumer({ groupId: `${name}.outside` });
    t.after(() => reader.disconnect());
    await reader.connect();
    await reader.subscribe({ topics: [name], fromBeginning: true });
    const found = [];
    await reader.run({
      eachMessage: async ({ partition, message: { key, headers } }) => void found.push({
        key: String(key), partition,
        headers: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)])),
      }),
    });
    await until(() => found.length === 40);
    const partitions = new Map(found.map(({ key, partition }) => [key, partition]));
    assert.equal(partitions.size, 4);
    for (const { key, partition } of found) assert.equal(partition, partitions.get(key));
    const { headers } = found.find((one) => one.headers.ce_id === 'e0');
    assert.deepEqual(headers, {
      'content-type': 'application/json', ce_specversion: '1.0', ce_id: 'e0',
      ce_source: '/firsthand/k', ce_type: 'firsthand.event.track',
      ce_time: '2026-01-01T00:00:00.000Z', ce_receivedat: '2026-01-01T00:00:01.000Z',
    });
  });

  test('a consumer goes on behind what it has acknowledged', async (t) => {
    const name = await newTopic();
    const log = await open(t, name);
    const events = span(0, 19).map((n) => row(`e${n}`));
    await log.append(events);
    const first = log.consumer('crm');
    const read = [];
    while (read.length < 20 && await first.wait()) read.push(...await first.read(20));
    await first.ack(read[9].seq);
    assert.deepEqual(await log.consumers(), [{ name: 'crm', pending: 10, dead: 0 }]);
    await first.close();
    assert.deepEqual(ids(await readAll(log.consumer('crm'), 10)), ids(events).slice(10));
  });

  test('dead letters, ledger and a lost index are as on JetStream', async (t) => {
    const name = await newTopic();
    const A = stream(2);
    const relay = await start(t, { log: await open(t, name) });
    const { log } = relay;
    const { answer } = await post(`${relay.url}/v1/batch`, ours(A, span(0, 4)));
    assert.deepEqual(answer.ack, { [A]: 4 });
    await post(`${relay.url}/v1/batch`, ours(A, span(4, 5)));
    const consumer = log.consumer('crm');
    await consumer.wait();
    const [first] = await consumer.read(1);
    await consumer.dead(first, 'refused');
    assert.deepEqual(ids(await log.deadLetters('crm')), [idIn(A, 0)]);
    const before = await ledger(relay);
    assert.equal(before.totals.doubledOnTheWire, 1);

    const again = await start(t, { log: await open(t, name) }); // an empty index
    assert.deepEqual(await ledger(again), before);
    assert.deepEqual(await again.log.replay('crm', () => {}), { delivered: 1, failed: 0 });
    await until(async () => (await log.deadLetters('crm')).length === 0);
  });

  test('erase says that Kafka keeps what it has; no relay shows it any more', async (t) => {
    const name = await newTopic();
    const log = await open(t, name);
    await log.append([row('a', 'one'), row('b', 'two')]);
    assert.deepEqual(await log.erase({ anonymousId: 'one' }),
      { events: 1, deadLetters: 0, remains: true });
    assert.deepEqual(all(log), ['b']);
    const other = await open(t, name);
    assert.deepEqual(all(other), ['b'], 'nor does an index made anew');
    assert.deepEqual(ids(await readAll(other.consumer('crm'), 1)), ['b']);
    assert.deepEqual(await other.append([row('a', 'one')]), { stored: 0, duplicates: 1 });
  });
});
