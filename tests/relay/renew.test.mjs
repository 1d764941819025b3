// POST /v1/renew and /v1/clear: the twin of the page's cookie, and who gets it.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { createRelay } from '../../relay/index.mjs';
import { createRenewal } from '../../relay/renew.mjs';
import { batch, ours, start, stream, track } from './help.mjs';

const ID = '68b01daf-1db2-4489-9aa0-4afc53c44d61';
const state = (last = 1795253401, id = ID) => `1.${id}.01a1fd70-f670-715d-a44c-57a9f4e295cf.1.${last}.7`;
const TWIN = `_fh_srv=${state()}; Domain=shop.example; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`;

/** Posts as a page of `host` does; fetch() could choose neither Host nor Cookie. */
const ask = (relay, path, { host = 'www.shop.example', headers, body = '', method = 'POST', ...cookies } = {}) =>
  new Promise((done, failed) => {
    const cookie = Object.entries(cookies).map((pair) => pair.join('=')).join('; ');
    const req = request(`${relay.url}${path}`, {
      method, headers: { Host: host, 'Sec-Fetch-Site': 'same-origin', ...(cookie && { Cookie: cookie }), ...headers },
    }, async (res) => {
      let text = '';
      for await (const chunk of res) text += chunk;
      done({ status: res.statusCode, answer: text && JSON.parse(text), cookies: res.headers['set-cookie'] ?? [] });
    });
    req.on('error', failed);
    req.end(body);
  });

const open = (t, more) => start(t, { renew: ['shop.example'], ...more });

test('a page without its cookie gets it back, and the twin lives on', async (t) => {
  assert.deepEqual(await ask(await open(t), '/v1/renew', { _fh_srv: state() }),
    { status: 200, answer: { success: true, cookie: state() }, cookies: [TWIN] });
});

test('/renew and /clear are there without /v1 too', async (t) => {
  const relay = await open(t);
  const answer = await ask(relay, '/renew', { _fh_srv: state() });
  assert.deepEqual(answer, await ask(relay, '/v1/renew', { _fh_srv: state() }));
  assert.equal(answer.answer.cookie, state());
  assert.deepEqual(await ask(relay, '/clear', { _fh: state() }), await ask(relay, '/v1/clear', { _fh: state() }));
});

test('a page with its cookie gets a twin, and hears nothing new', async (t) => {
  const relay = await open(t);
  assert.deepEqual(await ask(relay, '/v1/renew', { _fh: state() }), { status: 200, answer: { success: true }, cookies: [TWIN] });
  const other = state(1795253401, 'another');
  assert.deepEqual((await ask(relay, '/v1/renew', { _fh: state(), _fh_srv: other })).cookies, [TWIN], 'the page knows best');
});

test('a visitor of whom nothing is known gets nothing', async (t) => {
  assert.deepEqual(await ask(await open(t), '/v1/renew'), { status: 200, answer: { success: true }, cookies: [] });
});

test('who has refused gets nothing, and the twin goes', async (t) => {
  const { answer, cookies } = await ask(await open(t), '/v1/renew', { _fh: '0', _fh_srv: state() });
  assert.deepEqual(answer, { success: true });
  assert.deepEqual(cookies, [
    '_fh_srv=; Path=/; Max-Age=0; SameSite=Lax', '_fh_srv=; Domain=shop.example; Path=/; Max-Age=0; SameSite=Lax',
  ]);
});

test('what has not the form of the cookie is no id, and goes', async (t) => {
  const relay = await open(t);
  const wrong = ['x', ID, `${state()}.9.9`, `2${state().slice(1)}`, state().replace(ID, 'a b'), state().replace(ID, ''), state().replace(ID, 'x'.repeat(65)),
    state('1e9'), state().toUpperCase(), `${state()}%0d%0aSet-Cookie:x=y`, `${state()}\tx`, `"${state()}"`];
  for (const twin of wrong) {
    const { answer, cookies } = await ask(relay, '/v1/renew', { _fh_srv: twin });
    assert.deepEqual([answer, cookies.length], [{ success: true }, 2], twin);
    assert.doesNotMatch(cookies.join(), /_fh_srv=[^;]/);
    assert.deepEqual((await ask(relay, '/v1/renew', { _fh: twin })).cookies, [], twin);
  }
});

test('no line break gets into a header, whoever calls', () => {
  const { paths } = createRenewal(['shop.example']);
  for (const text of [`${state()}\r\nX: y`, `${state()}\n`, `\r${state()}`]) {
    for (const name of ['_fh', '_fh_srv']) {
      const { headers } = paths.get('/v1/renew')({ host: 'shop.example', headers: { 'sec-fetch-site': 'same-origin', cookie: `a=b;${name}=${text}x` } });
      assert.doesNotMatch([headers['Set-Cookie'] ?? []].flat().join(''), /[\r\n]|_fh_srv=[^;]/);
    }
  }
});

test('Secure on https, by the word of a trusted proxy only', async (t) => {
  const headers = { 'X-Forwarded-Proto': 'https' };
  const [twin] = (await ask(await open(t, { trustProxy: 1 }), '/v1/renew', { _fh: state(), headers })).cookies;
  assert.equal(twin, `${TWIN}; Secure`);
  assert.deepEqual((await ask(await open(t), '/v1/renew', { _fh: state(), headers })).cookies, [TWIN]);
});

