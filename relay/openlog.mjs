// Where events are kept, said in one word: a file, or an address.
import { openEventLog } from './eventlog.mjs';

const ADDRESS = /^(nats|kafka)(s?):\/\/(?:([^@/]*)@)?([^/?]+)\/([\w.-]+)(?:\?(.*))?$/;

/**
 * Opens a log:
 *
 *     openLog('firsthand.db')
 *     openLog('nats://host1:4222,host2:4222/firsthand?replicas=3', { index: 'index.db' })
 *     openLog('kafka://host1:9092,host2:9092/firsthand', { index: 'index.db' })
 *
 * natss: and kafkas: are the same over TLS. `user:password@` may stand before
 * the hosts, `?creds=FILE` behind a NATS stream.
 *
 * @param {string} place
 * @param {object} [options] of `openSharedLog`, and
 * @param {string} [options.index] the SQLite file of a shared log's index.
 * @returns {Promise<object>} see `eventlog.mjs`, for an address `sharedlog.mjs`.
 * @throws when it is neither, or cannot be opened.
 */
export async function openLog(place, { index = 'firsthand-index.db', ...options } = {}) {
  if (!/^\w+:\/\//.test(place)) return openEventLog(place);
  const [, kind, tls, who, hosts, name, query] = ADDRESS.exec(place) ?? [];
  if (!kind) {
    throw new Error(`"${place.replace(/\/\/.*@/, '//…@')}" is no log; it must be a `
      + 'file, nats://HOST:PORT,…/STREAM or kafka://HOST:PORT,…/TOPIC.');
  }
  const { creds, ...more } = Object.fromEntries(new URLSearchParams(query));
  const [user, pass] = who?.split(':').map(decodeURIComponent) ?? [];
  const { openSharedLog } = await import('./sharedlog.mjs');
  const transport = await (kind === 'nats' ? nats : kafka)({
    servers: hosts.split(','), name, tls: tls === 's',
    login: { ...(user && { user, pass }), ...(creds && { creds }) }, ...numbers(more),
  }).catch((error) => {
    throw new Error(`${kind} at ${hosts}: ${error.message}`, { cause: error });
  });
  try {
    return await openSharedLog(transport, index, options);
  } catch (error) {
    await transport.close();
    throw error;
  }
}

const nats = async ({ name, ...options }) =>
  (await import('./nats.mjs')).openNats({ stream: name, ...options });

const kafka = async ({ name, ...options }) =>
  (await import('./kafka.mjs')).openKafka({ topic: name, ...options });

function numbers(options) {
  return Object.fromEntries(Object.entries(options).map(([name, text]) => {
    if (!['replicas', 'partitions'].includes(name) || !/^[1-9]\d{0,2}$/.test(text)) {
      throw new Error(`"?${name}=${text}" is no option of a log: replicas and `
        + 'partitions are, whole numbers.');
    }
    return [name, Number(text)];
  }));
}
