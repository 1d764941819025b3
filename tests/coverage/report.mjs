// Runs the binaries of tests/coverage.mk and prints, for each file of src/, the share
// of its lines and branches that they reached; ends with 1 where it is under BOUND in
// all. The arguments are the agent's cases. build/coverage/html has every line.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { callOf, cases as stitchCases, linesOf } from '../stitch/suite.mjs';

const BOUND = 95; // %
const DIR = 'build/coverage';
const cases = process.argv.slice(2);
const env = { ...process.env, LLVM_PROFILE_FILE: `${DIR}/raw/%p-%m.profraw` };
const run = (program, args = [], input = '') => execFileSync(program, args, { env, input, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'inherit'] });

rmSync(`${DIR}/raw`, { recursive: true, force: true });
const units = readdirSync(`${DIR}/unit`).filter((name) => !name.includes('.'));
const targets = readdirSync(`${DIR}/fuzz`).filter((name) => !name.includes('.'));
for (const unit of units) run(`${DIR}/unit/${unit}`);
run(`${DIR}/run_cases`, cases);
const plans = readdirSync('tests/plan/cases').filter((name) => name.endsWith('.json'));
run(`${DIR}/run_plan`, plans.map((name) => `tests/plan/cases/${name}`));
run(`${DIR}/stitch_lines`, [], linesOf(stitchCases.flatMap(({ steps }) => steps.map(callOf))));
run('node', ['tests/fuzz/run.mjs', '--replay', 'coverage/fuzz', ...targets]);

run('llvm-profdata', ['merge', '--sparse', '-o', `${DIR}/merged.profdata`, ...readdirSync(`${DIR}/raw`).map((name) => `${DIR}/raw/${name}`)]);
const binaries = [...['run_cases', 'run_plan', 'stitch_lines'].map((name) => `${DIR}/${name}`), ...units.map((name) => `${DIR}/unit/${name}`), ...targets.map((name) => `${DIR}/fuzz/${name}`)];
const of = [binaries[0], ...binaries.slice(1).flatMap((name) => ['-object', name]), `-instr-profile=${DIR}/merged.profdata`, '-ignore-filename-regex=tests/|cjson/'];
const [{ files, totals }] = JSON.parse(run('llvm-cov', ['export', '-summary-only', ...of])).data;
run('llvm-cov', ['show', '-format=html', '-show-branches=count', `-output-dir=${DIR}/html`, ...of]);

const percent = ({ covered, count }) => (count ? (100 * covered) / count : 100);
const row = (name, { lines, branches }) =>
  `${name.padEnd(18)} ${percent(lines).toFixed(1).padStart(6)} % of ${String(lines.count).padStart(5)} lines  ${percent(branches).toFixed(1).padStart(6)} % of ${String(branches.count).padStart(5)} branches`;
for (const { filename, summary } of files.filter(({ summary: { lines } }) => lines.count)) console.log(row(filename.replace(/.*\/src\//, ''), summary));
console.log(row('src/ in all', totals));
const total = { lines: percent(totals.lines).toFixed(1), branches: percent(totals.branches).toFixed(1) };
writeFileSync(`${DIR}/total.json`, JSON.stringify(total));
if (percent(totals.lines) < BOUND || percent(totals.branches) < BOUND) {
  console.error(`coverage: under ${BOUND} %`);
  process.exitCode = 1;
}
