// Builds the JavaScript products into dist/ from js-shim/, the finished module
// and the C headers.
//   node js-shim/build.mjs
// DIST is where the module is and the products go, dist if there is none; DIALECTS are
// those that the module has (wasm/build.mk).
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';

const { DIST = 'dist', DIALECTS = '' } = process.env;

const text = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

// Codes and limits have one home, the C headers; in the shim their names stand
// for the numbers.
const constants = () => {
  const io = text('src/limits.h').match(/FH_IO_BYTES \((\d+) \* 1024\)/)[1] * 1024;
  const errors = text('src/errors.def').matchAll(/^FH_ERROR\((\w+), (-\d+),/gm);
  const enums = (text('src/firsthand.h') + text('src/outbox.h')).matchAll(/^ {2}(FH_[A-Z_]+) = (\d+)/gm);
  const define = { FH_IO_BYTES: String(io), FH_TYPED: String(/\bsnowplow\b/.test(DIALECTS)) };
  for (const [, name, value] of enums) define[name] = value;
  for (const [, name, code] of errors) define[`FH_ERR_${name}`] = code;
  return define;
};

const module = readFileSync(new URL(`../${DIST}/firsthand.wasm`, import.meta.url));

// The module as text, see unpack in core.js.
const packed = (offset) => JSON.stringify(Array.from(module, (byte) => String.fromCharCode(byte + offset)).join(''));

const bundle = async (entry) => {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: [entry],
    format: 'esm',
    bundle: true,
    write: false,
    charset: 'utf8',
    // What has WebAssembly's bulk memory and saturating conversions has these.
    target: ['chrome85', 'firefox79', 'safari15'],
    define: constants(),
  });
  return outputFiles[0].text;
};

// esbuild bundles; terser minifies, 90 bytes better of 9,000 (brotli), and
// shortens _private names.
const minified = async (code, options) =>
  (await minify(code, { compress: { passes: 3, unsafe_arrows: true }, mangle: { properties: { regex: /^_/ } }, ...options })).code;

// The module comes last: brotli packs the file 25 bytes smaller than with it
// among the code. The offset that packs best is taken: 10 to 40 bytes.
const withModule = async (code, options) => {
  const small = await minified(code, options);
  const filled = (offset) => small.replace('FH_OFFSET', offset).replace('"FH_MODULE"', () => packed(offset));
  const size = (offset) => brotliCompressSync(filled(offset)).length;
  const [best] = [35, 36, 37, 38, 39, 40, 41, 42].sort((a, b) => size(a) - size(b));
  return `${filled(best)}\n`;
};

const write = (file, contents) => writeFileSync(new URL(`../${DIST}/${file}`, import.meta.url), contents);

// A byte order mark makes the script UTF-8 on pages and servers that say
// otherwise or nothing: the packed module depends on it.
const script = await withModule(`((FH_MODULE) => {${await bundle('js-shim/tag.js')}})("FH_MODULE")`, { ecma: 2020 });
write('firsthand.js', `\ufeff${script}`);
const esm = await withModule(`${await bundle('js-shim/index.js')}; var FH_MODULE = "FH_MODULE"`, { ecma: 2020, module: true });
write('firsthand.mjs', esm);
const bridge = await minified(`(() => {${await bundle('js-shim/bridge/tag.js')}})()`, { ecma: 2020 });
write('firsthand.bridge.js', `${bridge}\n`);
write('firsthand.bridge.mjs', `${await minified(await bundle('js-shim/bridge/index.js'), { ecma: 2020, module: true })}\n`);
// No line end: the budget is to the byte.
write('snippet.html', `<script>${(await minified(text('js-shim/snippet.js'), { ecma: 2020 })).replace(/;$/, '')}</script>`);
