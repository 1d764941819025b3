// What a sender learns of its events: the answer, the cookie, POST /v1/have.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { printAcks, readAcks } from '../../relay/ackcookie.mjs';
import { shortOf } from '../../relay/stream.mjs';
import { batch, idIn, ours, post, span, start, stream, track } from './help.mjs';

const A = stream(1);
const B = stream(2);
const SAME = { 'Sec-Fetch-Site': 'same-origin' };

const send = (relay, body, headers) => post(`${relay.url}/v1/batch`, body, headers);
const acked = async (relay, body) => (await send(relay, body)).answer.ack;
const have = (relay, streams, more) =>
  post(`${relay.url}/v1/have`, { writeKey: 'key', streams, ...more });

// --- The answer ------------------------------------------------------------------

test('the answer says up to which number all is stored', async (t) => {
  const relay = await start(t);
  assert.deepEqual((await send(relay, ours(A, [0, 1, 2]))).answer,
    { success: true, ack: { [A]: 2 } });
  assert.deepEqual((await post(`${relay.url}/v1/b`, ours(A, [3]))).answer.ack, { [A]: 3 });
  assert.deepEqual(await acked(relay, ours(A, [3])), { [A]: 3 }, 'a copy');
  assert.deepEqual(await acked(relay, ours(A, [1])), { [A]: 3 }, 'it never falls');
});

test('a gap holds it back until it is filled, in whatever order', async (t) => {
  const relay = await start(t);
  assert.deepEqual(await acked(relay, ours(A, [7, 8])), {}, 'nothing from 0 on');
  assert.deepEqual(await acked(relay, ours(A, [0, 1])), { [A]: 1 });
  assert.deepEqual(await acked(relay, ours(A, [4, 5, 3])), { [A]: 1 });
  assert.deepEqual(await acked(relay, ours(A, [2])), { [A]: 5 });
  assert.deepEqual(await acked(relay, ours(A, [6, 2])), { [A]: 8 });
});

test('a drop is not known by its number, so it holds the mark back', async (t) => {
  const relay = await start(t);
  const dropped = { too_large: 1 };
  assert.deepEqual(await acked(relay, ours(A, [0, 2], { dropped })), { [A]: 0 });
});

test('what another sender stored under ids that sort between ours is no number', async (t) => {
  const relay = await start(t);
  const odd = ['00000001x', '0000000!', '0000000A', '000000'].map((end) =>
    track({ messageId: A.slice(0, 28) + end }));
  await send(relay, batch(odd));
  assert.deepEqual(await acked(relay, ours(A, [0, 2, 3])), { [A]: 0 });
  assert.deepEqual((await have(relay, { [A]: [0, 4] })).answer.missing,
    { [A]: [[1, 1], [4, 4]] });
});

test('each stream of a batch is acknowledged; a word without one is not', async (t) => {
  const relay = await start(t);
  const mixed = ours(A, [0, 1]);
  mixed.batch.push(...ours(B, [0]).batch, track());
  assert.deepEqual(await acked(relay, mixed), { [A]: 1, [B]: 0 });
  assert.deepEqual(await acked(relay, batch([track()], { firsthand: {} })), {});
  assert.deepEqual(await acked(relay, batch([], { firsthand: { stream: A } })), { [A]: 1 });
  assert.equal(await acked(relay, batch([track()])), undefined);
});

test('at most 64 streams are acknowledged at once', async (t) => {
  const relay = await start(t);
  const many = batch(span(1, 70).map((n) => track({ messageId: stream(n) })), { firsthand: {} });
  assert.equal(Object.keys(await acked(relay, many)).length, 64);
});

test('207 acknowledges what was stored, 400 nothing', async (t) => {
  const relay = await start(t);
  const some = ours(A, [0, 1, 2]);
  some.batch[1].event = '';
  const { status, answer } = await send(relay, some);
  assert.equal(status, 207);
  assert.deepEqual(answer.ack, { [A]: 0 });
  const none = ours(B, [0]);
  none.batch[0].event = '';
  const refused = await send(relay, none, SAME);
  assert.equal(refused.status, 400);
  assert.equal('ack' in refused.answer, false);
  assert.equal(refused.headers.get('set-cookie'), null);
});

