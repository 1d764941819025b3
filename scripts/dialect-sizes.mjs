// What each dialect costs, in bytes (brotli) of the module and of the script: built alone beside
// Segment's format, which is always there.
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
for (const names of [...all.split('+'), all]) row(`+ ${names}`, sizes(names).map((size, i) => size - base[i]));
