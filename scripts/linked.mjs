// Looks for functions in modules that neither we nor cJSON have written, nor are said
// to be musl's: what a toolchain adds has to be in docs/LICENCES.md.
//   node scripts/linked.mjs MODULE...     modules with their names
// Ends with 1 where there is one.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MUSL, ROOT, text } from './supply.mjs';

const SIZES = fileURLToPath(new URL('wasm-functions.mjs', import.meta.url));
// The linker's own: an empty function, of a module without constructors.
const LINKER = ['__wasm_call_ctors'];

const sources = ['src', 'wasm', 'build/cjson'].flatMap((dir) => readdirSync(ROOT + dir).filter((name) => /\.[ch]$/.test(name)).map((name) => text(`${dir}/${name}`))).join('\n');
// A definition begins at the start of a line, a call does not.
const isWritten = (name) => LINKER.includes(name) || new RegExp(`^[A-Za-z].*\\b${name}\\(`, 'm').test(sources);

for (const module of process.argv.slice(2)) {
  const listed = execFileSync(process.execPath, [SIZES, module], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  // A copy that the optimiser made of a function has a number behind the name.
  const names = listed.trim().split('\n').map((line) => line.trim().split(' ')[1].replace(/\..*/, ''));
  const strangers = names.filter((name) => !isWritten(name) && !(module.includes('server') && MUSL.includes(name)));
  console.log(`${module}: ${names.length} functions, ${strangers.length} of others${strangers.length ? `: ${strangers.join(', ')}` : ''}`);
  if (strangers.length) process.exitCode = 1;
}