test('the domain is the site\'s, never one that the request names', async (t) => {
  const relay = await open(t, { renew: ['shop.example', 'localhost', '127.0.0.1'] });
  const domainAt = async (host) => {
    const { status, cookies } = await ask(relay, '/v1/renew', { _fh: state(), host });
    return status === 200 ? /; Domain=[^;]*/.exec(cookies[0])?.[0] ?? '' : status;
  };
  assert.equal(await domainAt('shop.example'), '; Domain=shop.example');
  assert.equal(await domainAt('A.B.Shop.Example:8443'), '; Domain=shop.example');
  assert.equal(await domainAt('localhost:8080'), '');
  assert.equal(await domainAt('127.0.0.1'), '');
  for (const host of ['example', 'badshop.example', 'shop.example.evil.example', 'x.127.0.0.1', 'a.localhost', 'x;.shop.example', 'a b.shop.example', '.shop.example']) {
    assert.equal(await domainAt(host), 404, host);
  }
});

test('a domain that is none is refused at the start', () => {
  for (const renew of [[''], ['https://shop.example'], ['.shop.example'], ['shop.example;x'], ['a\nb'], [7]]) {
    assert.throws(() => createRelay({ db: ':memory:', logLevel: 'silent', renew }), /is no domain/);
  }
});

test('only the page\'s own origin may ask', async (t) => {
  const relay = await open(t);
  for (const path of ['/v1/renew', '/v1/clear']) {
    for (const site of ['cross-site', 'same-site']) {
      const { status, answer, cookies } = await ask(relay, path, { _fh_srv: state(), headers: { 'Sec-Fetch-Site': site } });
      assert.deepEqual([status, answer.cookie, cookies], [403, undefined, []]);
    }
    const unsaid = { 'Sec-Fetch-Site': '', Origin: 'https://evil.example' };
    assert.equal((await ask(relay, path, { _fh_srv: state(), headers: unsaid })).status, 403);
    assert.equal((await ask(relay, path, { method: 'GET' })).status, 405);
    assert.equal((await ask(relay, path, { body: 'x'.repeat(5000) })).status, 413);
  }
});

test('/clear removes all of it, with a domain and without, but keeps a refusal', async (t) => {
  const relay = await open(t);
  const all = (await ask(relay, '/v1/clear', { _fh: state(), _fh_srv: state() })).cookies;
  assert.deepEqual(all.map((line) => line.replace(/; Path.*/, '')), [
    '_fh=', '_fh=; Domain=shop.example', '_fh_srv=', '_fh_srv=; Domain=shop.example', '_fh_ack=', '_fh_ack=; Domain=shop.example',
  ]);
  for (const line of all) assert.match(line, /; Path=\/; Max-Age=0; SameSite=Lax$/);
  const refused = (await ask(relay, '/v1/clear', { _fh: '0', _fh_srv: state() })).cookies;
  assert.deepEqual(refused.filter((line) => line.startsWith('_fh=')), []);
  assert.equal(refused.length, 4);
});

test('the answer to a batch sets the twin: once, and anew for another visitor or another day', async (t) => {
  const relay = await open(t, { ackCookie: false });
  const body = JSON.stringify(ours(stream(1), [0]));
  const send = async (cookies) => (await ask(relay, '/v1/batch', { body, ...cookies })).cookies;
  assert.deepEqual(await send({ _fh: state() }), [TWIN]);
  assert.deepEqual(await send({ _fh: state(1795253401 + 3600), _fh_srv: state() }), [], 'the same visitor, an hour later');
  assert.equal((await send({ _fh: state(1795253401 + 86_400), _fh_srv: state() })).length, 1);
  assert.equal((await send({ _fh: state(1795253401, 'other'), _fh_srv: state() })).length, 1);
  assert.deepEqual(await send({}), [], 'who is not to be known has no cookie');
  assert.deepEqual(await send({ _fh_srv: state() }), []);
  assert.equal((await send({ _fh: '0', _fh_srv: state() })).length, 2, 'a refusal takes it away');
  assert.deepEqual(await send({ _fh: state(), headers: { 'Sec-Fetch-Site': 'cross-site' } }), []);
  assert.deepEqual(await send({ _fh: state(), host: 'other.example' }), []);
});

test('beside the acknowledgement, each cookie has a line of its own', async (t) => {
  const relay = await open(t);
  const body = JSON.stringify(ours(stream(1), [0]));
  const { cookies } = await ask(relay, '/v1/batch', { body, _fh: state() });
  assert.deepEqual(cookies.map((line) => line.split('=')[0]), ['_fh_ack', '_fh_srv']);
  const response = await relay.fetch(new Request('http://shop.example/v1/batch', {
    method: 'POST', body: JSON.stringify(ours(stream(2), [0])), headers: { cookie: `_fh=${state()}`, 'sec-fetch-site': 'same-origin' },
  }));
  assert.equal(response.headers.getSetCookie().length, 2);
});

test('off unless it is asked for', async (t) => {
  const relay = await start(t);
  for (const path of ['/v1/renew', '/renew', '/clear']) assert.equal((await ask(relay, path, { _fh_srv: state() })).status, 404);
  const { cookies } = await ask(relay, '/v1/batch', { body: JSON.stringify(batch([track()])), _fh: state() });
  assert.deepEqual(cookies, []);
});
