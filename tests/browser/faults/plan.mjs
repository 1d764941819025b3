// What is still to be done, in which order.

const REPEATS = 10;
const GOALS = [1, 4, 10, 20]; // few repeats of everything come before many of anything
const JOB_MS = 60_000; // of one worker's repeats, so that a run has no long tail
const GUESS_MS = 10_000;
const VOID = 3; // faults that were not made, for each that was, before a row is given up

export const idOf = ({ row, case: kase, engine }) => `${row}|${kase ?? ''}|${engine}`;

/** The results of a build, counted. */
export function tally(results) {
  const valid = new Map();
  const tried = new Map();
  const more = (map, id) => map.set(id, (map.get(id) ?? 0) + 1);
  const count = (result) => {
    more(tried, idOf(result));
    if (result.valid) more(valid, idOf(result));
  };
  results.forEach(count);
  const has = (id) => valid.get(id) ?? 0;
  return { count, has, hopeless: (id) => (tried.get(id) ?? 0) > VOID * (1 + has(id)) };
}

/**
 * @param {object[]} options.results of any build: they tell how long a repeat takes
 * @returns jobs { row, kase, engine, goal, alone }: repeats that one worker is to
 *   make, until there are `goal` of them
 */
export function plan({ rows, engines, kase, repeats, counts, results }) {
  const takes = medians(results);
  const planned = new Map();
  const jobs = [];
  const goals = [...GOALS.filter((goal) => goal < (repeats ?? Infinity)), repeats ?? 1000];
  for (const goal of goals) {
    const alone = [];
    for (const row of rows) {
      if (row.alone && goal > 1 && goal !== goals.at(-1)) continue; // all others wait for them: not often
      for (const one of row.cases ?? ['']) {
        for (const engine of engines) {
          const id = idOf({ row: row.number, case: one, engine });
          if ((kase !== undefined && one !== kase) || (row.engines && !row.engines.includes(engine)) || counts.hopeless(id)) continue;
          const wanted = Math.min(goal, repeats ?? row.repeats ?? REPEATS);
          const atOnce = Math.max(1, Math.floor(JOB_MS / (takes.get(id) ?? GUESS_MS)));
          for (let has = planned.get(id) ?? counts.has(id); has < wanted; has = planned.get(id)) {
            planned.set(id, Math.min(wanted, has + atOnce));
            (row.alone ? alone : jobs).push({ id, row: row.number, kase: one, engine, goal: planned.get(id), alone: !!row.alone });
          }
        }
      }
    }
    jobs.push(...alone);
  }
  return jobs;
}

function medians(results) {
  const all = new Map();
  for (const { ms, ...result } of results) if (ms) all.set(idOf(result), [...(all.get(idOf(result)) ?? []), ms]);
  return new Map([...all].map(([id, list]) => [id, list.sort((a, b) => a - b)[list.length >> 1]]));
}
