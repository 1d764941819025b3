// What the debugger says, and what it takes note of, without a browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as product from 'firsthand/debug';

const lines = readFileSync('src/errors.def', 'utf8').matchAll(/^FH_ERROR\(\w+, -\d+, "(\w+)", "(.*)"\)$/gm);
globalThis.FH_SENTENCES = Object.fromEntries(Array.from(lines, ([, reason, sentence]) => [reason, sentence]));
const { ADVICE } = await import('../../js-shim/debug/advice.js');
const { openBook } = await import('../../js-shim/debug/book.js');
const { callText, judge, refusedText, sentText, short, titleOf } = await import('../../js-shim/debug/words.js');

test('it can be imported where there is no browser', () => {
  assert.deepEqual(Object.keys(product), ['debug']);
  assert.equal(product.debug.name, 'debug');
});

test('each reason has its advice, and no other has', () => assert.deepEqual(Object.keys(ADVICE).sort(), Object.keys(FH_SENTENCES).sort()));

test('a refusal: reason, sentence, advice', () => {
  assert.equal(
    refusedText('invalid_event_name'),
    "refused: invalid_event_name — the event name must be a string, not empty, and none that the backend keeps for itself. Give it first: track('Order Completed', { total: 49.99 }).",
  );
  assert.equal(refusedText('of_tomorrow'), 'refused: of_tomorrow');
});

test('a call as the page may have written it', () => {
  const hostile = new Proxy({}, {
    get() {
      throw new Error('no');
    },
  });
  for (const [args, text] of [
    [['Order Completed', { total: 1 }], "track('Order Completed', {…})"],
    [[7, [1], null, undefined, () => {}, 10n, Symbol('s')], 'track(7, […], null, undefined, function, 10n, Symbol(s))'],
    [[hostile], 'track({…})'],
    [[`a\n b${'c'.repeat(200)}`], `track('a b${'c'.repeat(76)}…')`],
    [undefined, 'track(…)'],
  ]) assert.equal(callText('track', args), text);
  assert.equal(callText('page', []), 'track.page()');
  assert.equal(callText('track', ['A'], 'analytics'), "analytics.track('A')");
});

test('what an event is about', () => {
  for (const [event, title] of [
    [{ type: 'track', event: 'A\nB' }, 'A B'],
    [{ type: 'page', category: 'Shop', name: 'Home' }, 'Shop Home'],
    [{ type: 'page' }, ''],
    [{ type: 'identify' }, 'anonymous'],
    [{ type: 'group', groupId: 'g' }, 'g'],
    [{ type: 'alias', previousId: 'a', userId: 'b' }, 'a → b'],
    [{ type: 'alias', userId: 'b' }, 'b'],
  ]) assert.equal(titleOf(event), title);
  assert.equal(short('x'.repeat(81)).length, 80);
});

test('what leaves', () => {
  assert.equal(sentText({ events: 3, bytes: 2104, why: 0 }), 'sent 3 events, 2,104 bytes (timer)');
  assert.equal(sentText({ events: 1, bytes: 1234567, why: 2 }), 'sent 1 event, 1,234,567 bytes (the page is left)');
  assert.equal(sentText({ events: 0, bytes: 9, why: 1, ask: true, first: 2, last: 7 }), 'asked which of the events #2 to #7 have arrived');
});

