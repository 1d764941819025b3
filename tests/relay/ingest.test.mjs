// From bytes to events: what is taken, what is refused and why, what is added.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, ingest } from '../../relay/ingest.mjs';
import { batch, track } from './help.mjs';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');

function take(value, { call = 'batch', ...more } = {}) {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  let made = 0;
  const result = ingest({
    call, body: Buffer.from(body), now: NOW, newId: () => `made-${++made}`,
    ...more,
  });
  return { ...result, bodies: result.events.map((row) => JSON.parse(row.body)) };
}

const takeOne = (event, more) => take(batch([event], more));
const one = (event, more) => takeOne(event, more).bodies[0];
const reason = (event) => take(batch([event])).refused[0]?.error;

test('every path and short path names its call, and nothing else does', () => {
  const names = ['track', 'identify', 'page', 'screen', 'group', 'alias', 'batch'];
  for (const name of names) {
    assert.equal(callOf(`/v1/${name}`), name);
    assert.equal(callOf(`/v1/${name[0]}`), name);
  }
  for (const path of ['/v1/', '/v1/x', '/v1/constructor', '/v1/__proto__',
    '/v1/batch/', '/v2/batch', '/V1/batch']) {
    assert.equal(callOf(path), undefined, path);
  }
});

const MALFORMED = [
  ['nothing', '', 400, /empty/],
  ['half a text', '{"batch":[', 400, /not JSON/],
  ['two texts', '{}{}', 400, /not JSON/],
  ['a word', 'hello', 400, /not JSON/],
  ['a form', 'data=%7B%7D', 400, /not JSON/],
  ['null', 'null', 400, /JSON object/],
  ['a number', '12', 400, /JSON object/],
  ['a string', '"x"', 400, /JSON object/],
  ['an array', '[]', 400, /JSON object/],
  ['a depth of 200,000', '['.repeat(2e5) + ']'.repeat(2e5), 400, /JSON object/],
  ['no batch', { writeKey: 'k' }, 400, /needs "batch"/],
  ['a batch that is an object', { writeKey: 'k', batch: {} }, 400, /needs "batch"/],
  ['context as text', batch([], { context: 'x' }), 400, /"context"/],
  ['integrations as array', batch([], { integrations: [] }), 400, /"integrations"/],
  ['sentAt as word', batch([], { sentAt: 'now' }), 400, /"sentAt"/],
  ['sentAt as number', batch([], { sentAt: 5 }), 400, /"sentAt"/],
  ['no writeKey', { batch: [] }, 401, /no writeKey/],
  ['an empty writeKey', batch([], { writeKey: '' }), 401, /no writeKey/],
  ['a number as writeKey', batch([], { writeKey: 7 }), 401, /no writeKey/],
  ['a writeKey of 257', batch([], { writeKey: 'k'.repeat(257) }), 401, /1 to 256/],
  ['2,501 events', batch(Array(2501).fill(0)), 413, /2501 events.*2500/],
  ['a context of 33 KB', batch([], { context: { a: 'x'.repeat(33e3) } }), 413,
    /"context" has \d+ bytes/],
  ['a context of 8 KB for 2,500 events',
    batch(Array(2500).fill(0), { context: { a: 'x'.repeat(8e3) } }), 413, /smaller batches/],
  ['a deep context', `{"writeKey":"k","batch":[],"context":{"a":${
    '['.repeat(31)}${']'.repeat(31)}}}`, 400, /nested deeper than 32/],
  ['a firsthand of 33 KB', batch([], { firsthand: 'x'.repeat(33e3) }), 413,
    /"firsthand"/],
];

for (const [name, body, status, message] of MALFORMED) {
  test(`a request is refused: ${name}`, () => {
    assert.throws(() => take(body), { status, message });
  });
}

test('bytes that are not UTF-8 are refused, a byte order mark is not', () => {
  const gzip = Uint8Array.of(0x1f, 0x8b, 8, 0);
  assert.throws(() => take('', { body: gzip }), { status: 400, message: /UTF-8/ });
  const text = `\ufeff${JSON.stringify(batch([track()]))}`;
  assert.equal(take(text).events.length, 1);
});

