// Runs the fuzz targets, two at a time, and says what they did; `make fuzz` and its kin.
//
//   --seconds n        for each target (default 60)
//   --long             one at a time, recorded in tests/fuzz/long.json; goes on where it was cut
//   --keep             minimises build/fuzz/corpus into tests/fuzz/corpus
//   --replay program   plays all that is kept to build/…/<program>/<target>, without fuzzing
//   --report           docs/FUZZ.md from that record
//   target...          only these
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeDictionary, writeSeeds } from './seeds.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' }, long: { type: 'boolean' }, keep: { type: 'boolean' }, replay: { type: 'string' }, report: { type: 'boolean' } },
});
const targets = readdirSync('tests/fuzz')
  .flatMap((name) => name.match(/^fuzz_(\w+)\.c$/)?.[1] ?? [])
  .filter((name) => !positionals.length || positionals.includes(name));
const LOG = 'tests/fuzz/long.json'; // the last long run of each target
const DICTIONARY = 'build/fuzz/words.dict';
const filesIn = (dir) => (existsSync(dir) ? readdirSync(dir).map((name) => `${dir}/${name}`) : []);
const fresh = (dir) => (rmSync(dir, { recursive: true, force: true }), mkdirSync(dir, { recursive: true }), dir);

// Where a run begins: what is kept, the cases, what was put aside by hand; and what
// earlier runs on this machine have found.
const prepare = (target) => {
  const seeds = fresh(`build/fuzz/seeds/${target}`);
  writeSeeds(target, seeds);
  const kept = `tests/fuzz/corpus/${target}.tar.xz`;
  if (existsSync(kept)) execFileSync('tar', ['-xJf', kept, '-C', seeds]);
  mkdirSync(`build/fuzz/corpus/${target}`, { recursive: true });
  mkdirSync('build/fuzz/crashes', { recursive: true });
  return [`build/fuzz/corpus/${target}`, seeds, `tests/fuzz/seeds/${target}`].filter((dir) => existsSync(dir));
};

const run = (program, args) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (part) => (text = (text + part).slice(-200_000)));
    child.on('close', (code) => resolve({ code, text }));
  });

const fuzz = async (target, seconds) => {
  const { code, text } = await run(`build/fuzz/bin/${target}`, [
    `-max_total_time=${seconds}`, '-print_final_stats=1', `-dict=${DICTIONARY}`, `-artifact_prefix=build/fuzz/crashes/${target}-`,
    '-timeout=25', '-max_len=16384', '-rss_limit_mb=1500', ...prepare(target),
  ]);
  const state = [...text.matchAll(/cov: (\d+) ft: (\d+) corp: (\d+)/g)].at(-1) ?? [];
  const result = {
    target,
    seconds: Number(seconds),
    executed: Number(text.match(/number_of_executed_units: (\d+)/)?.[1] ?? text.match(/^#(\d+)/gm)?.at(-1)?.slice(1) ?? 0),
    edges: Number(state[1] ?? 0),
    features: Number(state[2] ?? 0),
    corpus: Number(state[3] ?? 0),
    crashes: code ? 1 : 0,
  };
  if (code) {
    const why = text.split('\n').filter((line) => /ERROR|runtime error|does not hold|SUMMARY|Test unit written/.test(line));
    console.error([`${target}: ended with ${code}`, ...(why.length ? why : text.split('\n').slice(-15))].join('\n  '));
  }
  return result;
};

const line = (r) =>
  `${r.target.padEnd(10)} ${String(r.executed).padStart(10)} executed  ${String(r.edges).padStart(5)} edges  ${String(r.features).padStart(6)} features  ${String(r.corpus).padStart(5)} in the corpus  ${r.crashes} crashes`;

// As many at a time as `jobs`; what each gives, in the order of the list.
const each = async (list, jobs, work) => {
  const waiting = [...list.entries()];
  const results = [];
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (let next; (next = waiting.shift()); ) results[next[0]] = await work(next[1]);
    }),
  );
  return results;
};

const recorded = () => (existsSync(LOG) ? JSON.parse(readFileSync(LOG, 'utf8')) : []);
const record = (result) => {
  const all = [...recorded().filter(({ target }) => target !== result.target), result].sort((a, b) => (a.target < b.target ? -1 : 1));
  writeFileSync(LOG, `[\n${all.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`);
};

