// Where the time of a run went: what a row costs, and on what.
const SHOWN = 40;

/** A table of the rows that took most, all builds together. */
export function times(results) {
  const by = new Map();
  for (const { row, case: kase, engine, ms, steps, busy } of results) {
    if (!steps) continue;
    const id = `${row} ${kase} ${engine}`;
    const sum = by.get(id) ?? { n: 0, ms: 0, busy: 0, steps: {} };
    sum.n++;
    sum.ms += ms;
    sum.busy += busy ?? 0;
    for (const name in steps) sum.steps[name] = (sum.steps[name] ?? 0) + steps[name];
    by.set(id, sum);
  }
  const seconds = (ms, n = 1) => (ms / n / 1000).toFixed(1);
  const total = [...by.values()].reduce((sum, { ms }) => sum + ms, 0);
  const lines = [...by].sort(([, a], [, b]) => b.ms - a.ms).slice(0, SHOWN).map(([id, { n, ms, busy, steps }]) =>
    `${seconds(ms).padStart(7)} s = ${n} × ${seconds(ms, n)} s  ${id}: ${Object.entries(steps).map(([name, sum]) => `${name} ${seconds(sum, n)}`).join(', ')}; ${Math.round((100 * busy) / n)} % busy`);
  return [`${seconds(total)} s of repeats in all`, ...lines].join('\n');
}
