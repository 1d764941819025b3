// The relay inside other servers: Express, Fastify, and whatever speaks fetch.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createRelay } from '../../relay/index.mjs';
import { batch, place, post, stored, track } from './help.mjs';

const require = createRequire(new URL('../../build/sdks/', import.meta.url));

function relayOf(t, options) {
  const relay = createRelay({ db: join(place(t), 'e.db'), logLevel: 'silent', ...options });
  t.after(() => relay.close());
  return relay;
}

async function listen(t, server) {
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  t.after(() => { server.closeAllConnections(); server.close(); });
  return `http://127.0.0.1:${server.address().port}`;
}

async function settingsOf(url) {
  const response = await fetch(`${url}/v1/projects/key/settings`);
  return (await response.json()).integrations['Segment.io'];
}

test('in Express, at the root or under a path, beside the routes of the host', async (t) => {
  const express = require('express');
  const app = express();
  const relay = relayOf(t);
  app.use('/collect', relay.middleware);
  app.get('/events', (req, res) => res.send('of the host'));
  app.use(relay.middleware);
  const url = await listen(t, createServer(app));

  assert.equal((await post(`${url}/collect/v1/batch`, batch([track(), track({ type: 'no' })]))).status, 207);
  assert.equal((await post(`${url}/v1/t`, track({ writeKey: 'k' }))).status, 200);
  assert.equal((await post(`${url}/collect/v1/batch`, '{')).status, 400);
  assert.equal((await post(`${url}/collect/v1/none`, '{}')).status, 404);
  assert.equal(await (await fetch(`${url}/events`)).text(), 'of the host');
  // What shows everything is not there.
  assert.equal((await fetch(`${url}/collect/ledger`)).status, 404);
  assert.deepEqual((await settingsOf(`${url}/collect`)).apiHost, `${url.slice(7)}/collect/v1`);
  assert.equal(stored(relay).length, 2);
});

test('in Express behind its parsers', async (t) => {
  const express = require('express');
  const app = express();
  const relay = relayOf(t);
  app.use(express.json({ limit: '10mb' }), express.text(), express.raw({ type: 'application/x-raw' }), relay.middleware);
  const url = await listen(t, createServer(app));
  const types = ['application/json', 'text/plain', 'application/x-raw', 'application/none'];
  for (const type of types) {
    const { status } = await post(`${url}/v1/batch`, batch([track()]), { 'Content-Type': type });
    assert.equal(status, 200, type);
  }
  const big = batch(Array.from({ length: 30 }, () => track({ properties: { a: 'x'.repeat(20_000) } })));
  assert.equal((await post(`${url}/v1/batch`, big, { 'Content-Type': 'application/json' })).status, 413);
  assert.equal(stored(relay).length, types.length);
});

test('in Fastify, under a prefix, beside its own parsers', async (t) => {
  const app = require('fastify')();
  t.after(() => app.close());
  const relay = relayOf(t);
  app.register(relay.fastify, { prefix: '/collect' });
  app.post('/own', async (request) => request.body);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });

  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
    const { status } = await post(`${url}/collect/v1/batch`, batch([track()]), { 'Content-Type': type, Origin: 'https://shop.example' });
    assert.equal(status, 200, type);
  }
  const preflight = await fetch(`${url}/collect/v1/batch`, { method: 'OPTIONS', headers: { Origin: 'https://shop.example' } });
  assert.equal(preflight.status, 204);
  assert.deepEqual((await post(`${url}/own`, { a: 1 }, { 'Content-Type': 'application/json' })).answer, { a: 1 });
  assert.deepEqual((await settingsOf(`${url}/collect`)).apiHost, `${url.slice(7)}/collect/v1`);
  assert.equal(stored(relay).length, 3);
});

test('as a function of fetch', async (t) => {
  const relay = relayOf(t);
  const send = (body, { path = '/v1/batch', method = 'POST', ...headers } = {}) =>
    relay.fetch(new Request(`https://collect.example${path}`, { method, headers, body }), { address: '198.51.100.7' });

  const good = await send(JSON.stringify(batch([track()])), { Origin: 'https://shop.example', 'User-Agent': 'curl/8.0' });
  assert.equal(good.status, 200);
  assert.equal(good.headers.get('access-control-allow-origin'), 'https://shop.example');
  assert.deepEqual(await good.json(), { success: true });
  assert.equal((await send(gzipSync(JSON.stringify(batch([track()]))), { 'Content-Encoding': 'gzip' })).status, 200);
  assert.equal((await send('{')).status, 400);
  assert.equal((await send('x'.repeat(600_000))).status, 413);
  assert.equal((await send(undefined, { path: '/ledger', method: 'GET' })).status, 404);
  assert.equal((await send(undefined, { method: 'OPTIONS' })).status, 204);
  const settings = await send(undefined, { path: '/v1/projects/k/settings', method: 'GET' });
  assert.equal((await settings.json()).integrations['Segment.io'].protocol, 'https');
  assert.equal(stored(relay)[0].context.ip, '198.51.100.7');
  await relay.close();
  assert.equal((await send('{}')).status, 503);
});