test('no acknowledgement before the commit, none without it', async (t) => {
  const relay = await start(t);
  const reader = new Database(relay.db);
  t.after(() => reader.close());
  const through = reader.prepare('SELECT through FROM streams').pluck();
  for (const n of span(0, 9)) {
    assert.deepEqual(await acked(relay, ours(A, [n])), { [A]: n });
    assert.equal(through.get(), n);
  }
  reader.exec('BEGIN IMMEDIATE');
  const { status, answer, headers } = await send(relay, ours(A, [10]), SAME);
  reader.exec('ROLLBACK');
  assert.equal(status, 503);
  assert.equal('ack' in answer, false);
  assert.equal(headers.get('set-cookie'), null);
});

// --- The cookie --------------------------------------------------------------------

const cookieOf = async (relay, body, headers = SAME) =>
  (await send(relay, body, headers)).headers.get('set-cookie');
const pair = (name, number) => `${shortOf(name)}-${number}`;

test('the cookie has the stream\'s 24 digits and its number', async (t) => {
  const relay = await start(t);
  assert.equal(await cookieOf(relay, ours(A, [0, 1])),
    `_fh_ack=5eed00000000800080000001-1; Path=/; Max-Age=86400; SameSite=Lax`);
  assert.equal(await cookieOf(relay, ours(B, [5])), null, 'nothing from 0 on');
  assert.equal(await cookieOf(relay, batch([track()])), null, 'not our agent');
});

test('what the request brought comes after, renewed and true', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0, 1, 2]));
  const Cookie = `x=1; _fh_ack=${pair(stream(9), 7)}.${pair(A, 99)}; y=2`;
  assert.match(await cookieOf(relay, ours(B, [0]), { ...SAME, Cookie }),
    new RegExp(`^_fh_ack=${pair(B, 0)}\\.${pair(A, 2)};`),
    'a stream that nobody sent falls out, a number is the relay\'s own');
  assert.match(await cookieOf(relay, ours(A, [3]), { ...SAME, Cookie }),
    new RegExp(`^_fh_ack=${pair(A, 3)};`), 'none twice');
});

test('the newest eight stay', async (t) => {
  const relay = await start(t);
  let Cookie = '';
  for (const n of span(1, 11)) {
    const header = await cookieOf(relay, ours(stream(n), [0]), { ...SAME, Cookie });
    Cookie = header.split(';')[0];
  }
  assert.deepEqual([...readAcks(Cookie).keys()], span(4, 11).reverse().map(stream));
  assert.ok(Cookie.length < 300);
});

const SENDERS = [
  ['same-origin', { 'sec-fetch-site': 'same-origin' }, true],
  ['none', { 'sec-fetch-site': 'none' }, true],
  ['same-site', { 'sec-fetch-site': 'same-site' }, false],
  ['cross-site', { 'sec-fetch-site': 'cross-site' }, false],
  ['cross-site whose Origin looks right',
    { 'sec-fetch-site': 'cross-site', origin: 'http://HOST' }, false],
  ['an odd Sec-Fetch-Site', { 'sec-fetch-site': '' }, false],
  ['its own Origin', { origin: 'http://HOST' }, true],
  ['its own Origin behind TLS', { origin: 'https://HOST' }, true],
  ['another Origin', { origin: 'https://other.example' }, false],
  ['another port', { origin: 'http://127.0.0.1:1' }, false],
  ['Origin null', { origin: 'null' }, false],
  ['Origin without sense', { origin: '//' }, false],
  ['neither header', {}, false],
];

