// The ledger by day: what was expected, stored, lost and late on each, from a log whose
// days are made here.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { openSharedLog } from '../../relay/sharedlog.mjs';
import { batch, ledger, ours, place, post, span, start, stream, track } from './help.mjs';

const TODAY = Date.parse('2026-03-10T12:00:00Z');
const DAY = 86_400_000;

/** A relay whose clock the test sets. */
const open = async (t, more) => {
  const clock = { now: TODAY };
  const relay = await start(t, { now: () => clock.now, ...more });
  return Object.assign(relay, { clock, days: async (n = 30) => (await ledger(relay, `?days=${n}`)).days });
};
const send = (relay, body) => post(`${relay.url}/v1/b`, body);
const aged = (relay, body, ages) => ({
  ...body, sentAt: new Date(relay.clock.now).toISOString(),
  batch: body.batch.map((event, i) => ({ ...event, timestamp: new Date(relay.clock.now - ages[i]).toISOString() })),
});

test('a day: what was expected, what became of it, and when it was sent', async (t) => {
  const relay = await open(t);
  const body = ours(stream(1), [0, 1, 2, 5], { dropped: { too_large: 1, queue_full: 1 } });
  await send(relay, aged(relay, body, [0, 300, 301, 90_000]));
  await send(relay, aged(relay, ours(stream(2), [0, 2]), [0, 0]));
  await send(relay, aged(relay, ours(stream(2), [0, 2]), [0, 0]));
  await send(relay, batch([{ ...track(), type: 'page' }]));
  assert.deepEqual(await ledger(relay, '?days=7'), {
    success: true, since: '2026-03-04', agesMs: [100, 300, 1000, 3000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000],
    days: [{
      day: '2026-03-10', partial: false, streams: 2, expected: 9, received: 6, doubledOnTheWire: 2, missing: 1, late: 1,
      dropped: { queue_full: 1, too_large: 1 }, stored: { page: 1, track: 6 }, ages: [4, 1, 1, 0, 0, 0, 1, 0, 0, 0],
    }],
  });
});

test('a page counts on the day on which it began, an event on the day of its arrival', async (t) => {
  const relay = await open(t);
  relay.clock.now = TODAY - DAY;
  await send(relay, ours(stream(1), [0, 1]));
  relay.clock.now = TODAY;
  await send(relay, ours(stream(1), [2, 4]));
  assert.deepEqual((await relay.days()).map(({ day, expected, received, missing, stored }) => [day, expected, received, missing, stored.track]),
    [['2026-03-09', 5, 4, 1, 2], ['2026-03-10', 0, 0, 0, 2]]);
});

test('the days add up to the totals', async (t) => {
  const relay = await open(t);
  for (const n of span(1, 20)) {
    relay.clock.now = TODAY - (n % 7) * DAY;
    await send(relay, ours(stream(n), span(0, n).filter((i) => i % 5 !== 3 || i === n), { dropped: n % 3 ? { refused: 1 } : undefined }));
  }
  relay.clock.now = TODAY;
  const days = await relay.days();
  const { totals } = await ledger(relay);
  for (const name of ['streams', 'expected', 'received', 'doubledOnTheWire', 'missing', 'late']) {
    assert.equal(days.reduce((sum, day) => sum + day[name], 0), totals[name], name);
  }
  assert.equal(days.reduce((sum, { dropped }) => sum + (dropped.refused ?? 0), 0), totals.dropped.refused);
  assert.equal(days.length, 7);
});

test('only as many days as were asked for', async (t) => {
  const relay = await open(t);
  for (const ago of [0, 1, 6, 7]) {
    relay.clock.now = TODAY - ago * DAY;
    await send(relay, ours(stream(ago + 1), [0]));
  }
  relay.clock.now = TODAY;
  assert.deepEqual((await relay.days(7)).map(({ day }) => day), ['2026-03-04', '2026-03-09', '2026-03-10']);
  for (const days of ['', '0', '367', '-1', '7x', '1e1']) {
    assert.equal((await fetch(`${relay.url}/ledger?days=${days}`)).status, 400, days);
  }
});

test('copies and refused events are not stored, and not counted', async (t) => {
  const relay = await open(t);
  const body = batch([track({ messageId: 'one' }), track({ type: 'no' })]);
  await send(relay, body);
  await send(relay, body);
  assert.deepEqual((await relay.days())[0].stored, { track: 1 });
});

test('a transaction that fails counts nothing', async (t) => {
  const relay = await open(t);
  await assert.rejects(relay.log.append([{ messageId: 'a', type: 'track', writeKey: 'k', receivedAt: '2026-03-10T00:00:00.000Z', timestamp: '', body: '{}' },
    { messageId: 'b' }]));
  assert.deepEqual(await relay.days(), []);
});

test('a file of an older relay is counted when it is opened', async (t) => {
  const db = join(place(t), 'e.db');
  const first = await open(t, { db });
  await send(first, aged(first, ours(stream(1), [0, 1, 2]), [0, 500, 90_000]));
  const before = await first.days();
  await first.close();
  const file = new Database(db);
  file.exec('DROP TABLE days');
  file.pragma('user_version = 4');
  file.close();
  assert.deepEqual(await (await open(t, { db })).days(), before);
});

test('days whose events are gone go too; one that was cut says so', async (t) => {
  const relay = await open(t);
  for (const ago of [3, 2, 1]) {
    relay.clock.now = TODAY - ago * DAY;
    await send(relay, ours(stream(ago), [0, 1]));
  }
  relay.clock.now = TODAY;
  await relay.log.retain({ rows: 3 });
  assert.deepEqual((await relay.days()).map(({ day, partial }) => [day, partial]), [['2026-03-08', true], ['2026-03-09', false]]);
});

test('the index of a shared log counts what it reads, each once', async (t) => {
  let tell;
  const transport = {
    publish: async () => [], close: async () => {}, consumers: async () => [],
    tail: async (cursors, onMessages) => { tell = onMessages; return { ends: new Map() }; },
  };
  const log = await openSharedLog(transport, join(place(t), 'index.db'));
  t.after(() => log.close());
  const { encode } = await import('../../relay/cloudevents.mjs');
  const time = '2026-03-10T11:00:00.000Z';
  const event = { messageId: 'm', type: 'track', writeKey: 'k', receivedAt: time, timestamp: time, body: '{"type":"track"}' };
  await tell([0, 1].map((position) => ({ part: 0, position, ...encode({ kind: 'event', event, batched: false }) })));
  const { days } = log.ledger.view(new URLSearchParams('days=3'), TODAY);
  assert.deepEqual(days.map(({ day, stored }) => [day, stored]), [['2026-03-10', { track: 1 }]]);
});
