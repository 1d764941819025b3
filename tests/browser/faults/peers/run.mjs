// The faults that peers lose or double events by, with the peers and with
// Firsthand, side by side: the same browser, collector and faults.
//
//   node tests/browser/faults/peers/run.mjs                       what is lacking
//   node … --row kill-8,reset --sdk firsthand,segment --repeats 1
//   node … --minutes 20                                           starts nothing after
//   node … --report                                               writes docs/FAULTS-PEERS.md
//
// Results are lines of build/faults-peers/results.jsonl, one a repeat, kept for
// as long as the SDK's script and the files that make the faults are the same:
// a run that was cut goes on where it stopped.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { within } from '../../engines/until.mjs';
import { runOnce } from './repeat.mjs';
import { writeReport } from './report.mjs';
import { ROWS } from './rows.mjs';
import { loadSdks } from './sdks.mjs';

const OUT = 'build/faults-peers';
const RESULTS = `${OUT}/results.jsonl`;
const AT_ONCE = 3; // nearly all of a repeat is waiting
const VOID = 3; // faults that were not made, before a row is given up
const REPEAT_MS = 300_000; // the longest

const { values } = parseArgs({
  options: {
    row: { type: 'string' },
    sdk: { type: 'string' },
    repeats: { type: 'string', default: '3' },
    minutes: { type: 'string', default: 'Infinity' },
    report: { type: 'boolean' },
  },
});

const sdks = await loadSdks();
const buildOf = buildsOf(sdks);
const kept = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8').split('\n').filter(Boolean) : [];
const results = kept.map((line) => JSON.parse(line)).filter(({ row, sdk, build }) => buildOf(row, sdk) === build);

if (values.report) writeReport('docs/FAULTS-PEERS.md', { results, sdks, rows: ROWS });
else await run();

/** What the results of a row and an SDK depend on. */
function buildsOf(all) {
  const digest = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex').slice(0, 12);
  const harness = ['collector', 'repeat', 'sdks'].map((file) => readFileSync(new URL(`${file}.mjs`, import.meta.url)));
  const told = (row) => Object.entries(row).map(([name, value]) => (name === 'name' ? '' : `${name} ${value}`)).join();
  const builds = new Map();
  for (const row of ROWS) for (const [id, sdk] of Object.entries(all)) builds.set(`${row.id} ${id}`, digest(...harness, told(row), sdk.digest));
  return (row, sdk) => builds.get(`${row} ${sdk}`);
}

async function run() {
  mkdirSync(OUT, { recursive: true });
  const wanted = (option, known) => (option ? known.filter((id) => option.split(',').includes(id)) : known);
  const rows = wanted(values.row, ROWS.map(({ id }) => id)).map((id) => ROWS.find((row) => row.id === id));
  const ids = wanted(values.sdk, Object.keys(sdks));
  const repeats = Number(values.repeats);
  const end = Date.now() + Number(values.minutes) * 60_000;
  const count = (row, sdk, valid) => results.filter((result) => result.row === row && result.sdk === sdk && result.valid === valid).length;

  // Side by side: one repeat of a row by all before the next.
  const jobs = [];
  for (let n = 1; n <= repeats; n++) for (const row of rows) for (const id of ids) jobs.push({ n, row, id });

  async function work() {
    for (let job; (job = jobs.shift()) && Date.now() < end; ) {
      const { n, row, id } = job;
      while (count(row.id, id, true) < n && count(row.id, id, false) < VOID * n) {
        const figures = await within(runOnce(row, id, sdks[id]), REPEAT_MS, `${row.id} ${id}`);
        const result = { ...figures, build: buildOf(row.id, id), at: new Date().toISOString() };
        results.push(result);
        appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
        console.log(lineOf(result, jobs.length));
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  console.log(`${results.length} results in ${RESULTS}; load ${os.loadavg()[0].toFixed(1)}`);
}

function lineOf({ row, sdk, valid, why, sent, live, back, wire, twice, requests, ms }, left) {
  const what = valid ? `live ${live} back ${back} of ${sent}, wire +${wire}, twice ${twice}, ${requests} requests` : `VOID ${why}`;
  return `${row.padEnd(11)} ${sdk.padEnd(12)} ${what}  (${Math.round(ms / 1000)} s, ${left} left)`;
}
