// Kafka below a shared log: events in one topic by visitor, so that those of one
// visitor keep their order; what only relays tell each other in another.
import { setTimeout } from 'node:timers/promises';
import { PREFETCH_ROWS } from './limits.mjs';

// The part of the other topic, which has only one; above every partition.
const OWN_PART = 1023;

// How long a broker may hold back an answer for more to come: the index is to be
// a few ms behind, a consumer may be slower and costs less.
const TAIL_WAIT_MS = 50;
const READ_WAIT_MS = 250;

// A relay that is silent for so long counts as dead: others get its partitions.
const SESSION_MS = 10_000;

/**
 * Tested only against the mock cluster of librdkafka, with injected errors:
 * never against a real broker.
 *
 * @param {object} options
 * @param {string[]} options.servers 'host:port'.
 * @param {string} options.topic of the events; `<topic>.log` is the other one.
 *   Both are made where they are missing.
 * @param {number} [options.partitions] of the first, 512 at most.
 * @param {number} [options.replicas]
 * @param {object} [options.login] `{user, pass}`: SASL PLAIN.
 * @param {boolean} [options.tls]
 * @returns {Promise<object>} a transport, see `sharedlog.mjs`. Without `remove`
 *   and `purge`: Kafka's own retention decides how long events stay. Without
 *   `acknowledged`; `consumers` tells only of those that are open here.
 * @throws when the package is missing or no broker answers.
 */
