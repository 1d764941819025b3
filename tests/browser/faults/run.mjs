// The fault matrix: what becomes of events when something breaks, in real
// browsers, with the real relay as the oracle.
//
//   node tests/browser/faults/run.mjs                     every row, every engine
//   node … --engine chromium --row 5 --repeats 10         one row of one engine
//   node … --row 1,2,5 --case "same site" --quick         3 repeats, fails on a shortfall
//   node … --workers 4 --minutes 20                       fewer at a time; as far as it gets
//   node … --report                                       writes docs/FAULTS.md
//   node … --times                                        where the time went
//
// Results are lines of build/faults/results.jsonl, one a repeat. A row that has
// its repeats for this build (the sha256 of agent, snippet and relay) and by its
// present file is skipped, so a run that was cut goes on where it stopped.
import { parseArgs } from 'node:util';
import { installed } from '../engines/index.mjs';
import { passed, shortfalls } from './judge.mjs';
import { measure, room, watch } from './machine.mjs';
import { plan, tally } from './plan.mjs';
import { createWorker, runDir, tidyUp } from './pool.mjs';
import { writeReport } from './report.mjs';
import { readResults, snapshot, writeResult } from './results.mjs';
import { current, loadRows } from './rows.mjs';
import { times } from './times.mjs';

const ENGINES = ['chromium', 'firefox', 'webkit'];
// Most of a repeat is waiting; what keeps the processors from being overrun is
// room(), before each.
const WORKERS = 10;
const REPEAT_MS = 240_000; // the longest
const AHEAD = 30; // jobs among which a worker looks for one of its browser's

/** Runs what is lacking; resolves with the new results. */
async function run({ rows, engines, repeats, kase, workers, minutes, build: wanted, log = console.log }) {
  const { build, copy } = snapshot(wanted);
  const earlier = readResults();
  const counts = tally(current(earlier, rows, build));
  const end = Date.now() + minutes * 60_000;
  const dir = runDir();
  tidyUp(dir);
  watch();

  const made = [];
  let jobs = [];
  let running = 0; // jobs
  let making = 0; // repeats
  let exclusive = false;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
  const over = () => Date.now() > end;

  /** The next job, when its turn has come; rather one for the browser that is up. */
  async function next(engine) {
    while (jobs.length && !over()) {
      if (!exclusive && (!jobs[0].alone || running === 0)) {
        const near = jobs.slice(0, AHEAD);
        const until = near.findIndex(({ alone }) => alone);
        const fit = near.slice(0, until < 0 ? AHEAD : until).findIndex((one) => one.engine === engine);
        const [job] = jobs.splice(Math.max(0, fit), 1);
        exclusive = job.alone;
        running++;
        return job;
      }
      await pause();
    }
    return undefined;
  }

  const versions = new Map(rows.map(({ number, version }) => [number, version]));

  function record(result) {
    const line = { build, version: versions.get(result.row), at: new Date().toISOString(), ...result };
    writeResult(line);
    counts.count(line);
    made.push(line);
    log(summary(line, rows));
  }

  async function work() {
    const worker = createWorker(dir);
    for (let job; (job = await next(job?.engine)); ) {
      const { id, row, kase: one, engine, goal } = job;
      while (counts.has(id) < goal && !counts.hopeless(id) && !over()) {
        await room(() => making);
        const load = measure();
        making++;
        const failed = ({ message }) => ({ row, case: one, engine, valid: false, why: message });
        const result = await worker.ask({ row, kase: one, engine, copy }, REPEAT_MS).catch(failed);
        making--;
        record({ ...result, busy: load() });
      }
      running--;
      exclusive = false;
    }
    await worker.end();
  }

  // A worker that died has left some of its job: once more, until all is there
  // or given up.
  for (;;) {
    jobs = plan({ rows, engines, kase, repeats, counts, results: [...earlier, ...made] });
    if (!jobs.length || over()) break;
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work));
  }
  return made;
}

function summary(result, rows) {
  const { row, case: kase, engine, valid, why, live, stored, sent, wireDouble, storeDouble, requests, ms, notes } = result;
  const name = `${new Date().toISOString().slice(11, 19)} ${row}${kase && ` ${kase}`} ${engine}:`;
  if (!valid) return `${name} VOID: ${why}`;
  const short = shortfalls(result, rows.find(({ number }) => number === row));
  return `${name} ${short.length ? `SHORT (${short.join('; ')}), ` : ''}live ${live}/${sent}, in the end ${stored}/${sent}, +${wireDouble} wire, +${storeDouble} store, ${requests} requests, ${ms} ms${notes ? ` ${JSON.stringify(notes)}` : ''}`;
}

async function main() {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string' }, row: { type: 'string' }, case: { type: 'string' }, repeats: { type: 'string' },
      workers: { type: 'string' }, minutes: { type: 'string' }, build: { type: 'string' },
      quick: { type: 'boolean' }, report: { type: 'boolean' }, times: { type: 'boolean' },
    },
  });
  const all = await loadRows();
  if (values.times) return console.log(times(readResults()));
  if (values.report) return writeReport({ rows: all, results: readResults(), ...snapshot(values.build), engines: ENGINES });
  const wanted = values.row?.split(',').map(Number);
  const rows = all.filter(({ number }) => !wanted || wanted.includes(number));
  if (wanted) rows.sort((a, b) => wanted.indexOf(a.number) - wanted.indexOf(b.number));
  const made = await run({
    rows,
    engines: (values.engine?.split(',') ?? ENGINES).filter(installed),
    repeats: values.repeats ? Number(values.repeats) : values.quick ? 3 : undefined,
    kase: values.case,
    build: values.build,
    workers: Number(values.workers ?? WORKERS),
    minutes: Number(values.minutes ?? Infinity),
  });
  const short = made.filter((result) => !passed(result, all.find(({ number }) => number === result.row)));
  console.log(`${made.length} repeats, ${short.length} short of what is expected`);
  if (values.quick && short.length) process.exitCode = 1;
}

await main();
