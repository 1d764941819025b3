// GET /ledger: what was sent, what is stored, and what explains the difference.
import {
  LEDGER_DAYS, LEDGER_RANGES, LEDGER_ROWS, LEDGER_STREAMS, WALK_RANGES,
} from './limits.mjs';
import { AGES_MS, dayOf } from './days.mjs';
import { createGaps } from './gaps.mjs';
import { refuse } from './refuse.mjs';
import { LAST_NUMBER, idOf, isStream } from './stream.mjs';

// A number can be used up by an event that the agent dropped; it counts those,
// but does not say which numbers they had.
const ACCOUNT = `
  last + 1 AS expected, stored AS received, doubled AS doubledOnTheWire,
  max(0, last + 1 - stored
    - (SELECT coalesce(sum(value), 0) FROM json_each(dropped))) AS missing, late`;

const ROW = `
  SELECT seq, writeKey, stream, ${ACCOUNT}, through, last, dropped,
    firstSeen, lastSeen
  FROM streams`;

const TOTALS = `
  SELECT count(*) AS streams, total(expected) AS expected,
    total(received) AS received, total(doubledOnTheWire) AS doubledOnTheWire,
    total(missing) AS missing, total(late) AS late
  FROM (SELECT ${ACCOUNT} FROM streams)`;

const TOTAL_DROPPED = `
  SELECT key, sum(value) FROM streams, json_each(dropped)
  GROUP BY key ORDER BY key`;

// By day of the stream's first batch, so each event counts on the day of its page.
const BY_DAY = `
  SELECT substr(firstSeen, 1, 10) AS day, count(*) AS streams,
    sum(expected) AS expected, sum(received) AS received,
    sum(doubledOnTheWire) AS doubledOnTheWire, sum(missing) AS missing, sum(late) AS late
  FROM (SELECT firstSeen, ${ACCOUNT} FROM streams WHERE firstSeen >= ?)
  GROUP BY day`;

const DROPPED_BY_DAY = `
  SELECT substr(firstSeen, 1, 10) AS day, key, sum(value) AS value
  FROM streams, json_each(dropped)
  WHERE firstSeen >= ? AND dropped <> '{}' GROUP BY day, key ORDER BY key`;

const STORED_BY_DAY = 'SELECT day, type, age, stored FROM days WHERE day >= ? ORDER BY day, type, age';

const DAY_MS = 86_400_000;

// Looked up, not concluded from the rule that forbids it.
const doubledIn = (where) => `
  SELECT coalesce(sum(copies - 1), 0)
  FROM (SELECT count(*) AS copies FROM events ${where} GROUP BY messageId)
  WHERE copies > 1`;

/**
 * Makes the ledger of a database. For each stream and writeKey:
 *
 *  - `expected`: events that had a number, by the highest that was said or seen;
 *  - `received`: those that are stored, each once;
 *  - `dropped`: by reason, those that the agent gave up, as far as it said;
 *  - `missing`: expected − received − dropped, at least 0. A drop that is newer
 *    than the highest number can hide a missing one until the next batch;
 *  - `gaps`: ranges of numbers that are not stored, dropped or missing; all of
 *    them up to `gapsThrough`, where the search had to end (after 10 ranges, or
 *    1,000 where one stream is asked for);
 *  - `through`: everything from 0 to it is stored, -1 for nothing;
 *  - `doubledOnTheWire`: copies that came of what was stored already;
 *  - `doubledInTheStore`: ids that stand in `events` more than once: 0;
 *  - `late`: stored more than a minute after they happened;
 *  - `firstSeen`, `lastSeen`: when a batch that touched it arrived.
 *
 * The totals sum all streams up (`doubledInTheStore` all events). They read the
 * table `streams` and the index of `events` whole, about 0.3 s for a million
 * events, and the ledger names every writeKey: it is for people who look, so
 * let a public proxy forward only `/v1/`.
 *
 * @param {import('better-sqlite3').Database} db
 * By day (UTC), with `?days=N`: the newest N days, those without anything left out,
 * each with the sums above over the streams that began on it, and
 *
 *  - `stored`: by type, all events that arrived on it, those without a stream too;
 *  - `ages`: how many of them were at most so old when they were sent, by the
 *    classes of `agesMs` and one more for those that were older (days.mjs);
 *  - `partial`: true for a day of which retention has removed a part.
 *
 * @returns {{view: (query: URLSearchParams, now?: number) => object}} `view` takes
 *   `?stream=<stream>` for one, `?days=<n>` for days, else gives the newest 1,000
 *   streams; `next`, where it is not null, is the `?after=` of those before them. It
 *   throws an error of `refuse`: 400 for a bad query, 404 for an unknown stream.
 */