const REFUSED = [
  ['null', null, /JSON object/],
  ['an array', [], /JSON object/],
  ['a text', 'track', /JSON object/],
  ['no type', track({ type: undefined }), /"type" must be one of/],
  ['an unknown type', track({ type: 'delete' }), /"type" must be one of/],
  ['a type of Object.prototype', track({ type: 'toString' }), /"type"/],
  ['nobody', track({ anonymousId: undefined }), /"userId" or "anonymousId"/],
  ['empty ids', track({ anonymousId: '', userId: '' }), /"userId" or/],
  ['a number as id', track({ anonymousId: 5 }), /"userId" or/],
  ['track without event', track({ event: undefined }), /"event", its name/],
  ['track with empty event', track({ event: '' }), /"event", its name/],
  ['track with a number as event', track({ event: 1 }), /"event", its name/],
  ['an empty messageId', track({ messageId: '' }), /"messageId"/],
  ['a number as messageId', track({ messageId: 1 }), /"messageId"/],
  ['a messageId of 100', track({ messageId: 'm'.repeat(100) }), /1 to 99/],
  ['a word as timestamp', track({ timestamp: 'today' }), /"timestamp".*ISO 8601/],
  ['a number as timestamp', track({ timestamp: 1767225600000 }), /"timestamp"/],
  ['month 13', track({ timestamp: '2026-13-01T00:00:00Z' }), /"timestamp"/],
  ['a bad originalTimestamp', track({ originalTimestamp: 'x' }), /"originalTimestamp"/],
  ['a bad sentAt', track({ sentAt: 'x' }), /"sentAt"/],
  ['context as text', track({ context: 'x' }), /"context".*JSON object/],
  ['properties as array', track({ properties: [] }), /"properties"/],
  ['traits as number', track({ traits: 1 }), /"traits"/],
  ['32 KB of text and its braces', track({ properties: { a: 'é'.repeat(16384) } }),
    /[Ll]arger than 32 KB/],
];

for (const [name, event, message] of REFUSED) {
  test(`an event is refused: ${name}`, () => {
    assert.match(reason(event) ?? 'taken', message);
  });
}

test('a refused event says which it was and leaves its neighbours alone', () => {
  const { bodies, refused } = take(batch([
    track({ messageId: 'a' }),
    track({ messageId: 'b', event: 7 }),
    track({ messageId: 'c' }),
    { messageId: 'x'.repeat(100) },
  ]));
  assert.deepEqual(bodies.map((event) => event.messageId), ['a', 'c']);
  assert.deepEqual(refused.map(({ index, messageId }) => [index, messageId]),
    [[1, 'b'], [3, null]]);
});

test('an event that is too deep is refused alone', () => {
  const deep = '['.repeat(16e3) + ']'.repeat(16e3);
  const { bodies, refused } = take(`{"writeKey":"k","batch":[
    {"type":"page","userId":"u","messageId":"deep","properties":{"a":${deep}}},
    {"type":"page","userId":"u","messageId":"flat"}]}`);
  assert.deepEqual(bodies.map((event) => event.messageId), ['flat']);
  assert.equal(refused[0].messageId, 'deep');
  assert.equal(refused[0].reason, 'too_deep');
});

test('exactly 32 KB is taken', () => {
  const filled = (n) => track({ messageId: 'm', properties: { a: 'x'.repeat(n) } });
  const room = 32768 - JSON.stringify(filled(0)).length;
  assert.equal(reason(filled(room)), undefined);
  assert.match(reason(filled(room + 1)), /Larger than 32 KB/);
});

test('each type is taken with a userId or an anonymousId', () => {
  for (const type of ['track', 'identify', 'page', 'screen', 'group', 'alias']) {
    assert.equal(reason({ type, event: 'x', userId: 'u' }), undefined);
    assert.equal(reason({ type, event: 'x', anonymousId: 'a' }), undefined);
  }
});

test('a single call takes its type from the path and the key from the body', () => {
  const event = { userId: 'u', writeKey: 'k', type: 'page', sentAt: null };
  const { events, bodies } = take(event, { call: 'identify' });
  assert.equal(events[0].writeKey, 'k');
  assert.equal(bodies[0].type, 'identify');
  assert.equal('writeKey' in bodies[0], false);
});

test('writeKey: the body wins over Basic, and a colon ends the user name', () => {
  const basic = (text) => `Basic ${Buffer.from(text).toString('base64')}`;
  const keyOf = (value, authorization) => take(value, { headers: { authorization } }).events[0].writeKey;
  const bare = { batch: [track()] };
  assert.equal(keyOf(bare, basic('fromHeader:')), 'fromHeader');
  assert.equal(keyOf(bare, basic('fromHeader:pass:word')), 'fromHeader');
  assert.equal(keyOf(bare, basic('fromHeader').replace('Basic', 'basic')), 'fromHeader');
  assert.equal(keyOf(batch([track()]), basic('fromHeader:')), 'key');
  for (const bad of ['', 'Basic', 'Basic !!', 'Bearer abc', basic(':pass')]) {
    assert.throws(() => keyOf(bare, bad), { status: 401 }, bad);
  }
});

