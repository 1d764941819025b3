// What three readers of C say of src/ and wasm/: gcc -fanalyzer with the warnings
// of tests/build.mk, cppcheck, and clang-tidy (.clang-tidy; not with --quick). What they
// say is either repaired or in accepted.json with its reason; there nothing may be out of
// use.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const isQuick = process.argv.includes('--quick');
const accepted = JSON.parse(readFileSync('tests/lint/accepted.json', 'utf8'));
const sources = ['src', 'wasm'].flatMap((dir) => readdirSync(dir).filter((name) => name.endsWith('.c') && name !== 'cJSON.c').map((name) => `${dir}/${name}`));
const dialects = ['-DFH_AMPLITUDE', '-DFH_SNOWPLOW', '-DFH_POSTHOG', '-DFH_RELATIVES', '-DFH_DESTINATIONS=4'];
const common = ['-iquote', 'src', '-iquote', 'wasm', '-Ibuild/cjson', ...dialects];
const WARNINGS = '-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wundef -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wdouble-promotion -Wswitch-enum -Wno-attributes'.split(' ');

const run = (program, args) => new Promise((resolve) => execFile(program, args, { maxBuffer: 1 << 28 }, (error, out, err) => resolve({ code: error?.code ?? 0, text: out + err })));

// "file:line:column: warning: what [check]" of ours; a header's are found by each that has it.
const findings = (text) =>
  [...text.matchAll(/^(?:\S*\/)?((?:src|wasm)\/\w+\.[ch]):(\d+):\d+: (?:warning|error|style|performance|portability): (.*) \[([^\s\]]+)\]$/gm)].map(([, file, line, what, check]) => ({
    id: `${file} ${check.replace(/,.*/, '')}`,
    text: `${file}:${line}: ${what} [${check}]`,
  }));

const gcc = (file) => ['gcc', ['-std=c11', '-O1', '-fanalyzer', ...WARNINGS, ...common, '-c', file, '-o', '/dev/null']];
const tidy = (file) => ['clang-tidy', ['--quiet', file, '--', '-std=c11', '-Wno-unknown-attributes', ...common]];
// A local that is called like a function calls nothing by that name: compilers would say so.
const cppcheck = ['cppcheck', ['--std=c11', '--enable=warning,performance,portability,style', '--inline-suppr', '--quiet', '--suppress=missingInclude', '--suppress=shadowFunction', '--template={file}:{line}:{column}: warning: {message} [{id}]', '-Ibuild/cjson', '-Isrc', '-Iwasm', ...dialects, '--suppress=*:build/cjson/*', ...sources]];

const work = [...sources.map(gcc), cppcheck, ...(isQuick ? [] : sources.map(tidy))];
const found = new Map();
const lost = []; // runs that did not end as they should
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let next; (next = work.shift()); ) {
      const { code, text } = await run(...next);
      for (const { id, text: line } of findings(text)) found.set(line, id);
      if (code) lost.push(`${next[0]} ended with ${code}: ${text.slice(0, 500)}`);
    }
  }),
);

const bad = [...found].filter(([, id]) => !accepted[id]).map(([line]) => line);
const ids = new Set(found.values());
// clang-tidy's names have no dash in front, cppcheck's no dash at all.
const unused = Object.keys(accepted).filter((id) => !ids.has(id) && !(isQuick && / [a-z]+-/.test(id)));
for (const line of [...bad, ...lost, ...unused.map((id) => `accepted.json: nothing says ${id} any more`)]) console.error(line);
console.log(`lint${isQuick ? ' (gcc and cppcheck)' : ''}: ${sources.length} files, ${found.size} findings, ${found.size - bad.length} accepted with a reason, ${bad.length} to repair`);
process.exitCode = bad.length || lost.length || unused.length ? 1 : 0;
