// Group commit: what several requests ask for within a few ms is one
// transaction, so that they share the one sync of the file that makes all of
// them durable. Each is undone by itself when it fails.
import { GROUP_EVENTS } from './limits.mjs';

// After a commit the next one waits this long for company. A request that
// comes alone waits for nobody.
const GROUP_MS = 4;

/**
 * @param {import('better-sqlite3').Database} db
 * @returns the group:
 *  - `run(job, size?) → Promise`: calls `job` inside the next transaction and
 *    resolves with what it returned once that is durable. Rejects, and nothing
 *    of the job is kept, when it threw or the transaction failed. `size`: rows
 *    that it writes, so that a transaction stays short;
 *  - `flush()`: commits now what waits, before it returns.
 */
export function createGroup(db) {
  let waiting = [];
  let scheduled = false;
  let lastCommit = -Infinity;

  const alone = db.transaction((job) => job());
  const together = db.transaction((tasks) => tasks.forEach(attempt));

  function attempt(task) {
    try {
      task.value = alone(task.job);
    } catch (error) {
      task.error = error;
      // On a full disk and the like SQLite undoes the whole transaction.
      if (!db.inTransaction) throw error;
    }
  }

  function commit() {
    const tasks = next();
    try {
      together.immediate(tasks);
    } catch (error) {
      for (const task of tasks) task.error ??= error;
    }
    lastCommit = performance.now();
    for (const { error, value, done, failed } of tasks) {
      if (error) failed(error);
      else done(value);
    }
  }

  /** As many as go into one transaction, at least one. */
  function next() {
    let rows = 0;
    const end = waiting.findIndex(({ size }) => (rows += size) > GROUP_EVENTS);
    return waiting.splice(0, end < 0 ? waiting.length : Math.max(end, 1));
  }

  function schedule() {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    const wait = lastCommit + GROUP_MS - performance.now();
    if (wait > 0) setTimeout(turn, wait);
    else setImmediate(turn);
  }

  function turn() {
    scheduled = false;
    if (waiting.length > 0) commit();
    schedule();
  }

  return {
    run: (job, size = 1) => new Promise((done, failed) => {
      waiting.push({ job, size, done, failed });
      schedule();
    }),
    flush() {
      while (waiting.length > 0) commit();
    },
  };
}
