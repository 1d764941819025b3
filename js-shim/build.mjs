// Builds the JavaScript products into dist/ from js-shim/, the finished module
// and the C headers.
//   node js-shim/build.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const text = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

// Codes and limits have one home, the C headers; here they become constants.
const codes = () => {
  const errors = text('src/errors.def').matchAll(/^FH_ERROR\((\w+), (-\d+),/gm);
  const enums = (text('src/firsthand.h') + text('src/outbox.h')).matchAll(/^ {2}(FH_[A-Z_]+) = (\d+)/gm);
  const io = text('src/limits.h').match(/FH_IO_BYTES \((\d+) \* 1024\)/)[1] * 1024;
  const constants = [['FH_IO_BYTES', io]];
  for (const [, name, value] of enums) constants.push([name, value]);
  for (const [, name, code] of errors) constants.push([`FH_ERR_${name}`, code]);
  return constants.map(([name, value]) => `export const ${name} = ${value};`).join('\n');
};

// See unpack in core.js.
const packedModule = () => {
  const bytes = readFileSync(new URL('../dist/firsthand.wasm', import.meta.url));
  return `export default ${JSON.stringify(Array.from(bytes, (byte) => String.fromCharCode(byte + 35)).join(''))};`;
};

const virtual = { 'firsthand:codes': codes, 'firsthand:module': packedModule };
const firsthand = {
  name: 'firsthand',
  setup(on) {
    on.onResolve({ filter: /^firsthand:/ }, ({ path }) => ({ path, namespace: 'firsthand' }));
    on.onLoad({ filter: /.*/, namespace: 'firsthand' }, ({ path }) => ({ contents: virtual[path]() }));
  },
};

const root = new URL('..', import.meta.url).pathname;
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  charset: 'utf8',
  mangleProps: /^_/,
  // What has WebAssembly bulk memory and saturating conversions has these.
  target: ['chrome85', 'firefox79', 'safari15'],
  plugins: [firsthand],
  legalComments: 'none',
};

await build({
  ...common,
  entryPoints: ['js-shim/tag.js'],
  format: 'iife',
  // A byte order mark makes the file UTF-8 on pages and servers that say
  // otherwise or nothing: the packed module depends on it.
  banner: { js: '\ufeff' },
  outfile: 'dist/firsthand.js',
});
await build({ ...common, entryPoints: ['js-shim/index.js'], format: 'esm', outfile: 'dist/firsthand.mjs' });

const { outputFiles } = await build({
  ...common,
  entryPoints: ['js-shim/snippet.js'],
  target: 'es5',
  bundle: false,
  write: false,
});
writeFileSync(new URL('../dist/snippet.html', import.meta.url), `<script>${outputFiles[0].text.trim()}</script>\n`);