test('only a page of the same origin gets a cookie', async (t) => {
  const relay = await start(t);
  const { host, port } = new URL(relay.url);
  const body = JSON.stringify(ours(A, [0]));
  for (const [name, headers, wanted] of SENDERS) {
    const origin = headers.origin?.replace('HOST', host);
    const req = request({
      host: '127.0.0.1', port, path: '/v1/b', method: 'POST',
      headers: { ...headers, ...(origin && { origin }) }, // fetch would add its own
    }).end(body);
    const [res] = await once(req, 'response');
    res.resume();
    assert.equal(res.statusCode, 200, name);
    assert.equal('set-cookie' in res.headers, wanted, name);
  }
});

test('Secure: by the word of a proxy, if that is trusted', async (t) => {
  const trusting = await start(t, { trustProxy: true });
  const other = await start(t);
  const secure = async (relay, proto) => /; Secure$/.test(
    await cookieOf(relay, ours(A, [0]), { ...SAME, 'X-Forwarded-Proto': proto }));
  for (const proto of ['https', 'HTTPS', 'https, http', ' https ,http']) {
    assert.equal(await secure(trusting, proto), true, proto);
    assert.equal(await secure(other, proto), false, proto);
  }
  for (const proto of ['http', 'http, https', '', 'httpsx']) {
    assert.equal(await secure(trusting, proto), false, proto);
  }
});

test('the cookie can be switched off; the answer stays', async (t) => {
  const relay = await start(t, { ackCookie: false });
  const { headers, answer } = await send(relay, ours(A, [0]), SAME);
  assert.equal(headers.get('set-cookie'), null);
  assert.deepEqual(answer.ack, { [A]: 0 });
});

const a = '5eed00000000800080000001';
const b = '5eed00000000800080000002';

const COOKIES = [
  // header, how many streams are read from it
  ['', 0],
  ['other=1', 0],
  [`_fh_ack=${a}-0`, 1],
  [`_fh_ack=${a}-4294967295.${b}-10`, 2],
  [`x=1;_fh_ack=${a}-0;y=2`, 1],
  [` _fh_ack=${a}-0 `, 1],
  [`_fh_ack=${a}-1; _fh_ack=${b}-1.${a}-2`, 1],
  [`_fh_ack=; _fh_ack=${a}-1`, 0],
  [`x_fh_ack=${a}-0`, 0],
  [`_fh_acks=${a}-0`, 0],
  [`_FH_ACK=${a}-0`, 0],
  ['_fh_ack', 0],
  ['_fh_ack=', 0],
  [`_fh_ack=${a}`, 0],
  [`_fh_ack=${a}-`, 0],
  [`_fh_ack=${a}--1`, 0],
  [`_fh_ack=${a}-01`, 0],
  [`_fh_ack=${a}-1e3`, 0],
  [`_fh_ack=${a}-0x1`, 0],
  [`_fh_ack=${a}-4294967296`, 0],
  [`_fh_ack=${a}-99999999999999999999`, 0],
  [`_fh_ack=${a}-1.`, 0],
  [`_fh_ack=.${a}-1`, 0],
  [`_fh_ack=${a}-1..${b}-1`, 0],
  [`_fh_ack=${a}-1.junk`, 0],
  [`_fh_ack="${a}-1"`, 0],
  [`_fh_ack=${a}-1,${b}-1`, 0],
  [`_fh_ack=${a.toUpperCase()}-1`, 0],
  [`_fh_ack=${a.slice(1)}-1`, 0],
  [`_fh_ack=${a}0-1`, 0],
  [`_fh_ack=${a.replace('8', '4')}-1`, 0],
  ['_fh_ack=__proto__-1', 0],
  [`_fh_ack=${a}-1%0d%0aSet-Cookie:x=1`, 0],
  [`_fh_ack=${a}-1\r\nSet-Cookie: x=1`, 0],
  [`_fh_ack=${a}-1\n`, 1], // the header's own end, were it ever let through
  [`_fh_ack=${a}\n-1`, 0],
  [`_fh_ack=${a}-\u0661`, 0],
  [`_fh_ack=${Array(8).fill(`${a}-1`).join('.')}`, 1],
  [`_fh_ack=${Array(9).fill(`${a}-1`).join('.')}`, 0],
  [`_fh_ack=${`${a}-1.`.repeat(1e5)}`, 0],
  [';'.repeat(1e5), 0],
];

