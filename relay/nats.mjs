// NATS JetStream below a shared log: a stream on three servers, written by
// message id, read by each relay's index and by durable pull consumers.
// docs.nats.io/nats-concepts/jetstream
import { readFileSync } from 'node:fs';
import { setImmediate as immediate, setTimeout } from 'node:timers/promises';
import { PREFETCH_ROWS } from './limits.mjs';

// A copy that comes within this time of the first is known by the servers, a
// later one by the index of whoever is asked, which is a few ms behind. Each id
// costs the servers about 100 bytes for that long.
const WINDOW_MS = 120_000;

// While the servers choose a new leader (seconds) we try again. Longer would
// not help: the sender waits for the answer, and tries again by itself.
const PATIENCE_MS = 8000;
const TRY_MS = 2000;

// A row of a consumer that has died goes to another one after this time.
const ACK_WAIT_MS = 30_000;

// How long one question for more messages waits, and how often the index looks
// whether it still gets them.
const READ_MS = 4000;

// After a reading that the servers ended.
const RETRY_MS = 500;

// Messages that a relay's index reads ahead.
const TAIL_ROWS = 1000;

// A row that we give back goes to another reader only when the servers know
// that we do not read any more: else it is sent to us, and lost for 30 s.
const NAK_MS = 500;

const ns = (ms) => ms * 1_000_000;

/**
 * @param {object} options
 * @param {string[]} options.servers 'host:port'.
 * @param {string} options.stream its name; made where it is missing, on
 *   `replicas` servers. One that is there keeps its owner's configuration.
 * @param {number} [options.replicas]
 * @param {object} [options.login] `{user, pass}`, `{token}`, `{creds: file}`.
 * @param {boolean} [options.tls]
 * @returns {Promise<object>} a transport, see `sharedlog.mjs`.
 * @throws when the packages are missing, no server answers, or the stream
 *   cannot be made.
 */
