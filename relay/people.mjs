// What is stored of one person, found by the ids that the events carry. It
// reads everything: people ask seldom, and an index would keep ids in one more
// place.

/**
 * @param {object} store of `openStore`.
 * @returns
 *  - `find({userId, anonymousId}) → {events, deadLetters}`: rows in which any
 *    of the ids given stands as `userId`, `anonymousId` or `previousId`;
 *  - `forget(messageIds) → {events, deadLetters}`: removes them, inside the
 *    caller's transaction; the numbers of rows.
 */
export function createPeople({ db }) {
  const events = db.prepare(
    'SELECT seq, messageId, type, writeKey, receivedAt, body, origin FROM events ORDER BY seq');
  const letters = db.prepare('SELECT * FROM dead ORDER BY id');
  const deleteName = db.prepare('DELETE FROM renamed WHERE messageId = ?');
  const deleteEvent = db.prepare('DELETE FROM events WHERE messageId = ?');
  const deleteLetters = db.prepare('DELETE FROM dead WHERE messageId = ?');

  return {
    find(who) {
      const isTheirs = matcher(who);
      const rowsOf = (select) => {
        const found = [];
        for (const row of select.iterate()) if (isTheirs(row.body)) found.push(row);
        return found;
      };
      return { events: rowsOf(events), deadLetters: rowsOf(letters) };
    },
    forget(messageIds) {
      const count = { events: 0, deadLetters: 0 };
      for (const messageId of messageIds) {
        deleteName.run(messageId);
        count.events += deleteEvent.run(messageId).changes;
        count.deadLetters += deleteLetters.run(messageId).changes;
      }
      return count;
    },
  };
}

/** @throws when no id is given. */
function matcher({ userId, anonymousId }) {
  const ids = [userId, anonymousId].filter((id) => id !== undefined);
  if (ids.length === 0 || ids.includes('')) {
    throw new Error('Say whose events are meant: a userId or an anonymousId.');
  }
  return (body) => {
    const event = JSON.parse(body);
    return (userId !== undefined && [event.userId, event.previousId].includes(userId))
      || (anonymousId !== undefined
        && [event.anonymousId, event.previousId].includes(anonymousId));
  };
}
