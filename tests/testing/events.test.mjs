// The kit without a browser: bodies in, events and answers out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEvents } from 'firsthand/testing';
import { example } from '../../scripts/docs.mjs';

const STREAM = '4fda63c0-fbc1-8c2a-9b1c-c63c00000000';
const id = (number) => STREAM.slice(0, 28) + number.toString(16).padStart(8, '0');
const at = (second) => `2026-11-21T09:30:${String(second).padStart(2, '0')}.000Z`;

const event = (number, name, properties = {}, more = {}) =>
  ({ messageId: id(number), timestamp: at(number), type: 'track', event: name, properties, anonymousId: 'visitor', context: { page: { path: '/thanks' } }, ...more });
const batch = (events, more = {}) =>
  JSON.stringify({ batch: events, writeKey: 'k', sentAt: at(50), firsthand: { v: 1, stream: STREAM, first: 0, last: 9, attempt: 1 }, ...more });
const question = (first, last) => batch([], { firsthand: { v: 1, stream: STREAM, first, last, attempt: 2, ask: true } });

const quick = () => createEvents({ timeout: 20 });
const messageOf = async (promise) => (await promise.then(() => assert.fail('it should reject'), (error) => error)).message;

describe('taking', () => {
  test('what the core sends is taken whole, with what is known of the request', () => {
    const events = quick();
    const { batch: [sent] } = JSON.parse(example().batch);
    assert.deepEqual(events.receive(example().batch, { by: 'beacon', url: 'http://shop/v1/batch' }), { status: 200, body: '{"success":true}' });
    const [{ request, ...taken }] = events.all;
    assert.deepEqual(taken, sent);
    assert.equal(request.by, 'beacon');
    assert.equal(request.url, 'http://shop/v1/batch');
    assert.equal(request.attempt, 1);
    assert.equal(request.copies, 1);
    assert.ok(Math.abs(request.at - Date.now()) < 60_000);
  });

  test('bytes are taken as texts are', () => {
    const events = quick();
    events.receive(new TextEncoder().encode(batch([event(0, 'A')])));
    assert.equal(events.all.length, 1);
  });

  test('what a batch says once is in each of its events', () => {
    const events = quick();
    events.receive(batch([event(0, 'A', {}, { context: { page: { path: '/own' } } })], { context: { locale: 'en-GB', page: { path: '/' } } }));
    assert.deepEqual(events.all[0].context, { locale: 'en-GB', page: { path: '/own' } });
  });

  test('an event that comes twice is there once, and its copies are counted', () => {
    const events = quick();
    events.receive(batch([event(0, 'A')]));
    events.receive(batch([event(0, 'A'), event(1, 'B')]));
    assert.deepEqual(events.all.map(({ event: name, request }) => [name, request.copies]), [['A', 2], ['B', 1]]);
  });

  test('events are in the order in which they happened', () => {
    const events = quick();
    events.receive(batch([event(3, 'C')]));
    events.receive(batch([event(2, 'B', {}, { timestamp: at(1) }), event(1, 'A')]));
    assert.deepEqual(events.all.map(({ event: name }) => name), ['A', 'B', 'C']);
  });

  test("the snippet's own post is read as the relay reads it", () => {
    const events = quick();
    const call = ['track', '["Left Early",{"n":1}]', 'http://shop/a?b', 'A page', 1_795_253_401_200, null];
    events.receive(JSON.stringify(['k', 'http://before/', [call, ['page', '[]', 'http://shop/', 'A', 1]]]), { cookie: '_fh=1.68b01daf-1db2-4489-9aa0-4afc53c44d61.x', userAgent: 'x' });
    const [early] = events.named('Left Early', { n: 1 });
    assert.equal(early.anonymousId, '68b01daf-1db2-4489-9aa0-4afc53c44d61');
    assert.equal(early.context.page.search, '?b');
    assert.equal(events.named('page').length, 1);
  });

  test('what is not of Firsthand is none of its business', () => {
    const events = quick();
    for (const body of ['', 'null', '[]', '{}', '[1,2,[]]', '{"batch":[]}', '{"batch":{},"firsthand":{}}', 'x=1', new Uint8Array([255])]) {
      assert.equal(events.receive(body), undefined, String(body));
    }
    assert.deepEqual(events.requests, []);
  });
});

