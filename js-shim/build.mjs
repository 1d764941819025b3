// Builds the JavaScript products into dist/ from js-shim/, the finished module
// and the C headers.
//   node js-shim/build.mjs
// DIST is where the module is and the products go, dist if there is none; DIALECTS and
// DESTINATIONS are those that the module has (wasm/build.mk).
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build, transform, transformSync } from 'esbuild';
import { minify } from 'terser';

const { DIST = 'dist', DIALECTS = '', DESTINATIONS = '1' } = process.env;

const text = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

// Codes and limits have one home, the C headers; in the shim their names stand
// for the numbers.
const constants = () => {
  const io = text('src/limits.h').match(/FH_IO_BYTES \((\d+) \* 1024\)/)[1] * 1024;
  const errors = text('src/errors.def').matchAll(/^FH_ERROR\((\w+), (-\d+),/gm);
  const enums = (text('src/firsthand.h') + text('src/outbox.h')).matchAll(/^ {2}(FH_[A-Z_]+) = (\d+)/gm);
  const [version] = text('src/version.h').match(/"[^"]+"/);
  const define = { FH_IO_BYTES: String(io), FH_VERSION: version, FH_TYPED: String(/\bsnowplow\b/.test(DIALECTS)), FH_DIALECTS: String(/\b(?!segment\b)\w/.test(DIALECTS)), FH_DESTINATIONS: DESTINATIONS };
  for (const [, name, value] of enums) define[name] = value;
  for (const [, name, code] of errors) define[`FH_ERR_${name}`] = code;
  return define;
};

// The debugger has the sentences, so that the agent need not, and its looks as text.
const words = () => {
  const lines = text('src/errors.def').matchAll(/^FH_ERROR\(\w+, -\d+, "(\w+)", "(.*)"\)$/gm);
  const sentences = Object.fromEntries(Array.from(lines, ([, reason, sentence]) => [reason, sentence]));
  const { code } = transformSync(text('js-shim/debug/panel.css'), { loader: 'css', minify: true, charset: 'utf8' });
  return { FH_SENTENCES: JSON.stringify(sentences), FH_STYLE: JSON.stringify(code.trim()) };
};

const binary = (file) => readFileSync(new URL(`../${file}`, import.meta.url));
const agent = binary(`${DIST}/firsthand.wasm`);

// The module as the text of a template, see unpack.js: of its 256 characters only four
// need an escape there.
const packed = (module, rare, spare) => {
  const text = module.toString('latin1').replaceAll(rare, spare).replaceAll('\0', rare);
  return { rare, spare, text: `\`${text.replace(/[\\`\r]|\$(?=\{)/g, (char) => (char === '\r' ? '\\r' : `\\${char}`))}\`` };
};

// What web-vitals listens by is bound to what can end it.
const VITALS = {
  inject: ['js-shim/auto/vitals-globals.js'],
  target: 'es2022', // the library needs no less
};

// The licence wants its owner named where the library is handed on.
const { version } = JSON.parse(text('node_modules/web-vitals/package.json'));
const NOTICE = `/*! with web-vitals ${version}, Google LLC, Apache-2.0 */\n`;

const bundle = async (entry, more) => {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: [entry],
    format: 'esm',
    bundle: true,
    write: false,
    charset: 'utf8',
    // What has WebAssembly's bulk memory and saturating conversions has these.
    target: ['chrome85', 'firefox79', 'safari15'],
    define: { ...constants(), ...words() },
    ...more,
  });
  return outputFiles[0].text;
};

// Names that Segment's snippet has given.
const SEGMENTS = ['_writeKey', '_loadOptions', '__t'];

// esbuild bundles; terser minifies, 90 bytes better of 9,000 (brotli), and
// shortens _private names. M will be the module.
const minified = async (code, options) =>
  (await minify(code, { compress: { passes: 3, unsafe_arrows: true }, mangle: { reserved: ['M'], properties: { regex: /^_/, reserved: SEGMENTS } }, ...options })).code;

// Of the characters that may stand for NUL the one that makes the first script with the
// module smallest: 10 to 30 bytes. The scripts after that take it too.
const ways = new Map();
const wayFor = (module, sizeOf) => {
  if (!ways.has(module)) {
    const count = (code) => module.reduce((sum, byte) => sum + (byte === code), 0);
    let spare = 128;
    while (module.includes(spare)) spare++; // at 256 it ends
    const codes = Array.from({ length: 94 }, (_, i) => i + 33).filter((code) => !'"$\\`'.includes(String.fromCharCode(code)));
    const rarest = codes.sort((a, b) => count(a) - count(b)).slice(0, 16);
    const all = rarest.map((code) => packed(module, String.fromCharCode(code), String.fromCharCode(spare)));
    const sizes = all.map(sizeOf);
    ways.set(module, all[sizes.indexOf(Math.min(...sizes))]);
  }
  return ways.get(module);
};