test('a missing messageId is made, null counts as missing', () => {
  const { bodies } = take(batch([
    track({ messageId: undefined }), track({ messageId: null })]));
  assert.deepEqual(bodies.map((event) => event.messageId), ['made-1', 'made-2']);
});

test('the clock of the sender is corrected by sentAt', () => {
  const event = one(track({ timestamp: '2026-03-01T09:00:00.000Z' }),
    { sentAt: '2026-03-01T09:00:10.000Z' });
  assert.equal(event.timestamp, '2026-03-01T11:59:50.000Z');
  assert.equal(event.originalTimestamp, '2026-03-01T09:00:00.000Z');
  assert.equal(event.sentAt, '2026-03-01T09:00:10.000Z');
  assert.equal(event.receivedAt, '2026-03-01T12:00:00.000Z');
});

const TIMES = [
  // timestamp, sentAt, corrected
  [undefined, undefined, '2026-03-01T12:00:00.000Z'],
  [undefined, '2026-03-01T09:00:00Z', '2026-03-01T12:00:00.000Z'],
  ['2026-02-01T00:00:00Z', undefined, '2026-02-01T00:00:00.000Z'],
  ['2026-02-01', undefined, '2026-02-01T00:00:00.000Z'],
  ['2026-02-01T10:30', undefined, '2026-02-01T10:30:00.000Z'],
  ['2026-02-01T10:30:00.123456789', undefined, '2026-02-01T10:30:00.123Z'],
  ['2026-02-01T10:30:00+02:00', undefined, '2026-02-01T08:30:00.000Z'],
  ['2026-02-01T10:30:00-0130', undefined, '2026-02-01T12:00:00.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2026-03-01T12:00:00.000Z'],
];

for (const [timestamp, sentAt, corrected] of TIMES) {
  test(`time ${timestamp} sent at ${sentAt} is ${corrected}`, () => {
    assert.equal(one(track({ timestamp }), { sentAt }).timestamp, corrected);
  });
}

test('in a page of our own agent the steady clock is corrected, whatever the other was set to', () => {
  const event = track({
    timestamp: '2026-03-01T11:00:00.000Z', originalTimestamp: '2027-01-01T00:00:00.000Z',
  });
  const of = (firsthand) => one(event, { sentAt: '2026-03-01T11:00:30.000Z', firsthand });
  const own = of({ v: 1, dropped: {} });
  assert.equal(own.timestamp, '2026-03-01T11:59:30.000Z');
  assert.equal(own.originalTimestamp, '2027-01-01T00:00:00.000Z');
  // Of an earlier page: its clock and this one's have the wall clock in common.
  assert.equal(of({ v: 1 }).timestamp, '2027-01-01T00:59:30.000Z');
});

test('a timestamp that the caller chose is corrected, whatever the SDK calls original', () => {
  const sent = { originalTimestamp: '2026-02-01T00:00:00Z', sentAt: '2026-02-01T00:00:01Z' };
  const chosen = one(track({ ...sent, timestamp: '2026-01-01T00:00:00Z' }));
  assert.equal(chosen.originalTimestamp, '2026-02-01T00:00:00Z');
  assert.equal(chosen.timestamp, '2026-01-29T11:59:59.000Z');
  assert.equal(one(track(sent)).timestamp, '2026-03-01T11:59:59.000Z');
});

test('context and integrations of the batch lie under the event\'s own', () => {
  const { bodies: [event], events: [{ body }] } = takeOne(track({ context: { page: { path: '/own' } }, integrations: { A: false } }), {
    context: { page: { path: '/all', title: 'All' }, locale: 'de' },
    integrations: { A: true, B: true },
  });
  assert.deepEqual(event.context, { page: { path: '/own' }, locale: 'de' });
  assert.deepEqual(event.integrations, { A: false, B: true });
  assert.equal(body.match(/"page"|"A"/g).length, 2); // nothing is doubled
});