describe('answers', () => {
  test('a question is answered truthfully', () => {
    const events = quick();
    events.receive(batch([event(1, 'A'), event(2, 'B'), event(5, 'C')]));
    assert.deepEqual(JSON.parse(events.receive(question(0, 7)).body), { success: true, missing: [[0, 0], [3, 4], [6, 7]] });
    assert.deepEqual(JSON.parse(events.receive(question(1, 2)).body), { success: true, missing: [] });
  });

  test('offline and other answers take nothing, and online does again', () => {
    const events = quick();
    events.offline();
    assert.equal(events.receive(batch([event(0, 'A')])).status, 0);
    events.answer(503);
    assert.equal(events.receive(batch([event(0, 'A')])).status, 503);
    events.answer(200, '<!doctype html>Please log in');
    assert.equal(events.receive(batch([event(0, 'A')])).status, 200);
    assert.deepEqual(events.all, []);
    events.online();
    events.receive(batch([event(0, 'A')]));
    assert.equal(events.all[0].request.copies, 1);
    assert.deepEqual(events.requests.map(({ status, events: n }) => [status, n]), [[0, 1], [503, 1], [200, 1], [200, 1]]);
  });

  test('what was cleared does not come back, and is still known to have come', () => {
    const events = quick();
    events.receive(batch([event(0, 'A')]));
    events.clear();
    events.receive(batch([event(0, 'A')]));
    assert.deepEqual(events.all, []);
    assert.deepEqual(JSON.parse(events.receive(question(0, 0)).body).missing, []);
  });
});

describe('finding', () => {
  const filled = () => {
    const events = quick();
    events.receive(batch([
      event(0, undefined, { path: '/thanks' }, { type: 'page' }),
      event(1, undefined, {}, { type: 'page', name: 'Cart' }),
      event(2, undefined, undefined, { type: 'identify', userId: 'u1', traits: { plan: 'pro' } }),
      event(3, 'Order Completed', { total: 50, coupon: null, products: [{ sku: 'A', quantity: 1 }, { sku: 'B', quantity: 2 }] }),
      event(4, 'Order Completed', { total: 49.99, order_id: '1001' }),
    ]));
    return events;
  };

  test('by name, by type, by the name of a page, by a pattern', async () => {
    const events = filled();
    assert.equal((await events.find('Order Completed')).properties.total, 50);
    assert.equal((await events.find('identify', { plan: 'pro' })).userId, 'u1');
    assert.equal((await events.find('Cart')).type, 'page');
    assert.equal((await events.find('page')).properties.path, '/thanks');
    assert.equal(events.named(/^order/i).length, 2);
    assert.equal(events.named('order completed').length, 0);
  });

  test('by properties, in part and in depth', async () => {
    const events = filled();
    const found = async (properties) => (await events.find('Order Completed', properties)).messageId;
    assert.equal(await found({ total: 49.99 }), id(4));
    assert.equal(await found({ order_id: /^\d+$/ }), id(4));
    assert.equal(await found({ products: [{ sku: 'A' }, { sku: 'B' }] }), id(3));
    assert.equal(await found({ coupon: null }), id(3));
    assert.equal(await found({ order_id: undefined }), id(3));
    assert.equal(await found({ total: (total) => total < 50 }), id(4));
    assert.equal(events.named('Order Completed', { products: [{ sku: 'A' }] }).length, 0, 'a list is as long as it is');
    assert.equal(events.named('Order Completed', { coupon: undefined }).length, 1);
  });

  test('by the whole event', async () => {
    const events = filled();
    assert.equal((await events.find({ type: 'identify', userId: 'u1' })).messageId, id(2));
    assert.equal((await events.find({ event: /Order/, context: { page: { path: '/thanks' } } }, { total: 49.99 })).messageId, id(4));
    assert.equal((await events.find(({ userId }) => userId)).messageId, id(2));
  });

  test('waits for what is yet to come', async () => {
    const events = createEvents();
    const found = events.find('Later');
    setImmediate(() => events.receive(batch([event(0, 'Later')])));
    assert.equal((await found).event, 'Later');
  });

  test('counts', async () => {
    const events = filled();
    assert.equal((await events.count('Order Completed', 2)).length, 2);
    assert.deepEqual(await events.count('Refund', 0), []);
    await events.none('Refund');
    await events.none('Order Completed', { total: 1 });
  });
});