// What a run that was cut has recorded is not run again at the same commit.
const long = async () => {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const done = recorded().filter((run) => run.commit === commit).map(({ target }) => target);
  for (const target of targets.filter((name) => !done.includes(name))) {
    const result = await fuzz(target, options.seconds);
    record({ ...result, commit });
    console.log(line(result));
  }
};

const sum = (list, of) => list.reduce((total, item) => total + of(item), 0);
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

const report = () => {
  const runs = recorded();
  const coverage = existsSync('build/coverage/total.json') ? JSON.parse(readFileSync('build/coverage/total.json', 'utf8')) : undefined;
  const rows = runs.map((r) => `| ${r.target} | ${grouped(r.seconds)} | ${grouped(r.executed)} | ${grouped(r.edges)} | ${grouped(r.features)} | ${grouped(r.corpus)} | ${r.crashes} | ${r.commit} |`);
  writeFileSync(
    'docs/FUZZ.md',
    `# The long fuzz run

Written by \`make fuzz-long\`: each target of [tests/fuzz](../tests/fuzz/README.md) on one core, under libFuzzer with ASan, UBSan and
\`float-cast-overflow\`, one after the other. In all ${(sum(runs, (r) => r.seconds) / 3600).toFixed(1)} hours, ${grouped(sum(runs, (r) => r.executed))} inputs, ${sum(runs, (r) => r.crashes)} crashes.

| target | seconds | inputs | edges | features | corpus | crashes | commit |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

Edges and features are libFuzzer's: edges of the compiled core and target that were taken, and those counted by how often as well. The commit is
that of the run, or where a run was recorded later that of the record.

CI plays the kept corpora and then fuzzes each target for a minute (\`.ci/run\`), two at a time: ${Math.ceil(targets.length / 2)} minutes for ${targets.length} targets.
\`make test\` elsewhere stops after three seconds each.
${coverage ? `\nCases, unit tests and corpora together cover ${coverage.lines} % of the lines and ${coverage.branches} % of the branches of \`src/\` (\`make coverage\`).\n` : ''}
The corpora, minimised, are [tests/fuzz/corpus](../tests/fuzz/corpus); what a fuzzer has found to be wrong is in \`tests/fuzz/seeds\`.
`,
  );
  console.log(`docs/FUZZ.md: ${runs.length} targets`);
};

// libFuzzer's own minimising: of each feature the smallest input.
const keep = async (target) => {
  const small = fresh(`build/fuzz/small/${target}`);
  const { code, text } = await run(`build/fuzz/bin/${target}`, ['-merge=1', small, ...prepare(target)]);
  if (code) throw Error(`${target}: ${text.slice(-2000)}`);
  mkdirSync('tests/fuzz/corpus', { recursive: true });
  const kept = `tests/fuzz/corpus/${target}.tar.xz`;
  const tar = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=644', '-cf', '-', '-C', small, ...readdirSync(small).sort()];
  writeFileSync(kept, execFileSync('xz', ['-9e', '-c'], { input: execFileSync('tar', tar, { maxBuffer: 1 << 30 }), maxBuffer: 1 << 30 }));
  console.log(`${kept}: ${readdirSync(small).length} inputs, ${statSync(kept).size} bytes`);
};

const replay = async (target) => {
  const files = prepare(target).filter((dir) => !dir.startsWith('build/fuzz/corpus')).flatMap(filesIn);
  const { code, text } = await run(`build/${options.replay}/${target}`, files);
  if (code) console.error(`${target}: ${text.slice(-3000)}`);
  else console.log(`${target.padEnd(10)} ${files.length} played`);
  return { crashes: code ? 1 : 0 };
};

mkdirSync('build/fuzz', { recursive: true });
writeDictionary(DICTIONARY);
if (options.report) report();
else if (options.long) await long();
else if (options.keep) await each(targets, 1, keep);
else if (options.replay) process.exitCode = sum(await each(targets, 2, replay), (r) => r.crashes) && 1;
else {
  const results = await each(targets, 2, (target) => fuzz(target, options.seconds));
  for (const result of results) console.log(line(result));
  const crashes = sum(results, (r) => r.crashes);
  console.log(`fuzz: ${grouped(sum(results, (r) => r.executed))} inputs in ${results.length} targets, ${options.seconds} s each, ${crashes} crashes`);
  process.exitCode = crashes && 1;
}