export async function openNats({ servers, stream, replicas = 3, login = {}, tls }) {
  const { connect, credsAuthenticator, headers, jetstream, jetstreamManager } = await load();
  const { creds, ...userOrToken } = login;
  const connection = await connect({
    servers,
    ...userOrToken,
    ...(creds && { authenticator: credsAuthenticator(readFileSync(creds)) }),
    ...(tls && { tls: {} }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
  });
  const js = jetstream(connection, { timeout: TRY_MS });
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const held = new Map(); // messages that are not acknowledged, and who reads them
  const reading = new Set();
  let closed = false;

  /** Tries until the servers, which may be choosing a leader, can do it. */
  async function patiently(work) {
    const until = Date.now() + PATIENCE_MS;
    for (let tries = 0; ; tries += 1) {
      try {
        return await work(tries);
      } catch (error) {
        if (connection.isClosed() || Date.now() > until) throw error;
        await setTimeout(100);
      }
    }
  }

  const ensureStream = () => patiently(async () => {
    try {
      await manager.streams.info(stream);
    } catch (error) {
      if (error.name !== 'StreamNotFoundError') throw error;
      await manager.streams.add({
        name: stream, subjects: [`${stream}.>`], num_replicas: replicas,
        duplicate_window: ns(WINDOW_MS),
      });
    }
  });

  function publishOne({ kind, id, attributes, data }) {
    const head = headers();
    for (const [name, value] of Object.entries(attributes)) head.set(`ce-${name}`, value);
    return patiently(async (tries) => {
      const { seq, duplicate } = await js.publish(`${stream}.${kind}`, data,
        { msgID: id, headers: head, timeout: TRY_MS });
      // Of a try before this one only the answer may have been lost.
      return { part: 0, position: seq, duplicate: duplicate && tries === 0 };
    });
  }

  /** The newest message that is there, 0 for none. */
  async function end() {
    try {
      return (await manager.streams.getMessage(stream,
        { last_by_subj: `${stream}.>` }))?.seq ?? 0;
    } catch (error) {
      if (error.code === 10037) return 0; // no message found
      throw error;
    }
  }

  async function tail(cursors, onMessages) {
    const cursor = cursors.get(0) ?? 0;
    const { state } = await manager.streams.info(stream);
    if (cursor > state.last_seq) {
      throw new Error(`The stream ${stream} ends at ${state.last_seq}, the index has read `
        + `${cursor}: it belongs to another stream. Delete it, and it is made anew.`);
    }
    const last = await end();
    follow(cursor + 1, onMessages);
    return { ends: new Map(last > cursor ? [[0, last]] : []) };
  }

  // What reads for us lives on one server and may die with it, of which the
  // client does not always hear. So we look ourselves, and begin anew behind
  // what has come.
  async function follow(next, onMessages) {
    const waiting = [];
    let work;
    const pump = async () => {
      await immediate(); // so that messages gather
      while (waiting.length > 0) await onMessages(waiting.splice(0, TAIL_ROWS));
      work = undefined;
    };
    const readOn = async () => {
      const consumer = await js.consumers.get(stream,
        { deliver_policy: 'by_start_sequence', opt_start_seq: next });
      const messages = await consumer.consume({ max_messages: TAIL_ROWS, expires: READ_MS });
      reading.add(messages);
      const watch = endWhenDead(messages, () => next);
      try {
        for await (const message of messages) {
          waiting.push(read(message));
          next = message.seq + 1;
          work ??= pump();
          if (waiting.length >= TAIL_ROWS) await work;
        }
      } finally {
        clearInterval(watch);
        reading.delete(messages);
      }
    };
    while (!closed) await readOn().catch(() => setTimeout(RETRY_MS));
  }

  /** Ends a reading to which nothing comes though there is more. */
  function endWhenDead(messages, nextOf) {
    let before;
    return setInterval(async () => {
      const next = nextOf();
      const isStill = next === before;
      before = next;
      if (isStill && await end().catch(() => 0) >= next && nextOf() === next) messages.close();
    }, READ_MS).unref();
  }

  const addConsumer = (name, start) => manager.consumers.add(stream, {
    durable_name: name,
    filter_subject: `${stream}.event`,
    ack_policy: 'explicit',
    ack_wait: ns(ACK_WAIT_MS),
    max_ack_pending: PREFETCH_ROWS,
    // No max_deliver: past it the servers would only be silent. Who reads puts
    // such a row aside.
    ...start,
  });

  async function drop(name) {
    await manager.consumers.delete(stream, name).catch((error) => {
      if (error.name !== 'ConsumerNotFoundError') throw error;
    });
  }

  /** Makes a consumer that begins at a position; at the next event without one. */
  async function begin(name, position) {
    await drop(name);
    await addConsumer(name, position === undefined ? { deliver_policy: 'new' }
      : { deliver_policy: 'by_start_sequence', opt_start_seq: position });
  }

  async function consume(name, { start = 'first' }, onMessage) {
    await addConsumer(name, { deliver_policy: start === 'next' ? 'new' : 'all' }).catch(async (error) => {
      // One of this name is there, begun elsewhere.
      if (!await manager.consumers.info(stream, name).catch(() => undefined)) throw error;
    });
    const reader = { ended: false };
    const readOn = async () => {
      const consumer = await js.consumers.get(stream, name);
      reader.messages = await consumer.consume({ max_messages: PREFETCH_ROWS, expires: READ_MS });
      if (reader.ended) return reader.messages.close();
      reading.add(reader.messages);
      try {
        for await (const message of reader.messages) {
          held.set(message, reader);
          await onMessage({
            ...read(message), deliveries: message.info.deliveryCount, message,
          }).catch(() => giveBack(message));
        }
      } finally {
        reading.delete(reader.messages);
      }
      return undefined;
    };
    (async () => {
      while (!closed && !reader.ended) await readOn().catch(() => setTimeout(RETRY_MS));
    })();
    return {
      async close() {
        reader.ended = true;
        await reader.messages?.close();
        // Another relay need not wait until we count as dead.
        for (const [message, who] of held) if (who === reader) giveBack(message);
        await connection.flush();
      },
    };
  }

  function giveBack(message) {
    held.delete(message);
    message.nak(NAK_MS);
  }

  async function acknowledge(list) {
    const messages = list.map(({ message }) => message);
    for (const message of messages) held.delete(message);
    const last = messages.pop();
    for (const message of messages) message.ack();
    await last?.ackAck(); // the connection is in order: when it has come, all have
  }

  const stillAtWork = setInterval(() => {
    for (const message of held.keys()) message.working();
  }, ACK_WAIT_MS / 3).unref();

  async function consumers() {
    const found = [];
    for await (const info of manager.consumers.list(stream)) {
      if (info.config.durable_name) found.push(info);
    }
    return found;
  }

  try {
    await ensureStream();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    publish: (messages) => Promise.all(messages.map(publishOne)),
    tail,
    consume,
    begin,
    drop,
    acknowledge,
    consumers: async () => (await consumers()).map((info) =>
      ({ name: info.name, pending: info.num_pending + info.num_ack_pending })),
    async acknowledged() {
      const floors = (await consumers()).map((info) => info.ack_floor.stream_seq);
      return floors.length > 0 ? Math.min(...floors) : undefined;
    },
    async remove(messages) {
      for (const { position } of messages) {
        await manager.streams.deleteMessage(stream, position, true).catch((error) => {
          if (error.code !== 10043 && error.code !== 10037) throw error; // not there
        });
      }
      return true;
    },
    purge: (position) => manager.streams.purge(stream, { seq: position + 1 }),
    async close() {
      closed = true;
      clearInterval(stillAtWork);
      await Promise.allSettled([...reading].map((messages) => messages.close()));
      await connection.close();
    },
  };
}

function read(message) {
  const attributes = {};
  for (const [name, values] of message.headers ?? []) {
    if (name.startsWith('ce-')) attributes[name.slice(3)] = values[0];
  }
  return { part: 0, position: message.seq, attributes, data: message.string() };
}

async function load() {
  try {
    return {
      ...await import('@nats-io/transport-node'), ...await import('@nats-io/jetstream'),
    };
  } catch (error) {
    throw new Error('NATS needs the packages @nats-io/transport-node and '
      + `@nats-io/jetstream: npm install them. (${error.message})`);
  }
}