export async function openKafka({
  servers, topic, partitions = 12, replicas = 3, login: { user, pass } = {}, tls = false,
}) {
  const { Kafka, Partitioners, logLevel } = await load();
  const kafka = new Kafka({
    clientId: 'firsthand-relay',
    brokers: servers,
    ssl: tls,
    sasl: user && { mechanism: 'plain', username: user, password: pass },
    logLevel: logLevel.NOTHING, // what fails rejects, and its caller tells
    retry: { initialRetryTime: 100, retries: 8 },
  });
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const choose = Partitioners.DefaultPartitioner();
  const ownTopic = `${topic}.log`;
  const readers = new Set();
  const groups = new Map();
  let parts;

  async function start() {
    await admin.connect();
    const there = await admin.listTopics();
    const topics = [
      { topic, numPartitions: partitions, replicationFactor: replicas },
      { topic: ownTopic, numPartitions: 1, replicationFactor: replicas },
    ].filter((one) => !there.includes(one.topic));
    if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true });
    const { topics: [{ partitions: found }] } =
      await admin.fetchTopicMetadata({ topics: [topic] });
    if (found.length > OWN_PART) {
      throw new Error(`The topic ${topic} has more than ${OWN_PART} partitions.`);
    }
    parts = found;
    await producer.connect();
  }

  const placeOf = (part) => (part === OWN_PART
    ? { topic: ownTopic, partition: 0 } : { topic, partition: part });
  const partOf = (place) => (place.topic === ownTopic ? OWN_PART : place.partition);

  async function publish(messages) {
    const byPart = new Map();
    const places = messages.map(({ kind, id, attributes, data }) => {
      const key = kind === 'event' ? keyOf(data) ?? id : id;
      const part = kind === 'event'
        ? choose({ topic, partitionMetadata: parts, message: { key } }) : OWN_PART;
      if (!byPart.has(part)) byPart.set(part, []);
      const list = byPart.get(part);
      list.push({ key, value: data, headers: headersOf(attributes), ...placeOf(part) });
      return { part, index: list.length - 1 };
    });
    const topicMessages = [topic, ownTopic].map((name) => ({
      topic: name, messages: [...byPart.values()].flat().filter((one) => one.topic === name),
    })).filter((one) => one.messages.length > 0);
    const written = await producer.sendBatch({ topicMessages, acks: -1 });
    const bases = new Map(written.map((one) =>
      [partOf({ topic: one.topicName, partition: one.partition }), Number(one.baseOffset)]));
    return places.map(({ part, index }) =>
      ({ part, position: bases.get(part) + index, duplicate: false }));
  }

  async function endsOf() {
    const ends = new Map();
    for (const name of [topic, ownTopic]) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(name)) {
        if (high > low) ends.set(partOf({ topic: name, partition }), Number(high) - 1);
      }
    }
    return ends;
  }

  async function tail(cursors, onMessages) {
    const ends = await endsOf();
    for (const [part, position] of cursors) {
      if (position > (ends.get(part) ?? Infinity)) {
        throw new Error(`The index has read more of ${topic} than there is: it belongs to `
          + 'another topic. Delete it, and it is made anew.');
      }
    }
    // A group of its own, which never commits: every relay reads everything.
    const reader = kafka.consumer({
      groupId: `${topic}.index.${crypto.randomUUID()}`, maxWaitTimeInMs: TAIL_WAIT_MS,
    });
    readers.add(reader);
    await reader.connect();
    await reader.subscribe({ topics: [topic, ownTopic], fromBeginning: true });
    await reader.run({
      autoCommit: false,
      async eachBatch({ batch, heartbeat }) {
        const part = partOf(batch);
        await onMessages(batch.messages.map((one) => messageOf(part, one)));
        await heartbeat();
      },
    });
    // Some of what it has may come before this counts; the index knows.
    for (const [part, position] of cursors) {
      reader.seek({ ...placeOf(part), offset: String(position + 1) });
    }
    return { ends: new Map([...ends].filter(([part, end]) => end > (cursors.get(part) ?? -1))) };
  }

  async function consume(name, { start: from = 'first' }, onMessage) {
    const groupId = `${topic}.${name}`;
    const reader = kafka.consumer({
      groupId, maxWaitTimeInMs: READ_WAIT_MS, sessionTimeout: SESSION_MS,
    });
    const group = { reader, groupId, held: new Map() };
    readers.add(reader);
    await reader.connect();
    await reader.subscribe({ topics: [topic], fromBeginning: from === 'first' });
    const joined = new Promise((done) => { reader.on(reader.events.GROUP_JOIN, done); });
    // A rebalance gives what we hold to whoever reads the partition then.
    reader.on(reader.events.REBALANCING, () => group.held.clear());
    await reader.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      async eachBatch({ batch, heartbeat, resolveOffset, isRunning, isStale }) {
        const { partition } = batch;
        for (const one of batch.messages) {
          while (sizeOf(group.held) >= PREFETCH_ROWS && isRunning() && !isStale()) {
            await heartbeat();
            await setTimeout(50);
          }
          if (!isRunning() || isStale()) return;
          const message = messageOf(partition, one);
          if (!group.held.has(partition)) group.held.set(partition, new Set());
          group.held.get(partition).add(message.position);
          await onMessage({ ...message, deliveries: 1, group });
          resolveOffset(one.offset);
          await heartbeat();
        }
      },
    });
    await joined;
    groups.set(name, group);
    return {
      async close() {
        groups.delete(name);
        readers.delete(reader);
        await reader.disconnect();
      },
    };
  }

  // What is committed is one position for each partition: the first that is
  // still held, or the one behind all.
  async function acknowledge(messages) {
    const touched = new Map();
    for (const { group, part, position } of messages) {
      if (!group.held.get(part)?.delete(position)) continue; // another one has it now
      if (!touched.has(group)) touched.set(group, new Map());
      const most = touched.get(group).get(part) ?? -1;
      touched.get(group).set(part, Math.max(most, position));
    }
    await Promise.all([...touched].map(([{ reader, held }, done]) =>
      reader.commitOffsets([...done].map(([partition, position]) => ({
        topic, partition, offset: String(Math.min(position + 1, ...held.get(partition))),
      })))));
  }

  async function pendingOf({ groupId }) {
    const [{ partitions: done }] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const committed = new Map(done.map(({ partition, offset }) => [partition, Number(offset)]));
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.reduce((sum, { partition, low, high }) =>
      sum + Number(high) - Math.max(Number(low), committed.get(partition) ?? 0), 0);
  }

  async function close() {
    await Promise.allSettled([...readers].map((reader) => reader.disconnect()));
    await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
  }

  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    publish,
    tail,
    consume,
    acknowledge,
    consumers: () => Promise.all([...groups].map(async ([name, group]) =>
      ({ name, pending: await pendingOf(group) }))),
    close,
  };
}

const sizeOf = (held) => [...held.values()].reduce((sum, { size }) => sum + size, 0);

/** The visitor of an event. */
function keyOf(body) {
  const { anonymousId, userId } = JSON.parse(body);
  return anonymousId ?? userId;
}

// Kafka's binding of CloudEvents says "ce_", and content-type for itself.
const headersOf = ({ datacontenttype, ...attributes }) => Object.fromEntries([
  ['content-type', datacontenttype],
  ...Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]),
]);

function messageOf(part, { offset, headers, value }) {
  const attributes = Object.fromEntries(Object.entries(headers ?? {})
    .filter(([name]) => name.startsWith('ce_'))
    .map(([name, text]) => [name.slice(3), String(text)]));
  return { part, position: Number(offset), attributes, data: String(value) };
}

async function load() {
  try {
    return (await import('kafkajs')).default;
  } catch (error) {
    throw new Error(`Kafka needs the package kafkajs: npm install it. (${error.message})`);
  }
}
