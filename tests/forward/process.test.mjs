// The command: a relay that forwards, killed, started again; dead letters, replay, map
// and playbook.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { post, runRelay, spawnRelay, track } from '../relay/help.mjs';
import { event, place, SEGMENT_OK, until, vendor } from './help.mjs';

const BIN = fileURLToPath(new URL('../../relay/bin.mjs', import.meta.url));

function files(t, destinations) {
  const dir = place(t);
  const config = join(dir, 'destinations.json');
  writeFileSync(config, JSON.stringify({ destinations }));
  return { config, db: join(dir, 'events.db') };
}

const batchOf = (n) => ({ writeKey: 'k', batch: Array.from({ length: n }, () => track()) });

test('kill -9 in the middle, again and again: every event that was answered arrives, under one id', async (t) => {
  const seen = new Map();
  const there = await vendor(t, ({ json }) => {
    for (const { messageId } of json.batch) seen.set(messageId, (seen.get(messageId) ?? 0) + 1);
    return SEGMENT_OK;
  });
  const { config, db } = files(t, { there: { type: 'segment', key: 'k', endpoint: there.url, start: 'first', batch: 5 } });
  const answered = [];
  for (let round = 0; round < 3; round++) {
    const relay = await spawnRelay(t, '--db', db, '--destinations', config);
    for (let i = 0; i < 5; i++) {
      const body = batchOf(20);
      const { status } = await post(`${relay.url}/v1/batch`, body);
      assert.equal(status, 200);
      answered.push(...body.batch.map(({ messageId }) => messageId));
    }
    const before = there.requests.length;
    await until(() => there.requests.length > before);
    relay.child.kill('SIGKILL');
    await relay.ended;
  }
  const relay = await spawnRelay(t, '--db', db, '--destinations', config);
  await until(() => answered.every((id) => seen.has(id)));
  relay.child.kill('SIGTERM');
  assert.equal((await relay.ended).code, 0);
  assert.equal(seen.size, answered.length);
});

test('dead letters are shown and sent again while the relay runs', async (t) => {
  let strict = true;
  const there = await vendor(t, () => (strict ? { status: 422, body: 'wrong' } : {}));
  const { config, db } = files(t, { there: { type: 'webhook', endpoint: there.url, start: 'first' } });
  const relay = await spawnRelay(t, '--db', db, '--destinations', config);
  const body = batchOf(2);
  await post(`${relay.url}/v1/batch`, body);
  const letters = async () => {
    const { text } = await runRelay('dead', '--consumer', 'there', '--db', db);
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  };
  await until(async () => (await letters()).length === 2);
  const [{ messageId, reason, event: its }] = await letters();
  assert.deepEqual([messageId, reason, its.event], [body.batch[0].messageId, '422 wrong', 'Signed Up']);
  assert.deepEqual(await runRelay('replay', '--consumer', 'there', '--db', db, '--destinations', config), { code: 2, text: '0 delivered, 2 failed\n' });
  strict = false;
  assert.deepEqual(await runRelay('replay', '--consumer', 'there', '--db', db, '--destinations', config), { code: 0, text: '2 delivered, 0 failed\n' });
  assert.deepEqual(await letters(), []);
});

test('map shows what a destination would get, and sends nothing', async (t) => {
  const { config } = files(t, { ga4: { type: 'ga4', measurementId: 'G', apiSecret: 's', endpoint: 'http://127.0.0.1:1/' } });
  const child = spawn(process.execPath, [BIN, 'map', '--consumer', 'ga4', '--destinations', config]);
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  child.stdin.end(`${JSON.stringify(event({ event: 'Signed In' }))}\n${JSON.stringify(event({ type: 'identify' }))}\n`);
  await new Promise((done) => { child.once('close', done); });
  assert.match(text, /"events":\[\{"name":"login".*\n\n$/);
});

test('a playbook as a mapping', async (t) => {
  const file = join(place(t), 'playbook.json');
  writeFileSync(file, JSON.stringify({ params: [{ name: 'ID' }], global: { enrichments: [{ staticString: '$$ID$$', outputKey: 'id' }], expressions: [{ lang: 'lua', body: 'return input' }] } }));
  const refused = await runRelay('playbook', file);
  assert.equal(refused.code, 1);
  assert.match(refused.text, /global\.expressions\[0\] is Lua/);
  const { code, text } = await runRelay('playbook', file, '--partial');
  assert.equal(code, 0);
  assert.match(text, /"outputKey": "id"[^]*left out: global\.expressions\[0\] is Lua\nneeds a value: ID/);
});

test('a wrong configuration ends it with the reason, and nothing listens', async (t) => {
  const { config, db } = files(t, { there: { type: 'segment', key: { env: 'FH_NO_SUCH' } } });
  const { code, text } = await runRelay('--db', db, '--port', '0', '--destinations', config);
  assert.equal(code, 1);
  assert.match(text, /there\.key needs the environment variable FH_NO_SUCH/);
  const other = await runRelay('map', '--consumer', 'nobody', '--destinations', files(t, {}).config);
  assert.match(other.text, /Say which destination/);
});
