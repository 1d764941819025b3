// The command as a process: its words, its end in good order, its sudden end.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEventLog } from '../../relay/eventlog.mjs';
import {
  batch, ours, place, post, runRelay, spawnRelay, start, stream, track, until,
} from './help.mjs';

function idsIn(db) {
  const log = openEventLog(db);
  const ids = log.read(0, 1e6).map(({ messageId }) => messageId);
  log.close();
  return ids;
}

test('an answered event survives kill -9, and stays the only one', async (t) => {
  const db = join(place(t), 'events.db');
  const sent = [];
  for (let life = 0; life < 3; life++) {
    const { child, ended, url } = await spawnRelay(t, '--db', db);
    const event = track();
    sent.push(event.messageId);
    const { status } = await post(`${url}/v1/batch`, batch([event, { bad: 1 }]));
    child.kill('SIGKILL');
    assert.equal(status, 207);
    assert.equal((await ended).signal, 'SIGKILL');
  }
  const { url } = await spawnRelay(t, '--db', db);
  const again = batch(sent.map((messageId) => track({ messageId })));
  assert.equal((await post(`${url}/v1/batch`, again)).status, 200);
  assert.deepEqual(idsIn(db), sent);
});

test('kill -9 under load, 20 times: none lost of those answered, none doubled', async (t) => {
  const KILLS = 20;
  const db = join(place(t), 'events.db');
  const answered = new Set();
  let relay = spawnRelay(t, '--db', db);
  let again = 0;
  let over = false;

  // As the agent does: a batch without an answer is sent again, as it was.
  const sender = async (name) => {
    for (let n = 0; !over; n++) {
      const events = Array.from({ length: 20 },
        (_, i) => track({ messageId: `${name}-${n}-${i}` }));
      for (;;) {
        const { url } = await relay;
        const sent = await post(`${url}/v1/b`, batch(events)).catch(() => undefined);
        if (sent?.status === 200) break;
        again += 1;
      }
      answered.add(`${name}-${n}`);
      if (answered.size >= enough) loaded();
    }
  };
  let enough = Infinity;
  let loaded;
  const senders = ['a', 'b', 'c', 'd'].map(sender);

  for (let kill = 0; kill < KILLS; kill++) {
    const { child, ended } = await relay;
    await new Promise((done) => { loaded = done; enough = answered.size + 20; });
    const before = [...answered];
    relay = ended.then(() => spawnRelay(t, '--db', db));
    child.kill('SIGKILL');
    await ended;
    const found = new Map();
    for (const id of idsIn(db)) {
      const name = id.slice(0, id.lastIndexOf('-'));
      found.set(name, (found.get(name) ?? 0) + 1);
    }
    for (const [name, count] of found) assert.equal(count, 20, `${name}: whole or not at all`);
    for (const name of before) assert.ok(found.has(name), `${name} was answered`);
  }
  over = true;
  await Promise.all(senders);
  const ids = idsIn(db);
  assert.equal(ids.length, answered.size * 20);
  assert.equal(new Set(ids).size, ids.length);
  t.diagnostic(`${KILLS} kills: ${ids.length} events answered, 0 lost, 0 doubled, `
    + `${again} requests sent again`);
});

test('an end in good order under load: what is stored is what was answered', async (t) => {
  const db = join(place(t), 'events.db');
  const { child, ended, url } = await spawnRelay(t, '--db', db);
  const answered = [];
  const refused = [];
  const sender = async (name) => {
    for (let n = 0; ; n++) {
      const { status, answer } = await post(`${url}/v1/b`, batch([track({ messageId: `${name}-${n}` })]));
      if (status === 200) answered.push(`${name}-${n}`);
      else refused.push(`${status} ${answer.retryAfter}`);
      if (answered.length === 100) child.kill('SIGTERM');
    }
  };
  const senders = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => sender(name).catch(() => {}));
  assert.deepEqual(await ended, { code: 0, signal: null });
  await Promise.all(senders);
  assert.deepEqual(idsIn(db).sort(), answered.sort());
  assert.ok(refused.every((what) => what === '503 5'), refused.join());
});

