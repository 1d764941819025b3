// Prints the size of each product beside its budget (wasm/budget.json). Exits
// with 1 where one is missing, or over both its budget and its debt
// (wasm/debt.json): what it may have until the budget is met; and the difference to the
// last release, or what was kept since (wasm/sizes.json), under brotli.
//   node scripts/size.mjs [--functions | --keep]
// --keep makes today's sizes those to compare with, as each release does.
// --functions builds the module once more, with names, and prints how many
// bytes each of its functions takes; and each module of the shim, minified.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The sizes of a product in bytes, as servers send it at their best. */
export const sizesOf = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length,
});

/** What is in dist/ and has a budget or weighs on a page: no types, nothing of servers. */
const measure = (budgets, debts) => {
  const built = readdirSync(`${ROOT}dist`).map((name) => `dist/${name}`);
  const files = new Set([...Object.keys(budgets), ...built.filter((file) => !/\.d\.c?ts$|\.json$|\.server\./.test(file))]);
  return [...files].sort().map((file) => {
    if (!built.includes(file)) return { file, budget: {}, over: ['missing'], broken: true };
    const size = sizesOf(readFileSync(ROOT + file));
    const budget = budgets[file] ?? {};
    const over = Object.keys(budget).filter((how) => size[how] > budget[how]);
    const broken = over.some((how) => !(size[how] <= debts[file]?.[how]));
    return { file, ...size, budget, over, broken };
  });
};

const number = (value) => value?.toLocaleString('en-US') ?? '-';

const tell = ({ budget, over, ...size }) => {
  if (over.includes('missing')) return 'not built';
  const words = Object.entries(budget).map(([how, bytes]) => `${how} <= ${number(bytes)}${over.includes(how) ? `, OVER by ${number(size[how] - bytes)}` : ''}`);
  return words.join(', ');
};

/** How many bytes more than `before`, with a sign; of what was not there then, nothing. */
export const difference = (now, before) => {
  if (!(now >= 0 && before >= 0)) return '';
  return now === before ? '=' : `${now > before ? '+' : '-'}${number(Math.abs(now - before))}`;
};

const print = (rows, { of, brotli: before }) => {
  const line = (...cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(26) : i < 5 ? cell.padStart(8) : `  ${cell}`)).join('').trimEnd();
  console.log(line('bytes', 'raw', 'gzip', 'brotli', 'change', `budget; change since ${of}`));
  for (const row of rows) console.log(line(row.file, number(row.raw), number(row.gzip), number(row.brotli), difference(row.brotli, before[row.file]), tell(row)));
};

/** The modules of the script tag, by what esbuild makes of each; terser makes a little less of it. */
const printShim = async () => {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: ROOT, entryPoints: ['js-shim/tag.js'], bundle: true, minify: true, write: false, metafile: true, logLevel: 'error', target: 'chrome85',
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const rows = Object.entries(inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
  for (const [file, { bytesInOutput }] of rows) console.log(String(bytesInOutput).padStart(6), file);
};

const keep = (rows) => {
  const of = execFileSync('git', ['describe', '--tags', '--always'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const brotli = Object.fromEntries(rows.map((row) => [row.file, row.brotli]));
  writeFileSync(`${ROOT}wasm/sizes.json`, `${JSON.stringify({ of, brotli }, null, 2)}\n`);
};

const run = (program, ...args) => execFileSync(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bounds = (name) => JSON.parse(readFileSync(`${ROOT}wasm/${name}.json`));
  const rows = measure(bounds('budget'), bounds('debt'));
  print(rows, bounds('sizes'));
  if (process.argv.includes('--keep')) keep(rows);
  if (process.argv.includes('--functions')) {
    run('make', '--no-print-directory', '--silent', 'build/wasm/named.wasm');
    run(process.execPath, 'scripts/wasm-functions.mjs', 'build/wasm/named.wasm');
    await printShim();
  }
  process.exitCode = rows.some(({ broken }) => broken) ? 1 : 0;
}
