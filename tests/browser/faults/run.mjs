// The fault matrix: what becomes of events when something breaks, in real
// browsers, with the real relay as the oracle.
//
//   node tests/browser/faults/run.mjs                     every row, every engine
//   node … --engine chromium --row 5 --repeats 10         one row of one engine
//   node … --row 1,2,5 --case "same site" --quick         3 repeats, fails on a shortfall
//   node … --report                                       writes docs/FAULTS.md
//
// Results are lines of build/faults/results.jsonl, one a repeat. A row that has
// its repeats for this build (the sha256 of dist/firsthand.js and the relay) is skipped, so a
// run that was cut goes on where it stopped.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { installed } from '../engines/index.mjs';
import { passed } from './judge.mjs';
import { writeReport } from './report.mjs';

const OUT = 'build/faults';
const RESULTS = `${OUT}/results.jsonl`;
const ENGINES = ['chromium', 'firefox', 'webkit'];
const REPEATS = 10;
const AT_ONCE = 3; // repeats of a row that one worker does in one go
const REPEAT_MS = 240_000; // the longest; then its worker is ended
// Databases and profiles in memory: this machine's disk is no part of a fault,
// and kill -9 leaves the page cache alone anyway.
const MEMORY = existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {};
const VOID = 3; // faults that were not made, for each that was, before a row is given up

/** All rows, in the order of their importance. */
export async function loadRows() {
  const dir = new URL('./rows/', import.meta.url);
  const all = await Promise.all(readdirSync(dir).sort().map(async (file) => (await import(new URL(file, dir))).default));
  return all.sort((a, b) => (a.order ?? 99) - (b.order ?? 99) || a.number - b.number);
}

export const readResults = () =>
  existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) : [];

/**
 * The build under test, agent and relay, copied: one made meanwhile changes
 * nothing. `--build` goes on with an earlier copy.
 */
export function snapshot(build = digest()) {
  const copy = `${OUT}/${build}`;
  for (const dir of ['dist', 'relay'])
    if (!existsSync(`${copy}/${dir}`)) cpSync(dir, `${copy}/${dir}`, { recursive: true });
  return { build, copy };
}

/** By the first digits of the sha256 of agent and relay. */
function digest() {
  const files = ['dist/firsthand.js', ...readdirSync('relay').sort().map((file) => `relay/${file}`)];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

const idOf = ({ row, case: kase, engine }) => `${row}|${kase}|${engine}`;

/** Runs what is lacking; resolves with the new results. */
export async function run({ rows, engines, repeats, kase, workers = 2, log = console.log, minutes = Infinity, build: wanted }) {
  const { build, copy } = snapshot(wanted);
  mkdirSync(OUT, { recursive: true });
  const end = Date.now() + minutes * 60_000;
  const valid = new Map();
  const tried = new Map();
  const made = [];
  const count = (result) => {
    const id = idOf(result);
    tried.set(id, (tried.get(id) ?? 0) + 1);
    if (result.valid) valid.set(id, (valid.get(id) ?? 0) + 1);
  };
  readResults().filter((result) => result.build === build).forEach(count);

  // Few repeats of everything come before many of anything.
  const jobs = [];
  const planned = new Map(valid);
  for (const goal of [1, AT_ONCE, 10, 20, repeats ?? 20].sort((a, b) => a - b)) {
    for (const row of rows) {
      for (const k of row.cases ?? ['']) {
        if (kase !== undefined && k !== kase) continue;
        for (const engine of engines) {
          if (row.engines && !row.engines.includes(engine)) continue;
          const id = idOf({ row: row.number, case: k, engine });
          const wanted = Math.min(goal, repeats ?? row.repeats ?? REPEATS);
          for (let has = planned.get(id) ?? 0; has < wanted; has += AT_ONCE) {
            jobs.push({ id, row: row.number, kase: k, engine, goal: Math.min(wanted, has + AT_ONCE) });
            planned.set(id, Math.min(wanted, has + AT_ONCE));
          }
        }
      }
    }
  }

  async function work() {
    let worker;
    for (let job; (job = jobs.shift()) && Date.now() < end; ) {
      const missing = job.goal - (valid.get(job.id) ?? 0);
      if (missing <= 0 || (tried.get(job.id) ?? 0) > VOID + VOID * (valid.get(job.id) ?? 0)) continue;
      worker ??= fork(fileURLToPath(import.meta.url), ['--worker'], { env: { ...process.env, ...MEMORY } });
      await new Promise((resolve) => {
        let timer;
        const finish = () => {
          clearTimeout(timer);
          worker?.removeAllListeners();
          resolve();
        };
        const wind = () => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            record({ row: job.row, case: job.kase, engine: job.engine, valid: false, why: `no end in ${REPEAT_MS} ms` });
            worker.kill('SIGKILL');
          }, REPEAT_MS);
        };
        const record = (result) => {
          const line = { build, at: new Date().toISOString(), ...result };
          appendFileSync(RESULTS, `${JSON.stringify(line)}\n`);
          made.push(line);
          count(line);
          log(summary(line));
        };
        worker.on('message', (result) => {
          if (result === 'done') return finish();
          wind();
          record(result);
        });
        worker.once('exit', () => {
          worker = undefined;
          finish();
        });
        wind();
        worker.send({ ...job, copy, times: missing });
      });
    }
    worker?.disconnect();
  }
  await Promise.all(Array.from({ length: workers }, work));
  return made;
}

