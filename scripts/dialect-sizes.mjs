// What each dialect costs, in bytes (brotli) of the module and of the script: built alone beside
// Segment's format, which is always there.
// With 4 behind its names a build is for four destinations at once.
//   node scripts/dialect-sizes.mjs amplitude+snowplow+posthog+relatives
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const packed = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } }).length;
const sizes = (names) => ['firsthand.wasm', 'firsthand.js'].map((file) => packed(readFileSync(`build/dialects/${names}/${file}`)));

const [all] = process.argv.slice(2);
const base = sizes('segment');
const row = (name, [wasm, script]) => console.log(name.padEnd(44), String(wasm).padStart(8), String(script).padStart(8));
row('', ['module', 'script']);
row('segment', base);
const cost = (names, from = base) => sizes(names).map((size, i) => size - from[i]);
for (const names of [...all.split('+'), all]) row(`+ ${names}`, cost(names));
row('four destinations', cost('segment+4'));
row('four destinations, with all dialects', cost(`${all}+4`, sizes(all)));