test('SIGHUP reads the file of sources anew, and keeps them when it is wrong', async (t) => {
  const dir = place(t);
  const sources = join(dir, 'sources.json');
  const write = (key) => writeFileSync(sources, JSON.stringify({ sources: [{ writeKey: key, name: 'n' }] }));
  write('old');
  const { child, url, logged } = await spawnRelay(t, '--db', join(dir, 'e.db'), '--sources', sources);
  const statusOf = async (writeKey) => (await post(`${url}/v1/t`, track({ writeKey }))).status;
  assert.deepEqual([await statusOf('old'), await statusOf('new')], [200, 401]);
  write('new');
  child.kill('SIGHUP');
  await until(async () => await statusOf('new') === 200);
  assert.equal(await statusOf('old'), 401);
  writeFileSync(sources, '{');
  child.kill('SIGHUP');
  await until(() => /cannot be read/.test(logged()));
  assert.equal(await statusOf('new'), 200);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal}: the request in hand is answered, then the process ends`, async (t) => {
    const db = join(place(t), 'events.db');
    const { child, ended, url } = await spawnRelay(t, '--db', db);
    const viewer = await fetch(`${url}/events`);
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    const body = JSON.stringify(batch([track({ messageId: 'slow' })]));
    const req = request(`${url}/v1/batch`, {
      method: 'POST', agent,
      headers: { 'Content-Length': body.length, Expect: '100-continue' },
    });
    req.flushHeaders();
    await once(req, 'continue'); // now the relay has it in hand
    req.write(body.slice(0, 10));
    child.kill(signal);
    assert.equal(await viewer.text(), 'retry: 1000\n\n'); // it is closing
    await assert.rejects(fetch(`${url}/healthz`)); // and takes nobody new

    const asked = Date.now();
    req.end(body.slice(10));
    const [res] = await once(req, 'response');
    assert.equal(res.statusCode, 200);
    res.resume();
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.ok(Date.now() - asked < 4000, 'not held up by the kept connection');
    assert.deepEqual(idsIn(db), ['slow']);
  });
}

test('the log tells what happened, but nothing of what was sent', async (t) => {
  const { child, ended, url, logged } = await spawnRelay(t, '--db', join(place(t), 'e.db'));
  const Origin = 'https://secret.example';
  await post(`${url}/v1/b?secret=1`, batch([track({ userId: 'secret' }), 'secret']), { Origin });
  await post(`${url}/v1/b`, '{"secret', { Origin });
  await post(`${url}/v1/b`, '{"batch":"secret"}', { Origin, Authorization: 'Bearer secret' });
  await fetch(`${url}/none?secret=1`);
  const req = request(`${url}/v1/b`,
    { method: 'POST', headers: { 'Content-Length': 9, Expect: '100-continue' } });
  req.on('error', () => {});
  req.flushHeaders();
  await once(req, 'continue');
  req.destroy(); // a sender that leaves is no error of ours
  child.kill('SIGTERM');
  await ended;
  const lines = logged().trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ level, status }) => [level, status]),
    [[30, 207], [30, 400], [30, 401], [30, 404]]);
  assert.doesNotMatch(logged(), /secret|127\.0/);
});

test('a second signal ends it at once', async (t) => {
  const { child, ended, url } = await spawnRelay(t, '--db', join(place(t), 'e.db'));
  const req = request(`${url}/v1/batch`,
    { method: 'POST', headers: { 'Content-Length': 9, Expect: '100-continue' } });
  req.on('error', () => {});
  req.flushHeaders();
  await once(req, 'continue');
  const viewer = await fetch(`${url}/events`);
  child.kill('SIGTERM');
  await viewer.text();
  child.kill('SIGTERM');
  assert.equal((await ended).signal, 'SIGTERM');
});

test('wrong options are told', async () => {
  const wrong = [[['--proxies', '0'], /--proxies 0 must be a whole/], [['--ip', 'half'], /full, truncated or none/],
    [['--sources', '/none'], /cannot be read/], [['--geo', '/none'], /cannot be read/], [['--key-rate', 'x'], /--key-rate x must/]];
  await Promise.all(wrong.map(async ([args, message]) => {
    const { code, text } = await runRelay('--db', ':memory:', '--port', '0', ...args);
    assert.equal(code, 1);
    assert.match(text, message);
  }));
});

test('--trust-proxy and --no-ack-cookie reach the relay', async (t) => {
  const headers = { 'Sec-Fetch-Site': 'same-origin', 'X-Forwarded-Proto': 'https' };
  const cookieOf = async (...flags) => {
    const { url } = await spawnRelay(t, '--db', join(place(t), 'e.db'), ...flags);
    return (await post(`${url}/v1/b`, ours(stream(1), [0]), headers)).headers.get('set-cookie');
  };
  assert.match(await cookieOf(), /SameSite=Lax$/);
  assert.match(await cookieOf('--trust-proxy'), /Secure$/);
  assert.equal(await cookieOf('--no-ack-cookie'), null);
});

test('--keep-days removes what is older', async (t) => {
  const db = join(place(t), 'e.db');
  const log = openEventLog(db);
  const row = (messageId, receivedAt) =>
    ({ messageId, type: 'track', writeKey: 'k', receivedAt, body: '{}' });
  await log.append([row('old', '2020-01-01T00:00:00.000Z'), row('new', new Date().toISOString())]);
  await log.close();
  await spawnRelay(t, '--db', db, '--keep-days', '1');
  await until(() => idsIn(db).join() === 'new');
});

test('the command serves a site and mounts', async (t) => {
  const site = new URL('.', import.meta.url).pathname;
  const { url } = await spawnRelay(t, '--db', join(place(t), 'e.db'),
    '--site', site, '--mount', `/a=${site}`, '--mount', `/b=${site}`);
  for (const path of ['/help.mjs', '/a/help.mjs', '/b/help.mjs']) {
    assert.equal((await fetch(url + path)).status, 200, path);
  }
});

const WRONG = [
  [['--port', 'x'], /--port x is not a port/],
  [['--port', '70000'], /--port 70000/],
  [['--mount', 'fh'], /must look like \/fh=DIR/],
  [['--site', 'no/such/dir', '--db', ':memory:'], /no directory/],
  [['--db', 'no/such/dir/e.db'], /directory does not exist/],
  [['--keep-days', '0'], /--keep-days 0 is not a number of days/],
  [['--log', 'mysql://h/x'], /is no log/],
  [['--wrong'], /Unknown option '--wrong'/],
  [['extra'], /Unexpected argument 'extra'/],
];

for (const [args, message] of WRONG) {
  test(`firsthand-relay ${args.join(' ')} says what is wrong`, async () => {
    const { code, text } = await runRelay(...args);
    assert.equal(code, 1);
    assert.match(text, message);
    assert.doesNotMatch(text, /\n {4}at /, 'no stack');
  });
}

test('a port in use is told', async (t) => {
  const { port } = new URL((await start(t)).url);
  const { code, text } = await runRelay('--port', port, '--db', ':memory:');
  assert.equal(code, 1);
  assert.match(text, /port is in use/);
});

test('--help names every option', async () => {
  const { code, text } = await runRelay('--help');
  assert.equal(code, 0);
  for (const name of ['port', 'host', 'db', 'site', 'mount', 'sources', 'key-rate', 'address-rate', 'trust-proxy', 'proxies', 'ip', 'geo', 'no-ack-cookie', 'log', 'keep-days']) {
    assert.match(text, new RegExp(`--${name} `));
  }
});
