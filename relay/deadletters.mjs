// Events that a consumer could not deliver: copies, kept until they can be.

const PAGE_ROWS = 100;

/** What is kept of a row that `consumer` could not deliver. */
export const letterOf = (consumer, row, reason) => ({
  ...row, consumer, reason: String(reason), deadAt: new Date().toISOString(),
});

/**
 * @param {import('better-sqlite3').Database} db
 * @returns the table, one letter for each consumer and event:
 *  - `put(letter)`: of `letterOf`; a later one changes reason and time;
 *  - `remove({consumer, messageId})`, `removeAll(consumer)`;
 *  - `count(consumer) → n`;
 *  - `list(consumer, {after, limit}) → Promise<letters>`, see `eventlog.mjs`.
 */
export function createDeadLetters(db) {
  const insert = db.prepare(`
    INSERT INTO dead
      (consumer, seq, messageId, type, writeKey, receivedAt, body, reason, deadAt)
    VALUES
      (@consumer, @seq, @messageId, @type, @writeKey, @receivedAt, @body, @reason, @deadAt)
    ON CONFLICT (consumer, messageId) DO UPDATE SET reason = @reason, deadAt = @deadAt`);
  const select = db.prepare(`
    SELECT id, consumer, seq, messageId, type, writeKey, receivedAt, body, reason, deadAt
    FROM dead WHERE consumer = ? AND id > ? ORDER BY id LIMIT ?`);
  const remove = db.prepare(
    'DELETE FROM dead WHERE consumer = @consumer AND messageId = @messageId');
  const removeAll = db.prepare('DELETE FROM dead WHERE consumer = ?');
  const count = db.prepare('SELECT count(*) FROM dead WHERE consumer = ?').pluck();

  return {
    count: (consumer) => count.get(consumer),
    put: (letter) => insert.run(letter),
    remove: (letter) => remove.run(letter),
    removeAll: (consumer) => removeAll.run(consumer),
    list: async (consumer, { after = 0, limit = PAGE_ROWS } = {}) =>
      select.all(consumer, after, limit),
  };
}

/**
 * @param {{list, put, remove}} letters as above, all of them promises.
 * @returns the member `replay` of the log, see `eventlog.mjs`.
 */
export function createReplay({ list, put, remove }) {
  return async function replay(consumer, deliver, { limit = Infinity } = {}) {
    const count = { delivered: 0, failed: 0 };
    let letters = [];
    do {
      const left = limit - count.delivered - count.failed;
      letters = await list(consumer,
        { after: letters.at(-1)?.id, limit: Math.min(PAGE_ROWS, left) });
      for (const letter of letters) {
        count[await one(letter, deliver) ? 'delivered' : 'failed'] += 1;
      }
    } while (letters.length > 0);
    return count;
  };

  async function one(letter, deliver) {
    try {
      await deliver(letter);
    } catch (error) {
      await put(letterOf(letter.consumer, letter, error.message));
      return false;
    }
    await remove(letter);
    return true;
  }
}
