// What docs/RELAY.md says to put in front of the relay and around it, run.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fences, read, ROOT } from '../docs/fences.mjs';
import { freePorts } from './cluster.mjs';
import { batch, ours, place, post, spawnRelay, stream, track, until } from './help.mjs';

const blocks = fences(read('docs/RELAY.md'));
const block = (language) => blocks.find((one) => one.language === language).code;

const NGINX = [process.env.NGINX, `${ROOT}build/apt/usr/sbin/nginx`, '/usr/sbin/nginx']
  .find((path) => path && existsSync(path));

async function startNginx(t, relayUrl) {
  const dir = place(t);
  const [port] = await freePorts(1);
  mkdirSync(join(dir, 'dist'));
  writeFileSync(join(dir, 'dist', 'firsthand.js'), 'the agent');
  // Only addresses and paths are changed, and TLS is left out.
  const site = block('nginx')
    .replace('127.0.0.1:8080', new URL(relayUrl).host)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replaceAll(/^ *ssl_certificate.*$/gm, '')
    .replace('/srv/firsthand/dist/', join(dir, 'dist/'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(dir, name)};`).join('\n');
  writeFileSync(join(dir, 'nginx.conf'), `daemon off; master_process off; pid ${join(dir, 'pid')};
    events {} http { access_log off; ${temporary}\n${site} }`);
  const child = spawn(NGINX, ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', join(dir, 'log')],
    { stdio: 'ignore' });
  const ended = new Promise((done) => { child.once('close', done); });
  t.after(() => { child.kill(); return ended; });
  const url = `http://127.0.0.1:${port}`;
  await until(() => fetch(url).then(() => true, () => false));
  return url;
}

test('the nginx of docs/RELAY.md lets /v1/ through, and nothing that shows events', async (t) => {
  assert.ok(NGINX, 'scripts/setup.sh relay gets nginx');
  const relay = await spawnRelay(t, '--db', join(place(t), 'e.db'), '--trust-proxy');
  const url = await startNginx(t, relay.url);
  const sent = await post(`${url}/v1/batch`, ours(stream(1), [0, 1]),
    { 'Sec-Fetch-Site': 'same-origin' });
  assert.deepEqual([sent.status, sent.answer.ack], [200, { [stream(1)]: 1 }]);
  assert.match(sent.headers.get('set-cookie'), /^_fh_ack=/);
  const large = batch([track({ properties: { text: 'x'.repeat(550_000) } })]);
  const refused = await post(`${url}/v1/batch`, large);
  assert.equal(refused.status, 413);
  assert.match(refused.answer.error, /500|512000/, 'by the relay, in its words');
  for (const path of ['/events', '/ledger', '/healthz', '/metrics', '/']) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
  assert.equal(await (await fetch(`${url}/fh/firsthand.js`)).text(), 'the agent');
  assert.equal((await (await fetch(`${relay.url}/ledger`)).json()).totals.received, 2);
});

const hasSystemd = existsSync('/usr/bin/systemd-analyze');

test('systemd takes the unit', { skip: !hasSystemd && 'there is no systemd-analyze' }, (t) => {
  const unit = join(place(t), 'firsthand-relay.service');
  writeFileSync(unit, block('ini').replace('/usr/bin/npx', process.execPath));
  execFileSync('systemd-analyze', ['verify', unit], { stdio: 'pipe' });
});
