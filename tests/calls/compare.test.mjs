// The comparator itself: what it must not overlook.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowances, compare } from './compare.mjs';
import { shapes } from './shapes.mjs';
import { told } from './told.mjs';

const A = { type: 'track', event: 'A', properties: { n: 1, empty: {} }, context: { page: { title: 'T' } } };
const B = { type: 'page', name: 'B' };

test('another value, one too few, one too many', () => {
  assert.deepEqual(compare([A], [A]), []);
  assert.deepEqual(compare([A], [{ ...A, properties: { n: '1', empty: {} } }]), [{ path: 'properties.n', segment: 1, ours: '1' }]);
  assert.deepEqual(compare([A], [{ ...A, properties: { n: 1 } }]), [{ path: 'properties.empty', segment: {} }]);
  assert.deepEqual(compare([A], [{ ...A, context: { page: { title: 'T', hash: '#h' } } }]), [{ path: 'context.page.hash', ours: '#h' }]);
});

test('events that are not there, and events in another order', () => {
  assert.deepEqual(compare([A, B], [A]), [{ path: 'events', segment: ['track A', 'page B'], ours: ['track A'] }]);
  assert.deepEqual(compare([A], [A, A]), [{ path: 'events', segment: ['track A'], ours: ['track A', 'track A'] }]);
  assert.deepEqual(compare([A, B], [B, A]), [{ path: 'order', segment: ['track A', 'page B'], ours: ['page B', 'track A'] }]);
});

test('any value of the table that we would not send is found', () => {
  for (const { id, segment } of shapes()) {
    segment.forEach((event, n) => {
      for (const name of Object.keys(event)) {
        const ours = structuredClone(segment);
        ours[n][name] = 'another';
        assert.ok(compare(segment, ours).length, `${id}: ${name}`);
      }
    });
  }
});

test('an allowance holds for its fields, its shapes and its values, and is counted', () => {
  const allow = allowances([
    { fields: ['userId'], is: 'missing', segment: null, why: '' },
    { fields: ['context.screen'], shapes: ['track'], why: '' },
    { fields: ['never'], why: '' },
  ]);
  assert.ok(allow('page: x', { path: 'userId', segment: null }));
  assert.ok(!allow('page: x', { path: 'userId', segment: 'u1' }));
  assert.ok(!allow('page: x', { path: 'userId', segment: null, ours: 'u1' }));
  assert.ok(allow('track: x', { path: 'context.screen', ours: {} }));
  assert.ok(!allow('track: x', { path: 'context.screen.width', segment: 1, ours: 2 }));
  assert.ok(!allow('page: x', { path: 'context.screen', ours: {} }));
  assert.deepEqual(allow.unused().map(({ fields }) => fields), [['never']]);
});

test('what is told of events: ids in the order of their coming, and nothing of the moment', () => {
  const id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
  const event = (anonymousId, more) => ({ ...more, anonymousId, messageId: `ajs-next-1-${id}`, timestamp: new Date().toISOString(), context: { locale: 'de', page: { url: 'http://shop1.example/' } } });
  assert.deepEqual(told([event(id, { sentAt: 1 }), event(id.replace('b', 'c').replace(/a$/, 'b'), { properties: { id } })], 'shop1.example', { locale: 'de' }), [
    { anonymousId: 'anonymousId#1', context: { page: { url: 'http://shop.example/' } } },
    { anonymousId: 'anonymousId#2', context: { page: { url: 'http://shop.example/' } }, properties: { id: 'anonymousId#1' } },
  ]);
  const [{ messageId, timestamp, context }] = told([{ messageId: 'm1', timestamp: 0, context: { locale: 'fr' } }], 'shop1.example', { locale: 'de' });
  assert.deepEqual({ messageId, timestamp, context }, { messageId: 'm1', timestamp: 0, context: { locale: 'fr' } });
});