for (const [header, count] of COOKIES) {
  test(`cookie: ${count} of ${JSON.stringify(header).slice(0, 72)}`, () => {
    const acks = readAcks(header);
    assert.equal(acks.size, count);
    const printed = printAcks(acks, { secure: true }) ?? '';
    assert.match(printed,
      /^$|^_fh_ack=[0-9a-f.-]+; Path=\/; Max-Age=86400; SameSite=Lax; Secure$/);
  });
}

test('what is printed is read back', () => {
  const acks = new Map(span(1, 8).map((n) => [stream(n), 4294967295 - n]));
  const [header] = printAcks(acks, { secure: false }).split(';');
  assert.deepEqual([...readAcks(header)], [...acks]);
  assert.equal(readAcks().size, 0);
});

test('hostile cookies over the wire change nothing', async (t) => {
  const relay = await start(t);
  for (const [Cookie] of COOKIES.filter(([header]) => /^[ -~]{0,8000}$/.test(header))) {
    const header = await cookieOf(relay, ours(A, [0]), { ...SAME, Cookie });
    assert.match(header, new RegExp(`^_fh_ack=${pair(A, 0)};`), Cookie);
  }
});

// --- have? ---------------------------------------------------------------------------

test('have? tells what is missing, between and beyond what is stored', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0, 1, 4, 5, 9]));
  const missing = async (range) => (await have(relay, { [A]: range })).answer.missing[A];
  assert.deepEqual(await missing([0, 1]), []);
  assert.deepEqual(await missing([0, 9]), [[2, 3], [6, 8]]);
  assert.deepEqual(await missing([1, 3]), [[2, 3]]);
  assert.deepEqual(await missing([3, 6]), [[3, 3], [6, 6]]);
  assert.deepEqual(await missing([9, 12]), [[10, 12]]);
  assert.deepEqual(await missing([20, 20]), [[20, 20]]);
  assert.deepEqual(await missing([0, 4294967295]), [[2, 3], [6, 8], [10, 4294967295]]);
});

test('have? answers for each stream, also for one that never came', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0]));
  const { status, answer } = await have(relay, { [A]: [0, 0], [B]: [3, 5] });
  assert.equal(status, 200);
  assert.deepEqual(answer, { success: true, missing: { [A]: [], [B]: [[3, 5]] } });
  assert.deepEqual((await have(relay, {})).answer.missing, {});
  const again = await have(relay, { [B]: [3, 5] });
  assert.deepEqual(again.answer.missing, { [B]: [[3, 5]] }, 'asking stores nothing');
  assert.equal(relay.log.count(), 1);
});

test('have? past its bounds calls missing what may be stored, never the reverse', async (t) => {
  const relay = await start(t);
  const even = span(0, 2100).filter((n) => n % 2 === 0);
  await send(relay, ours(A, even));
  const { missing } = (await have(relay, { [A]: [0, 2100], [B]: [0, 1] })).answer;
  assert.deepEqual(missing[A][0], [1, 1]);
  assert.equal(missing[A].length, 1001, '1,000 exact ones');
  assert.deepEqual(missing[A].at(-1), [2001, 2100]);
  assert.deepEqual(missing[B], [[0, 1]]);
});

test('have? walks no more than 20,000 rows a request', async (t) => {
  const relay = await start(t);
  for (const n of span(0, 9)) {
    await send(relay, ours(A, span(n * 2100 + 1, n * 2100 + 2100)));
  }
  assert.deepEqual((await have(relay, { [A]: [0, 21_000] })).answer.missing,
    { [A]: [[0, 0], [20_001, 21_000]] });
  assert.deepEqual((await have(relay, { [A]: [1001, 21_000] })).answer.missing, { [A]: [] });
});

test('have? what was stored and is too old to be kept is not missing', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, span(0, 9)));
  assert.equal((await relay.log.retain({ rows: 1 })).removed, 9);
  assert.deepEqual((await have(relay, { [A]: [2, 11] })).answer.missing, { [A]: [[10, 11]] });
});