// Those of src/reply.c.
describe('answers', () => {
  const said = (status, text, events = 3) => judge({ status, text, events }, '/v1/batch');
  for (const [name, answer, done, text] of [
    ['an acknowledgement', [200, '{"success":true}'], true, /^answered 200, 3 acknowledged$/],
    ['OK', [200, 'OK'], true, /3 acknowledged/],
    ['OK in quotes', [201, '"OK"'], true, /^answered 201, 3 acknowledged/],
    ['some are refused', [207, '{"errors":[{}]}'], true, /^answered 207, 2 acknowledged, 1 refused$/],
    ['all are refused', [400, '{"errors":[1,2,3]}'], true, /0 acknowledged, 3 refused/],
    ['a portal', [200, '<!doctype html>'], false, /^answered 200, but not {"success":true}, .* Is \/v1\/batch the endpoint\?/],
    ['null', [200, 'null'], false, /but not/],
    ['a wrong address', [404, 'Not Found'], false, /^answered 404\. Is data-endpoint right\? The events are kept and sent again\. \(Not Found\)$/],
    ['a wrong key', [401, ''], false, /Is data-key right\?/],
    ['silence', [410, ''], false, /^answered 410\. This page sends nothing more\.$/],
    ['busy', [503, ''], false, /^answered 503\. The events are kept and sent again\.$/],
    ['no network', [0, 'TypeError: Failed to fetch'], false, /^no answer from \/v1\/batch\. .*CORS.*\(TypeError: Failed to fetch\)$/],
    ['to a question: all there', [200, '{"success":true,"missing":[]}'], true, /all have arrived/],
    ['to a question: some', [200, '{"success":true,"missing":[[2,3]]}'], true, /some are missing/],
  ])
    test(name, () => {
      const verdict = said(...answer);
      assert.equal(verdict.done, done);
      assert.match(verdict.text, text);
    });
});

describe('the book', () => {
  const STREAM = '4fda63c0-fbc1-8c2a-9b1c-c63c';
  const id = (n) => STREAM + n.toString(16).padStart(8, '0');
  const event = (n, more) => ({ messageId: id(n), timestamp: new Date(1e12 + n).toISOString(), type: 'track', event: `E${n}`, ...more });
  const open = (count) => {
    const seen = [];
    const book = openBook((entry, isGone) => seen.push([entry, isGone]));
    for (let n = 0; n < count; n++) book.event(event(n));
    return { book, seen, states: () => book.entries.map(({ state }) => state) };
  };

  test('queued, sent, acknowledged; numbers from the messageId', () => {
    const { book, states } = open(3);
    assert.deepEqual(book.entries.map(({ number }) => number), [0, 1, 2]);
    book.sent({ events: [event(0), event(1)], why: 0 });
    assert.deepEqual(states(), ['sent', 'sent', 'queued']);
    book.answered({ done: true });
    assert.deepEqual(states(), ['acknowledged', 'acknowledged', 'queued']);
  });

  test('without an acknowledgement they wait again', () => {
    const { book, states } = open(1);
    book.sent({ events: [event(0)], why: 0 });
    book.answered({ done: false });
    assert.deepEqual(states(), ['queued']);
  });

  test('a question: what is missing waits again, the rest has arrived; numbers of another stream are not meant', () => {
    const { book, states } = open(4);
    book.event({ ...event(9), messageId: '00000000-0000-8000-8000-000000000001' });
    book.sent({ events: [0, 1, 2].map((n) => event(n)), why: 2 });
    assert.deepEqual(states(), ['handed', 'handed', 'handed', 'queued', 'queued']);
    book.sent({ events: [], why: 0, ask: true, stream: id(0), first: 0, last: 2 });
    book.answered({ done: true, missing: [[1, 1]] });
    assert.deepEqual(states(), ['acknowledged', 'queued', 'acknowledged', 'queued', 'queued']);
  });

  test('an event that is given up is refused, whatever it was; a call that never was one is an entry', () => {
    const { book, states } = open(1);
    book.dropped({ reason: 'middleware', type: 'track', event: event(0) });
    book.dropped({ reason: 'invalid_event_name', type: 'track', args: [7] }, 'track(7)');
    assert.deepEqual(states(), ['refused', 'refused']);
    assert.deepEqual(book.entries.map(({ reason, title }) => [reason, title]), [['middleware', 'E0'], ['invalid_event_name', 'track(7)']]);
  });

  test('fifty at most, the oldest go; one that is known is not added again', () => {
    const { book, seen } = open(60);
    book.event(event(59));
    assert.equal(book.entries.length, 50);
    assert.equal(book.entries[0].title, 'E10');
    assert.equal(seen.filter(([, isGone]) => isGone).length, 10);
  });

  test('an id of the page\'s own has no number but that of ours beside it', () => {
    const { book } = open(0);
    for (const messageId of ['mine', '4fda63c0-fbc1-4c2a-9b1c-c63c00000000']) assert.equal(book.event({ ...event(0), messageId }).number, undefined);
    assert.equal(book.event({ ...event(0), messageId: 'mine too', firsthandId: id(7) }).number, 7);
  });
});
