// Which numbers of a stream are not stored. The unique index on messageId is
// the set of those that are, since ids sort as their numbers do, with the ids of
// events that the page has named itself: nothing is kept twice, so nothing can
// disagree with the events.
import { LAST_NUMBER, idOf, numberOf } from './stream.mjs';

/**
 * @param {import('better-sqlite3').Database} db
 * @returns the search; each reads at most `limits.rows` rows of the index, and
 *   takes off `limits` what it used, so that one object bounds a whole request:
 *  - `firstGap(stream, from, limits) → number`: the first from `from` on that
 *    is not stored, or a lower one when the limit came first;
 *  - `gaps(stream, first, last, limits) → {ranges, through}`: the ranges of
 *    first..last that are not stored, at most `limits.ranges`. They are all
 *    up to `through`; what lies above it was not looked at.
 */
export function createGaps(db) {
  const select = db.prepare(`
    SELECT messageId FROM events WHERE messageId BETWEEN @from AND @to
    UNION ALL SELECT id FROM renamed WHERE id BETWEEN @from AND @to
    ORDER BY 1 LIMIT @rows`).pluck();

  // Anyone can store ids that sort between ours, so the rows are counted and
  // those of another form passed over.
  function* stored(stream, first, last, limits) {
    const from = idOf(stream, first);
    const rows = select.iterate({ from, to: idOf(stream, last), rows: limits.rows });
    for (const id of rows) {
      limits.rows -= 1;
      const number = numberOf(id);
      if (number !== undefined) yield number;
    }
  }

  function firstGap(stream, from, limits) {
    let next = from;
    for (const number of stored(stream, from, LAST_NUMBER, limits)) {
      if (number !== next) break;
      next += 1;
    }
    return next;
  }

  function gaps(stream, first, last, limits) {
    const ranges = [];
    const add = (a, b) => {
      limits.ranges -= 1;
      return ranges.push([a, b]);
    };
    let next = first; // all below it has been looked at
    for (const number of stored(stream, first, last, limits)) {
      if (number > next) {
        if (limits.ranges <= 0) return { ranges, through: next - 1 };
        add(next, number - 1);
      }
      next = number + 1;
    }
    if (next > last) return { ranges, through: last };
    if (limits.rows <= 0 || limits.ranges <= 0) return { ranges, through: next - 1 };
    add(next, last);
    return { ranges, through: last };
  }

  return { firstGap, gaps };
}