test('__proto__ and constructor are data, at every place', () => {
  const { events, batch: row } = take(`{"writeKey":"k","__proto__":{"polluted":1},
    "context":{"__proto__":{"polluted":2},"constructor":{"prototype":{"polluted":3}}},
    "firsthand":{"__proto__":{"polluted":4}},
    "batch":[{"type":"track","event":"e","userId":"u","messageId":"m",
      "__proto__":{"polluted":5},"properties":{"__proto__":{"polluted":6}},
      "context":{"own":1}}]}`);
  assert.equal({}.polluted, undefined);
  const { body } = events[0];
  assert.match(body, /"__proto__":\{"polluted":5\}/);
  assert.match(body, /"properties":\{"__proto__":\{"polluted":6\}\}/);
  assert.match(body, /"context":\{"__proto__":\{"polluted":2\},"constructor":/);
  assert.equal(row.firsthand, '{"__proto__":{"polluted":4}}');
});

test('numbers and escapes are stored as they were written', () => {
  const numbers = '[0.1e400,123456789012345678901234,1.0,-0,"\\u0041\\ud800"]';
  const { events } = take(`{"writeKey":"k","context":{"n":${numbers}},"batch":[
    { "type" : "page", "userId": "\u{1f600}", "properties": {"n": ${numbers}}, "context": {"own":1}}]}`);
  assert.ok(events[0].body.includes(`"properties": {"n": ${numbers}}`));
  assert.ok(events[0].body.includes(`"context":{"n":${numbers},"own":1}`));
  assert.equal(JSON.parse(events[0].body).userId, '\u{1f600}');
});

test('of members that are doubled the last one counts and is stored alone', () => {
  const { events, bodies } = take(`{"batch":1,"writeKey":"no","writeKey":"k","batch":[{"messageId":"a","type":"page",
    "context":{"a":1},"userId":"u","mess\\u0061geId":"b","type":"identify","context":{"b":2},"receivedAt":"x"}]}`);
  const { messageId, type, writeKey } = events[0];
  assert.deepEqual({ messageId, type, writeKey }, { messageId: 'b', type: 'identify', writeKey: 'k' });
  assert.deepEqual(bodies[0].context, { b: 2 });
  assert.equal(events[0].body.match(/"(messageId|type|context|receivedAt)":/g).length, 4);
});

test('members doubled too often make an event too complex', () => {
  const members = '"type":"page","x":1,'.repeat(20);
  const { refused } = take(`{"writeKey":"k","batch":[{${members}"userId":"u"}]}`);
  assert.equal(refused[0].reason, 'too_complex');
});

test('who has the last word on an event may refuse it', () => {
  const inspect = ({ messageId }) => (messageId === 'no' ? { reason: 'not_planned', message: 'no such event' } : undefined);
  const { events, refused } = take(batch([track({ messageId: 'no' }), track()]), { inspect });
  assert.equal(events.length, 1);
  assert.deepEqual(refused, [{ index: 0, messageId: 'no', reason: 'not_planned', error: 'No such event.' }]);
});

test('a fault of our own is no refusal', () => {
  const newId = () => { throw new Error('no entropy'); };
  assert.throws(() => take(batch([track({ messageId: null })]), { newId }), /no entropy/);
});

test('an inherited id does not count', () => {
  const { refused } = take('{"writeKey":"k","batch":[{"type":"page","__proto__":{"userId":"u"}}]}');
  assert.equal(refused.length, 1);
});

test('what the agent says of its batch is kept as it is', () => {
  const firsthand = { v: 1, stream: 's', first: 1, last: 2, dropped: { size: 3 }, masked: { email: 2 }, attempt: 0 };
  const sentAt = '2026-03-01T12:00:00Z';
  const { batch: row } = take(batch([], { firsthand, sentAt }));
  assert.deepEqual(JSON.parse(row.firsthand), firsthand);
  assert.equal(row.sentAt, sentAt);
  assert.equal(take(batch([track()])).batch, undefined);
});

test('everything else of an event stays as it was sent', () => {
  const sent = track({ properties: { a: [1, null, { b: 'é\u2028\u0000' }] }, _metadata: { x: 1 },
    channel: 'web', userId: 42 });
  const { receivedAt, timestamp, ...rest } = one(sent);
  assert.deepEqual(rest, sent);
});

// What events of a compact batch leave out (src/batch.h); that it is the agent's own form
// is proved with the agent, in tests/run/compact.test.mjs.
const STREAM = '002d0000-0000-8000-8070-5a0000000000';
const SHARED = { anonymousId: 'a', userId: 'u', context: { page: { path: '/' }, session: { id: 's', eventIndex: 41 } } };
const compact = (events, more) => ({
  batch: events, writeKey: 'k', sentAt: '2026-03-01T11:59:50.000Z',
  firsthand: { v: 2, stream: STREAM, first: 0, last: 9, attempt: 1, dropped: {} }, ...more,
});
const call = (name, more) => ({ type: 'track', event: name, ...more });

test('/v1/compact is a batch', () => assert.equal(callOf('/v1/compact'), 'batch'));

test('events of a compact batch are stored whole', () => {
  const { bodies, refused, events } = take(compact([
    { number: 3, age: 5000, ...call('A', { properties: { total: 1 } }), ...SHARED },
    { age: 4000, ...call('B') },
    { messageId: 'own', timestamp: '2026-03-01T11:00:00.000Z', ...call('C'), anonymousId: 'b' },
    { number: 8, age: 0, originalTimestamp: '2026-02-01T00:00:00.000Z', ...call('D') },
  ]));
  assert.deepEqual(refused, []);
  assert.deepEqual(events.map(({ messageId }) => messageId), [`${STREAM.slice(0, -1)}3`, `${STREAM.slice(0, -1)}4`, 'own', `${STREAM.slice(0, -1)}8`]);
  // Ten seconds late by the relay's clock, which is believed.
  assert.deepEqual(events.map(({ timestamp }) => timestamp.slice(11, 19)), ['11:59:55', '11:59:56', '11:00:10', '12:00:00']);
  const [a, b, c, d] = bodies;
  assert.deepEqual([a.context.session.eventIndex, b.context.session.eventIndex, d.context.session.eventIndex], [41, 42, 46]);
  for (const { anonymousId, userId, context } of [a, b, d]) assert.deepEqual([anonymousId, userId, context.page.path, context.session.id], ['a', 'u', '/', 's']);
  assert.deepEqual([c.anonymousId, c.userId, c.context?.session], ['b', undefined, undefined]);
  assert.ok(bodies.every((body) => !('number' in body) && !('age' in body)));
});

test('a compact event that is wrong harms no other', () => {
  const good = { age: 1, ...call('Good') };
  const wrong = [
    [{ number: -1, age: 1, ...call('A') }, 'invalid_message_id'], [{ number: '1', age: 1, ...call('A') }, 'invalid_message_id'],
    [{ number: 2 ** 32, age: 1, ...call('A') }, 'invalid_message_id'], [{ number: 1.5, age: 1, ...call('A') }, 'invalid_message_id'],
    [{ number: 5, age: -1, ...call('A') }, 'invalid_time'], [{ number: 5, age: '1', ...call('A') }, 'invalid_time'],
    [{ number: 5, ...call('A') }, 'invalid_time'], [{ number: 5, age: 1, type: 'track' }, 'invalid_event_name'],
    [{ number: 5, age: 1e14, ...call('A') }, 'invalid_time'],
  ];
  for (const [event, reason] of wrong) {
    const { bodies, refused } = take(compact([{ number: 1, ...good, ...SHARED }, event, { number: 7, ...good }]));
    assert.deepEqual(refused.map(({ index, reason: why }) => [index, why]), [[1, reason]], JSON.stringify(event));
    assert.deepEqual(bodies.map(({ messageId }) => messageId.slice(-1)), ['1', '7']);
  }
  assert.deepEqual(take(compact([7, null, { number: 1, ...good, ...SHARED }])).refused.map(({ reason }) => reason), ['invalid_event', 'invalid_event']);
  assert.equal(take(compact([{ number: 1, ...good }])).refused[0].reason, 'missing_id');
  assert.equal(take(compact([{ number: 1, ...good, ...SHARED }], { firsthand: { v: 2 } })).refused[0].reason, 'invalid_message_id');
  assert.equal(take(compact([{ number: 1, ...good, ...SHARED }], { sentAt: undefined })).refused[0].reason, 'invalid_time');
});

test('a compact batch that would become too large is refused whole', () => {
  const big = { ...SHARED, context: { ...SHARED.context, text: 'x'.repeat(20_000) } };
  const events = [{ number: 0, age: 1, ...call('A'), ...big }, ...Array.from({ length: 60 }, () => ({ age: 1, ...call('A') }))];
  assert.throws(() => take(compact(events)), ({ status, message }) => status === 413 && /smaller batches/.test(message));
  assert.equal(take(compact(events.slice(0, 40))).events.length, 40);
});
