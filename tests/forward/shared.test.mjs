// Two relays with one log on JetStream: they share a destination's work.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { openLog } from '../../relay/openlog.mjs';
import { startCluster } from '../relay/cluster.mjs';
import { append, event, forward, place, SEGMENT_OK, until, vendor } from './help.mjs';

let cluster;
before(async (suite) => { cluster = await startCluster(suite, 1); });

const open = (t) => openLog(`nats://${cluster.servers.join(',')}/shared?replicas=1`, { index: join(place(t), 'index.db') });

test('each event goes out once, whichever relay took it; what one leaves the other delivers', async (t) => {
  let down = false;
  const there = await vendor(t, () => (down ? { status: 503 } : SEGMENT_OK));
  const delivered = () => there.requests.flatMap(({ json }) => json.batch.map(({ messageId }) => messageId));
  const destinations = { there: { type: 'segment', key: 'k', endpoint: there.url, start: 'first', batch: 5 } };
  const one = forward(t, destinations, { log: await open(t) });
  const two = forward(t, destinations, { log: await open(t) });
  const sent = Array.from({ length: 60 }, () => event());
  await append(one.log, sent.slice(0, 30));
  await append(two.log, sent.slice(30));
  const sorted = (list) => [...list].sort();
  await until(async () => (await one.status('there')).behind === 0);
  assert.deepEqual(sorted(delivered()), sorted(sent.map(({ messageId }) => messageId)));

  down = true;
  const later = Array.from({ length: 10 }, () => event());
  await append(one.log, later);
  await until(async () => (await one.status('there')).failures + (await two.status('there')).failures > 0);
  await one.close();
  down = false;
  await until(() => later.every(({ messageId }) => delivered().includes(messageId)));
  await until(async () => (await two.status('there')).behind === 0);
});
