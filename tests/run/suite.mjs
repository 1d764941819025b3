// What the runners in Node share: the cases, the module, and the bounds that
// the interpreter needs, which have their home in C.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file) => readFileSync(root + file, 'utf8');

/** File names of tests/cases, in order. */
export const caseFiles = readdirSync(`${root}tests/cases`).filter((name) => name.endsWith('.json')).sort();

export const caseText = (file) => read(`tests/cases/${file}`);

export const wasm = readFileSync(`${root}dist/firsthand.wasm`);

const kilobytes = (name) => read('src/limits.h').match(`#define ${name} \\((\\d+) \\* 1024\\)`)[1] * 1024;

export const limits = {
  FH_IO_BYTES: kilobytes('FH_IO_BYTES'),
  FH_MAX_BATCH_BYTES: kilobytes('FH_MAX_BATCH_BYTES'),
  FH_ERR_LARGE: Number(read('src/errors.def').match(/^FH_ERROR\(LARGE, (-\d+)/m)[1]),
};
