// Measures how the module is best carried inside the script: what each way
// would make of the built dist/firsthand.js, under brotli 11.
// docs/ARCHITECTURE.md quotes it.
//   node scripts/packing.mjs
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const script = readFileSync(new URL('../dist/firsthand.js', import.meta.url), 'utf8');
const module = readFileSync(new URL('../dist/firsthand.wasm', import.meta.url));

const brotli = (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
const shifted = (by) => JSON.stringify(Array.from(module, (byte) => String.fromCharCode(byte + by)).join(''));
const base64 = JSON.stringify(module.toString('base64'));

const unshift = (by) => (text) => `Uint8Array.from(${text},e=>e.charCodeAt()-${by})`;
const decode = (text) => `Uint8Array.from(atob(${text}),e=>e.charCodeAt())`;

// What js-shim/build.mjs has made, with HERE where the module is unpacked.
const HERE = '@@';
const [, offset] = /\.charCodeAt\(\)-(\d+)\)/.exec(script) ?? [];
const shell = script.replace(shifted(Number(offset)), () => 'M').replace(/Uint8Array\.from\(\w+,\(?\w+\)?=>\w+\.charCodeAt\(\)-\d+\)/, HERE);
if (shell.split(HERE).length !== 2) throw new Error('dist/firsthand.js does not carry dist/firsthand.wasm as this script knows it');

const among = (literal, unpack) => shell.replace(HERE, () => unpack(literal));
const last = (literal, unpack) => `(M=>{${shell.replace(HERE, () => unpack('M'))}})(${literal})`;

const ways = [
  ...[35, 36, 37, 38, 39, 40, 41, 42].flatMap((by) => [
    [`one character a byte, ${by} added, among the code`, among(shifted(by), unshift(by))],
    [`one character a byte, ${by} added, last in the file`, last(shifted(by), unshift(by))],
  ]),
  ['base64, among the code', among(base64, decode)],
  ['base64, last in the file', last(base64, decode)],
];
const alone = brotli(module);
const shim = brotli(shell);
console.log(`brotli 11: as built ${brotli(script)}; the module alone ${alone}, the script without it ${shim}`);
for (const [name, text] of ways.sort((a, b) => brotli(a[1]) - brotli(b[1]))) {
  const bytes = brotli(text);
  const more = (100 * (bytes - shim)) / alone - 100;
  console.log(`${String(bytes).padStart(6)}  ${name}; the module ${more < 0 ? '' : '+'}${more.toFixed(1)} %`);
}
