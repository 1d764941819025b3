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

// What js-shim/build.mjs has made, with HERE where the module is unpacked, and
// without the literal that is last and the pairs.
const HERE = '@@';
const shell = script
  .replace(/^(.)\(M=>/, '$1(()=>')
  .replace(/\("(?:[^"\\]|\\.)*"\)\n$/, ';\n')
  .replace(/,(\w)="(?:[^"\\]|\\.){16,40}"(?=.*for\(const \w+ in \1\))/, '')
  .replace(/\(\(\)=>\{const \w=\[\];for.{40,120}new Uint8Array\(M\.length\).{20,80}-\d+\)\}\)\(\)/, HERE);
if (shell.split(HERE).length !== 2) throw new Error('dist/firsthand.js does not carry dist/firsthand.wasm as this script knows it');

const among = (literal, unpack) => shell.replace(HERE, () => unpack(literal)).replace(/;\n$/, '();\n');
const last = (literal, unpack) => shell.replace('(()=>', '(M=>').replace(HERE, () => unpack('M')).replace(/;\n$/, () => `(${literal});\n`);

const ways = [
  ...[35, 36, 37].flatMap((by) => [
    [`one character a byte, ${by} added, among the code`, among(shifted(by), unshift(by))],
    [`one character a byte, ${by} added, last in the file`, last(shifted(by), unshift(by))],
  ]),
  ['base64, among the code', among(base64, decode)],
  ['base64, last in the file', last(base64, decode)],
  ['as built: pairs of frequent and rare characters have changed places', script],
];
const alone = brotli(module);
const shim = brotli(shell);
console.log(`brotli 11: as built ${brotli(script)}; the module alone ${alone}, the script without it ${shim}`);
for (const [name, text] of ways.sort((a, b) => brotli(a[1]) - brotli(b[1]))) {
  const bytes = brotli(text);
  const more = (100 * (bytes - shim)) / alone - 100;
  console.log(`${String(bytes).padStart(6)}  ${name}; the module ${more < 0 ? '' : '+'}${more.toFixed(1)} %`);
}
