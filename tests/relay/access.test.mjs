// Who may look at /events, /ledger, /metrics and the page.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { createRelay } from '../../relay/index.mjs';
import { batch, post, start, track } from './help.mjs';

const VIEWS = ['/events', '/ledger', '/ledger?days=7', '/metrics', '/completeness', '/completeness/', '/completeness/dom.js'];
const TOKEN = 'a-token-of-16-or-more';

const get = (relay, path, headers = {}) => new Promise((done, failed) => {
  const req = request(`${relay.url}${path}`, { headers }, (res) => {
    res.destroy();
    done({ status: res.statusCode, headers: res.headers });
  });
  req.on('error', failed);
  req.end();
});
const statuses = async (relay, headers) =>
  [...new Set(await Promise.all(VIEWS.map(async (path) => (await get(relay, path, headers)).status)))].sort();

test('without a token only this machine may look', async (t) => {
  const relay = await start(t);
  assert.deepEqual(await statuses(relay), [200, 308]);
  for (const host of ['localhost:1', '[::1]:80', '127.3.2.1']) assert.deepEqual(await statuses(relay, { Host: host }), [200, 308], host);
});

test('what a proxy forwards is not of this machine', async (t) => {
  const relay = await start(t);
  for (const name of ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP', 'Forwarded', 'Via']) {
    assert.deepEqual(await statuses(relay, { [name]: '127.0.0.1' }), [403], name);
  }
});

test('a page that has given itself a name of this machine reads nothing', async (t) => {
  const relay = await start(t);
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost@evil.example', '0.0.0.0']) {
    assert.deepEqual(await statuses(relay, { Host: host }), [403], host);
  }
});

test('with a token it is needed, from here too', async (t) => {
  const relay = await start(t, { viewToken: TOKEN });
  const basic = (text) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const Authorization of [`Bearer ${TOKEN}`, basic(`:${TOKEN}`), basic(`anybody:${TOKEN}`)]) {
    assert.deepEqual(await statuses(relay, { Authorization, Host: 'collect.example', 'X-Forwarded-For': '192.0.2.1' }), [200, 308], Authorization);
  }
  for (const Authorization of [undefined, '', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, basic(`${TOKEN}:`), `Digest ${TOKEN}`, 'Basic %%%']) {
    assert.deepEqual(await statuses(relay, Authorization === undefined ? {} : { Authorization }), [401], Authorization);
  }
  assert.match((await get(relay, '/ledger')).headers['www-authenticate'], /^Basic realm=/, 'a browser asks for it');
});

test('a token that can be guessed is refused at the start', () => {
  for (const viewToken of ['', 'short', 7]) {
    assert.throws(() => createRelay({ db: ':memory:', logLevel: 'silent', viewToken }), /16 characters/);
  }
});

test('that it lives anybody may know, how many events there are not', async (t) => {
  const relay = await start(t, { viewToken: TOKEN });
  await post(`${relay.url}/v1/b`, batch([track()]));
  const health = async (headers) => (await fetch(`${relay.url}/healthz`, { headers })).json();
  assert.deepEqual(await health({}), { success: true });
  assert.deepEqual(await health({ Authorization: `Bearer ${TOKEN}` }), { success: true, last: 1, viewers: 0, forwarding: {} });
});

test('the page runs only what is its own', async (t) => {
  const { headers } = await get(await start(t), '/completeness/');
  assert.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self';/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
});

test('only files of the page are there', async (t) => {
  const relay = await start(t);
  for (const path of ['/completeness/../index.mjs', '/completeness/%2e%2e/index.mjs', '/completeness/none.js', '/completenessx']) {
    assert.equal((await get(relay, path)).status, 404, path);
  }
  assert.equal((await fetch(`${relay.url}/completeness/`, { method: 'POST' })).status, 405);
});