// The module, behind `code`, comes last: brotli packs the file 30 bytes smaller than
// with it among the code.
const withModule = (code, module) => {
  const put = ({ rare, spare, text }) => code.replaceAll('FH_MODULE', 'M').replaceAll('FH_RARE', rare).replace('FH_SPARE', spare) + text;
  return put(wayFor(module, (way) => brotliCompressSync(put(way)).length));
};

// A script whose module is the argument of its function, put in after terser, which
// would put it where it is used.
const asArgument = (script, module) => `${withModule(script.replace('()', 'FH_MODULE').replace(/\(\);$/, '('), module)})`;

const write = (file, contents) => writeFileSync(new URL(`../${DIST}/${file}`, import.meta.url), contents);

// For require(), where that cannot load a module (Jest, older Node).
const common = async (esm) => (await transform(esm, { format: 'cjs', charset: 'utf8', minify: true })).code;

// A byte order mark makes the script UTF-8 on pages and servers that say
// otherwise or nothing: the packed module depends on it. Chromium (136) is asked to compile
// all functions while it reads the script, beside the page's main thread, and not each on
// that when it is called.
const HEAD = '\ufeff//# allFunctionsCalledOnLoad\n';
const tag = await minified(`(() => {${await bundle('js-shim/script.js')}})()`, { ecma: 2020 });
write('firsthand.js', `${HEAD}${asArgument(tag, agent)}\n`);
const esm = withModule(`${await minified(await bundle('js-shim/index.js'), { ecma: 2020, module: true })}var FH_MODULE=`, agent);
write('firsthand.mjs', `${esm}\n`);
write('firsthand.cjs', await common(esm));
// Files that the agent loads where they are asked for. Those in WITH_MODULE have a module
// of their own (wasm/modules.mk).
const WITH_MODULE = ['stitch', 'plan'];
for (const part of ['bridge', 'debug', 'auto', 'twin', 'sync', ...WITH_MODULE]) {
  const code = await minified(`(() => {${await bundle(`js-shim/${part}/tag.js`)}})()`, { ecma: 2020 });
  const module = await minified(await bundle(`js-shim/${part}/index.js`, part === 'auto' ? VITALS : {}), { ecma: 2020, module: true });
  const own = WITH_MODULE.includes(part) && binary(`build/wasm/${part}.wasm`);
  const imported = own ? withModule(`${module}var FH_MODULE=`, own) : module;
  write(`firsthand.${part}.js`, own ? `\ufeff${asArgument(code, own)}\n` : `${code}\n`);
  write(`firsthand.${part}.mjs`, `${part === 'auto' ? NOTICE : ''}${imported}\n`);
  write(`firsthand.${part}.cjs`, await common(imported));
}
// Two files: the module comes by itself, and the stub is run, not only read.
const beside = (name) => ({ path: fileURLToPath(new URL(name, import.meta.url)), sideEffects: true });
const setup = ({ onResolve }) => {
  onResolve({ filter: /\/unpack\.js$/ }, () => beside('split/streamed.js'));
  onResolve({ filter: /\/snippet\.js$/ }, () => beside('snippet.js'));
};
const streamed = { plugins: [{ name: 'streamed', setup }] };
write('firsthand.split.js', `${HEAD}${await minified(`(() => {${await bundle('js-shim/split/script.js', streamed)}})()`, { ecma: 2020 })}\n`);
const vitals = await minified(`(() => {${await bundle('js-shim/auto/vitals-tag.js', VITALS)}})()`, { ecma: 2020 });
write('firsthand.vitals.js', `${NOTICE}${vitals}\n`);
// No line end: the budget is to the byte.
write('snippet.html', `<script>${(await minified(text('js-shim/snippet.js'), { ecma: 2020 })).replace(/;$/, '')}</script>`);

// For a page's integrity attributes, and whoever checks that a build is the same.
const products = readdirSync(new URL(`../${DIST}/`, import.meta.url)).filter((name) => /\.(c?m?js|wasm|html)$/.test(name)).sort();
const integrity = products.map((name) => {
  const bytes = binary(`${DIST}/${name}`);
  return [name, { integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`, bytes: bytes.length }];
});
write('integrity.json', `${JSON.stringify(Object.fromEntries(integrity), null, 2)}\n`);
