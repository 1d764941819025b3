// How many instructions the core takes for an event: valgrind counts those of
// tests/bench/workload.c, built natively. The same on each run, so that a tenth of a
// percent is seen, which no clock can on a busy machine.
//   node tests/bench/callgrind.mjs [--functions | --keep]
// --functions prints where they go; --keep makes today's count the baseline.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIR = `${ROOT}build/bench/native`;
const BASELINE = new URL('instructions.json', import.meta.url);
const EVENTS = [100, 1100]; // their difference has nothing of the start

const run = (program, ...args) => execFileSync(program, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** What the count depends on besides our sources. */
export const toolsOf = () => ({ clang: run('clang', '-dumpversion').trim(), machine: process.arch });

export const baseline = () => JSON.parse(readFileSync(BASELINE, 'utf8'));

const build = () => run('make', '--no-print-directory', '--silent', 'build/bench/native/workload');

const refs = (events) => {
  const file = `${DIR}/callgrind.${events}`;
  run('valgrind', '--tool=callgrind', `--callgrind-out-file=${file}`, `${DIR}/workload`, String(events));
  return Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(file, 'utf8'))[1]);
};

/** Instructions an event takes, from the call to the answer. */
export const instructions = () => {
  build();
  const [few, many] = EVENTS.map(refs);
  return Math.round((many - few) / (EVENTS[1] - EVENTS[0]));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const count = instructions();
  const { instructions: before, tools } = baseline();
  console.log(`${count.toLocaleString('en-US')} instructions an event; the baseline is ${before.toLocaleString('en-US')} (clang ${tools.clang})`);
  if (process.argv.includes('--functions')) console.log(run('callgrind_annotate', '--auto=no', `${DIR}/callgrind.${EVENTS[1]}`));
  if (process.argv.includes('--keep')) writeFileSync(BASELINE, `${JSON.stringify({ instructions: count, tools: toolsOf() }, null, 2)}\n`);
}
