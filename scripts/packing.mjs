// Measures how the module is best carried inside the script: what each way
// would make of the built dist/firsthand.js, under brotli 11.
// docs/ARCHITECTURE.md quotes it.
//   node scripts/packing.mjs
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const script = readFileSync(new URL('../dist/firsthand.js', import.meta.url), 'utf8');
const module = readFileSync(new URL('../dist/firsthand.wasm', import.meta.url));

const brotli = (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
const charsOf = (by) => Array.from(module, (byte) => String.fromCharCode(byte + by)).join('');
const escapes = { '\r': '\\r', '\0': '\\0' };
const template = (text, escaped) => `\`${text.replace(escaped, (char) => escapes[char] ?? `\\${char}`)}\``;

const shifted = (by) => JSON.stringify(charsOf(by));
const unshift = (by) => (text) => `new Uint8Array(${text}.length).map((e,t)=>${text}.charCodeAt(t)-${by})`;
const browsers = (text) => `Uint8Array.fromBase64?Uint8Array.fromBase64(btoa(${text})):new Uint8Array(${text}.length).map((e,t)=>${text}.charCodeAt(t))`;
const decode = (text) => `Uint8Array.from(atob(${text}),e=>e.charCodeAt())`;

// What js-shim/build.mjs has made, with HERE where the module is unpacked, and
// without the literal that is last.
const HERE = '@@';
const start = script.indexOf('(M=>');
const end = script.lastIndexOf('})(`') + 1; // in the literal a backslash is before the quote
const [head, body] = [script.slice(0, start), script.slice(start + '(M=>'.length, end)];
const UNPACK = /const (\w)=M\.replaceAll\(.{10,40}\),\{fromBase64:(\w)\}=Uint8Array;return \2\?\2\(btoa\(\1\)\):new Uint8Array\(\1\.length\)\.map\(\(\w,\w\)=>\1\.charCodeAt\(\w\)\)/;
if (!UNPACK.test(body)) throw new Error('dist/firsthand.js does not carry dist/firsthand.wasm as this script knows it');
const shell = body.replace(UNPACK, `return ${HERE}`);

const last = (literal, unpack) => `${head}(M=>${shell.replace(HERE, () => unpack('M'))})(${literal})\n`;

const ways = [
  ['a template, NUL escaped', last(template(charsOf(0), /[\\`\r\0]|\$(?=\{)/g), browsers)],
  ['a template, NUL as it is', last(template(charsOf(0), /[\\`\r]|\$(?=\{)/g), browsers)],
  ['one character a byte, 35 added, so that none needs an escape', last(shifted(35), unshift(35))],
  ['base64', last(JSON.stringify(module.toString('base64')), decode)],
  ['as built: a template, another character for NUL', script],
];
const alone = brotli(module);
const shim = brotli(last('', () => 'M'));
console.log(`brotli 11: as built ${brotli(script)}; the module alone ${alone}, the script without it ${shim}`);
for (const [name, text] of ways.sort((a, b) => brotli(a[1]) - brotli(b[1]))) {
  const bytes = brotli(text);
  const more = (100 * (bytes - shim)) / alone - 100;
  console.log(`${String(bytes).padStart(6)}  ${name}; the module ${more < 0 ? '' : '+'}${more.toFixed(1)} %`);
}