export function createLedger(db) {
  const { gaps } = createGaps(db);
  const one = db.prepare(`${ROW} WHERE stream = ? ORDER BY seq DESC LIMIT ?`);
  const page = db.prepare(`${ROW} WHERE seq < ? ORDER BY seq DESC LIMIT ?`);
  const totals = db.prepare(TOTALS);
  const totalDropped = db.prepare(TOTAL_DROPPED).raw();
  const doubled = db.prepare(doubledIn('')).pluck();
  const doubledOf = db.prepare(doubledIn('WHERE messageId BETWEEN ? AND ?')).pluck();

  function accounts(rows, ranges) {
    const limits = { rows: LEDGER_ROWS };
    return rows.map(({ seq, through, last, dropped, firstSeen, lastSeen, ...row }) => {
      limits.ranges = ranges;
      const found = gaps(row.stream, through + 1, last, limits);
      return {
        ...row,
        doubledInTheStore:
          doubledOf.get(idOf(row.stream, 0), idOf(row.stream, LAST_NUMBER)),
        dropped: JSON.parse(dropped),
        through: found.ranges.length > 0 ? found.ranges[0][0] - 1 : found.through,
        gaps: found.ranges, gapsThrough: found.through,
        firstSeen, lastSeen,
      };
    });
  }

  const byDay = db.prepare(BY_DAY);
  const droppedByDay = db.prepare(DROPPED_BY_DAY);
  const storedByDay = db.prepare(STORED_BY_DAY);
  const oldestEvent = db.prepare('SELECT seq, receivedAt FROM events ORDER BY seq LIMIT 1');

  function viewDays(text, now) {
    const n = Number(text);
    if (!/^\d{1,3}$/.test(text) || n < 1 || n > LEDGER_DAYS) {
      throw refuse(400, `"days" is a whole number from 1 to ${LEDGER_DAYS}.`);
    }
    const since = dayOf(new Date(now - (n - 1) * DAY_MS).toISOString());
    const oldest = oldestEvent.get();
    const days = new Map();
    const at = (day) => {
      if (!days.has(day)) {
        days.set(day, {
          day, partial: oldest?.seq > 1 && day <= dayOf(oldest.receivedAt),
          streams: 0, expected: 0, received: 0, doubledOnTheWire: 0, missing: 0, late: 0,
          dropped: {}, stored: {}, ages: Array(AGES_MS.length + 1).fill(0),
        });
      }
      return days.get(day);
    };
    for (const { day, ...sums } of byDay.all(since)) Object.assign(at(day), sums);
    for (const { day, key, value } of droppedByDay.all(since)) at(day).dropped[key] = value;
    for (const { day, type, age, stored } of storedByDay.all(since)) {
      const { stored: types, ages } = at(day);
      types[type] = (types[type] ?? 0) + stored;
      ages[age] += stored;
    }
    return {
      success: true, since, agesMs: AGES_MS,
      days: [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
    };
  }

  function view(query, now = Date.now()) {
    const days = query.get('days');
    if (days !== null) return viewDays(days, now);
    const stream = query.get('stream');
    if (stream !== null) return viewOne(stream);
    const after = query.get('after') ?? '';
    if (!/^\d{0,15}$/.test(after)) {
      throw refuse(400, '"after" is a whole number: the "next" of a page.');
    }
    const rows = page.all(after === '' ? Number.MAX_SAFE_INTEGER : Number(after),
      LEDGER_STREAMS);
    return {
      success: true,
      totals: {
        ...totals.get(),
        doubledInTheStore: doubled.get(),
        dropped: Object.fromEntries(totalDropped.all()),
      },
      streams: accounts(rows, LEDGER_RANGES),
      next: rows.length === LEDGER_STREAMS ? rows.at(-1).seq : null,
    };
  }

  function viewOne(stream) {
    if (!isStream(stream)) {
      throw refuse(400, '"stream" is a UUID of version 8, in lower case, whose '
        + 'last eight digits are zero.');
    }
    const rows = one.all(stream, LEDGER_STREAMS);
    if (rows.length === 0) throw refuse(404, 'No batch has named this stream.');
    return { success: true, streams: accounts(rows, WALK_RANGES) };
  }

  return { view };
}