describe('what an error says', () => {
  const some = () => {
    const events = quick();
    events.receive(batch([
      event(0, undefined, {}, { type: 'page' }),
      event(1, 'Product Viewed', { sku: 'A' }),
      event(2, 'Order Completed', { total: '49.99', currency: 'EUR', items: [{ sku: 'A' }] }),
    ]));
    return events;
  };

  test('the nearest, field by field, and all that arrived', async () => {
    const message = await messageOf(some().find('Order Completed', { total: 49.99, order_id: /^\d+$/, items: [{ sku: 'B' }] }));
    assert.equal(message, `No event "Order Completed" with { total: 49.99, order_id: /^\\d+$/, items: [{ sku: "B" }] } within 20 ms.

Nearest: track "Order Completed" on /thanks { total: "49.99", currency: "EUR", items: [{ sku: "A" }] }
  properties.total: expected 49.99, is "49.99"
  properties.order_id: expected /^\\d+$/, is not there
  properties.items[0].sku: expected "B", is "A"

What arrived (3):
  page on /thanks
  track "Product Viewed" on /thanks { sku: "A" }
  track "Order Completed" on /thanks { total: "49.99", currency: "EUR", items: [{ sku: "A" }] }`);
  });

  test('another name with the right properties is near, one without is not', async () => {
    assert.match(await messageOf(some().find('Product viewed', { sku: 'A' })), /\n\nNearest: track "Product Viewed".*\n {2}event: expected "Product viewed", is "Product Viewed"\n/);
    assert.doesNotMatch(await messageOf(some().find('Refund', { total: 1 })), /Nearest/);
  });

  test('nothing arrived', async () => {
    assert.equal(await messageOf(quick().find('A')), 'No event "A" within 20 ms.\n\nNothing arrived.');
  });

  test('nothing was taken', async () => {
    const events = quick();
    events.answer(500);
    events.receive(batch([event(0, 'A')]));
    assert.match(await messageOf(events.find('A')), /Nothing arrived\.\n\n1 of 1 requests were not taken: offline\(\) or answer\(\) was called\.$/);
  });

  test('there is one too many', async () => {
    assert.equal(await messageOf(some().none('Product Viewed')), `1 event "Product Viewed", expected none.

  track "Product Viewed" on /thanks { sku: "A" }

What arrived (3):
  page on /thanks
  track "Product Viewed" on /thanks { sku: "A" }
  track "Order Completed" on /thanks { total: "49.99", currency: "EUR", items: [{ sku: "A" }] }`);
    assert.match(await messageOf(some().count('Product Viewed', 2)), /^1 event "Product Viewed", expected 2\./);
    assert.match(await messageOf(some().count('Refund', 1)), /^0 events "Refund", expected 1\./);
  });

  test('long lists and long events are cut', async () => {
    const events = quick();
    events.receive(batch(Array.from({ length: 30 }, (_, n) => event(n, `E${n}`, { text: 'x'.repeat(500) }))));
    const message = await messageOf(events.find('None'));
    assert.match(message, /What arrived \(30\):\n {2}… 10 earlier\n {2}track "E10"/);
    assert.ok(message.split('\n').every((line) => line.length < 200));
  });
});

describe('the tracking plan', () => {
  const PLAN = {
    format: 1,
    events: { Seen: { properties: { sku: { type: 'string', required: true } } }, Paid: { side: 'server', properties: { total: { type: 'number' } } } },
  };

  test('events that are as it says', async () => {
    const events = createEvents({ plan: PLAN });
    events.receive(batch([event(0, 'Seen', { sku: 'a' })]));
    await events.check();
    await events.check(JSON.stringify(PLAN));
  });

  test('an error has each event that is not, and what is wrong with it', async () => {
    const events = createEvents({ plan: PLAN, notes: () => ['A note.'] });
    events.receive(batch([event(0, 'Seen', { sku: 'a' }), event(1, 'Seen', { sku: 7, colour: 'red' }), event(2, 'Paid', { total: 1 })]));
    assert.equal(await messageOf(events.check()), `2 of 3 events are not as the plan says.

track "Seen" on /thanks { sku: 7, colour: "red" }
  properties.sku: must be a string, is a number
  properties.colour: is not in the plan

track "Paid" on /thanks { total: 1 }
  event: "Paid" belongs to the server, and came from a page

A note.`);
  });

  test('it waits for what the pages still hold', async () => {
    const events = createEvents({ plan: PLAN, settle: async () => void events.receive(batch([event(0, 'Sean')])) });
    assert.match(await messageOf(events.check()), /1 of 1 event is not as the plan says.*did you mean "Seen"/s);
  });

  test('no plan, and one that is none', async () => {
    assert.match(await messageOf(quick().check()), /check\(\) needs a tracking plan/);
    assert.match(await messageOf(quick().check({ format: 1, events: { A: { side: 'x' } } })), /events\.A\.side must be one of/);
  });
});