const summary = ({ row, case: kase, engine, valid, why, live, stored, sent, wireDouble, storeDouble, requests, ms, notes }) =>
  `${row}${kase && ` ${kase}`} ${engine}: ${valid
    ? `live ${live}/${sent}, in the end ${stored}/${sent}, +${wireDouble} wire, +${storeDouble} store, ${requests} requests, ${ms} ms${notes ? ` ${JSON.stringify(notes)}` : ''}`
    : `VOID: ${why}`}`;

/** A worker: one job after another, each with a browser of its own. */
async function serve() {
  const { runOnce } = await import('./repeat.mjs');
  const rows = await loadRows();
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL')); // the browsers die with it (setpriv)
  // A page or a browser that dies under a call must not take the worker along.
  process.on('unhandledRejection', (error) => console.error(`(${error.message})`));
  process.on('message', async ({ row: number, kase, engine, copy, times }) => {
    const row = rows.find((one) => one.number === number);
    const kept = {};
    for (let i = 0; i < times; i++) {
      const result = await runOnce(row, { engine, kase, copy, kept }).catch((error) => {
        kept.browser = undefined;
        return { row: number, case: kase, engine, valid: false, why: error.message.slice(0, 300) };
      });
      process.send(result);
    }
    await kept.browser?.cleanup().catch(() => {});
    process.send('done');
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string' }, row: { type: 'string' }, case: { type: 'string' }, repeats: { type: 'string' },
      workers: { type: 'string' }, minutes: { type: 'string' }, build: { type: 'string' },
      quick: { type: 'boolean' }, report: { type: 'boolean' }, worker: { type: 'boolean' },
    },
  });
  if (values.worker) return serve();
  const all = await loadRows();
  if (values.report) return writeReport({ rows: all, results: readResults(), ...snapshot(values.build), engines: ENGINES });
  const wanted = values.row?.split(',').map(Number);
  const rows = all.filter(({ number }) => !wanted || wanted.includes(number));
  if (wanted) rows.sort((a, b) => wanted.indexOf(a.number) - wanted.indexOf(b.number));
  const engines = (values.engine?.split(',') ?? ENGINES).filter(installed);
  const repeats = values.repeats ? Number(values.repeats) : values.quick ? 3 : undefined;
  const made = await run({
    rows, engines, repeats, kase: values.case, build: values.build,
    workers: Number(values.workers ?? 2), minutes: Number(values.minutes ?? Infinity),
  });
  const short = made.filter((result) => !passed(result, all.find(({ number }) => number === result.row)));
  console.log(`${made.length} repeats, ${short.length} short of what is expected`);
  if (values.quick && short.length) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