const QUESTIONS = [
  ['no JSON', '{', 400, /not JSON/],
  ['no writeKey', { writeKey: undefined }, 401, /writeKey/],
  ['no streams', { streams: undefined }, 400, /needs "streams"/],
  ['streams as array', { streams: [] }, 400, /needs "streams"/],
  ['65 streams', { streams: Object.fromEntries(span(1, 65).map((n) => [stream(n), [0, 0]])) },
    413, /65 streams; the limit is 64/],
  ['an id for a stream', { streams: { [idIn(A, 1)]: [0, 0] } }, 400, /UUID of version 8/],
  ['a version 4', { streams: { [A.replace('8000-8', '4000-8')]: [0, 0] } }, 400, /version 8/],
  ['__proto__', '{"writeKey":"k","streams":{"__proto__":[0,0]}}', 400, /version 8/],
  ['a number', { streams: { [A]: 5 } }, 400, /first, last/],
  ['one number', { streams: { [A]: [5] } }, 400, /first, last/],
  ['three numbers', { streams: { [A]: [1, 2, 3] } }, 400, /first, last/],
  ['backwards', { streams: { [A]: [2, 1] } }, 400, /first, last/],
  ['below 0', { streams: { [A]: [-1, 1] } }, 400, /first, last/],
  ['a half', { streams: { [A]: [0, 0.5] } }, 400, /first, last/],
  ['texts', { streams: { [A]: ['0', '1'] } }, 400, /first, last/],
  ['2^32', { streams: { [A]: [0, 4294967296] } }, 400, /first, last/],
];

test('have? refuses what it does not understand', async (t) => {
  const relay = await start(t);
  for (const [name, question, status, message] of QUESTIONS) {
    const body = typeof question === 'string'
      ? question : { writeKey: 'key', streams: {}, ...question };
    const got = await post(`${relay.url}/v1/have`, body);
    assert.equal(got.status, status, name);
    assert.match(got.answer.error, message, name);
  }
  const wrong = await fetch(`${relay.url}/v1/have`);
  assert.equal(wrong.headers.get('allow'), 'POST, OPTIONS');
});

test('have? of another origin is answered, with its preflight', async (t) => {
  const relay = await start(t);
  const Origin = 'https://shop.example';
  const { headers } = await post(`${relay.url}/v1/have`,
    { writeKey: 'k', streams: {} }, { Origin });
  assert.equal(headers.get('access-control-allow-origin'), Origin);
  const asked = await fetch(`${relay.url}/v1/have`, { method: 'OPTIONS', headers: { Origin } });
  assert.equal(asked.status, 204);
});

// --- A batch that asks -------------------------------------------------------------

const question = (name, first, last, more) =>
  batch([], { firsthand: { v: 1, stream: name, first, last, attempt: 2, dropped: {}, ask: true, ...more } });

test('a batch without events that asks is told what is missing of its numbers', async (t) => {
  const relay = await start(t);
  await send(relay, ours(A, [0, 1, 4]));
  const { answer } = await send(relay, question(A, 0, 6));
  assert.deepEqual(answer, { success: true, ack: { [A]: 1 }, missing: [[2, 3], [5, 6]] });
  assert.deepEqual((await send(relay, question(A, 0, 1))).answer.missing, []);
  assert.deepEqual((await send(relay, question(B, 3, 3))).answer.missing, [[3, 3]]);
});

test('who does not ask is told nothing; a question that is none is refused', async (t) => {
  const relay = await start(t);
  assert.equal((await send(relay, question(A, 0, 1, { ask: undefined }))).answer.missing, undefined);
  assert.equal((await send(relay, { ...ours(A, [0]), firsthand: { ask: true } })).answer.missing, undefined);
  for (const wrong of [{ stream: 'x' }, { first: 2, last: 1 }, { first: -1 }, { last: 'x' }]) {
    assert.equal((await send(relay, question(A, 0, 1, wrong))).status, 400, JSON.stringify(wrong));
  }
});
