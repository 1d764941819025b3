// How forwarding gets on, as /healthz and /metrics tell it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { batch, post, start, track, until } from '../relay/help.mjs';
import { checkDestinations } from '../../relay/forward/index.mjs';

test('/healthz and /metrics tell of each destination', async (t) => {
  let works = false;
  const there = createServer((req, res) => {
    req.resume();
    req.on('end', () => res.writeHead(works ? 200 : 503, { 'Retry-After': '0' }).end());
  });
  await new Promise((done) => { there.listen(0, '127.0.0.1', done); });
  t.after(() => { there.close(); there.closeAllConnections(); });
  const endpoint = `http://127.0.0.1:${there.address().port}/`;
  const relay = await start(t, { destinations: checkDestinations({ destinations: { crm: { type: 'webhook', endpoint, start: 'first' } } }) });
  const crm = async () => (await (await fetch(`${relay.url}/healthz`)).json()).forwarding.crm;
  const metrics = async () => (await (await fetch(`${relay.url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('firsthand_relay_forward'));

  await post(`${relay.url}/v1/b`, batch([track(), track(), track()]));
  await until(async () => (await crm()).failures > 0);
  const failing = await crm();
  assert.deepEqual([failing.delivered, failing.behind, failing.letters, failing.error], [0, 3, 0, 'answer 503']);
  assert.ok((await metrics()).includes('firsthand_relay_forward_failing{destination="crm"} 1'));
  assert.ok((await metrics()).includes('firsthand_relay_forward_behind{destination="crm"} 3'));

  works = true;
  await until(async () => (await crm()).behind === 0);
  const { since, error, delivered } = await crm();
  assert.deepEqual([since, error, delivered], [undefined, undefined, 3]);
  for (const line of ['forwarded_total{destination="crm",result="delivered"} 3', 'forward_failing{destination="crm"} 0', 'forward_behind{destination="crm"} 0', 'forward_dead_letters{destination="crm"} 0']) {
    assert.ok((await metrics()).includes(`firsthand_relay_${line}`), line);
  }
});
