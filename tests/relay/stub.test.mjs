// Calls that the snippet posts: the events that they become.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingest } from '../../relay/ingest.mjs';

const URL = 'https://shop.example/tea?utm_source=x#top';
const AT = Date.parse('2026-03-01T11:00:00.000Z');
const COOKIE = 'a=1; _fh=1.502dee07-9d0e-44e7-9370-65034b514f25.01a200a8-0ba0-7fe4-a81c-aecee1c23399.1.1795307342';

const call = (verb, ...args) => [verb, JSON.stringify(args), URL, 'Tea', AT, null];

function post(stub, headers = { cookie: COOKIE, 'user-agent': 'UA' }) {
  let made = 0;
  const { events, refused } = ingest({
    call: 'batch', body: Buffer.from(JSON.stringify(['k', 'https://r.example/', stub])),
    headers, now: AT + 1000, newId: () => `made-${++made}`,
  });
  return { events: events.map(({ body }) => JSON.parse(body)), refused };
}

test('a track call is the event that the agent would have sent', () => {
  const { events: [event] } = post([call('track', 'Signed Up', { plan: 'a' }, { context: { own: 1 } })]);
  assert.match(event.messageId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual({ ...event, messageId: '' }, {
    messageId: '', type: 'track', event: 'Signed Up', properties: { plan: 'a' },
    anonymousId: '502dee07-9d0e-44e7-9370-65034b514f25',
    originalTimestamp: '2026-03-01T11:00:00.000Z', timestamp: '2026-03-01T11:00:00.000Z', receivedAt: '2026-03-01T11:00:01.000Z',
    context: {
      library: { name: 'firsthand-snippet' }, own: 1,
      page: { path: '/tea', referrer: 'https://r.example/', search: '?utm_source=x', title: 'Tea', url: 'https://shop.example/tea?utm_source=x' },
    },
  });
});

test('page and identify take their texts as the agent does', () => {
  const { events } = post([call('page', 'Home'), call('page', 'Docs', 'Home', { a: 1 }), call('identify', 7, { name: 'N' }), call('identify', { t: 1 })]);
  assert.deepEqual(events.map(({ name, category, userId }) => [name, category, userId]),
    [['Home', undefined, undefined], ['Home', 'Docs', undefined], [undefined, undefined, '7'], [undefined, undefined, undefined]]);
  assert.deepEqual([events[1].properties.a, events[1].properties.path, events[2].traits, events[3].traits], [1, '/tea', { name: 'N' }, { t: 1 }]);
});

test('screen, group and alias', () => {
  const { events } = post([call('screen', 'Home', { a: 1 }), call('group', 'acme', { seats: 5 }), call('alias', 'new', 'old')]);
  assert.deepEqual(events.map(({ type, name, properties, groupId, traits, userId, previousId }) => [type, name ?? groupId ?? userId, properties ?? traits ?? previousId]),
    [['screen', 'Home', { a: 1 }], ['group', 'acme', { seats: 5 }], ['alias', 'new', 'old']]);
});

test('who refuses on this page, or has refused on an earlier one, is in no event', () => {
  const refuses = call('consent', { analytics: 'denied' });
  const allows = call('consent', { analytics: 'granted' });
  assert.equal(post([call('track', 'A'), refuses, call('track', 'B')]).events.length, 0);
  assert.equal(post([refuses, allows, call('track', 'A')]).events.length, 1);
  assert.equal(post([call('consent', { ads: 'denied' }), call('track', 'A')]).events.length, 1);
  assert.equal(post([call('track', 'A')], { cookie: 'a=1; _fh=0; b=2' }).events.length, 0);
  assert.equal(post([allows, call('track', 'A')], { cookie: '_fh=0' }).events.length, 1);
  assert.equal(post([call('track', 'A')], { cookie: 'x_fh=0; _fh=01' }).events.length, 1);
});

test('the same post twice is the same events; another visitor, another moment are others', () => {
  const id = (...args) => post(...args).events[0].messageId;
  const stub = [call('track', 'A')];
  assert.equal(id(stub), id(stub));
  const later = [['track', stub[0][1], URL, 'Tea', AT + 1]];
  assert.equal(new Set([id(stub), id(later), id(stub, { 'user-agent': 'UA' }), id(stub, { 'user-agent': 'UB' })]).size, 4);
});

test('without a cookie all calls are of one new visitor', () => {
  const { events } = post([call('track', 'A'), call('track', 'B')], {});
  assert.deepEqual(events.map(({ anonymousId }) => anonymousId), ['made-1', 'made-1']);
});

test('what is no call is refused by itself; verbs that are no event are left out', () => {
  const { events, refused } = post([
    call('reset'), call('flush'), call('ready'), 'x', null, 7, {}, [], ['track'], ['track', '{'], ['track', '{}'], ['constructor', '[]'],
    ['track', '[""]'], ['track', '["A"]', 7, {}, 'x'], ['track', '["B"]', 'no', null, 1e99],
  ]);
  assert.deepEqual(events.map(({ event }) => event), ['A', 'B']);
  assert.equal(refused.length, 10);
});
