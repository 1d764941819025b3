// What `make dist` gives is the same wherever it is built, and small enough.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from '../run/suite.mjs';

const makefiles = readdirSync(join(root, 'tests')).filter((name) => name.endsWith('.mk')).map((name) => `tests/${name}`);
const SOURCES = ['Makefile', 'package.json', 'src', 'wasm', 'js-shim', 'scripts', ...makefiles];
const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Builds in `folder` from a copy of the sources; the sha256 of all that is then in dist/. */
async function buildIn(folder) {
  mkdirSync(folder, { recursive: true });
  for (const source of SOURCES) cpSync(join(root, source), join(folder, source), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  // An outer make must not lend its flags and its jobs to this one.
  const { MAKEFLAGS, MAKELEVEL, MFLAGS, ...env } = process.env;
  env.CJSON_DIR = join(root, 'build/cjson');
  env.BINARYEN_DIR = join(root, 'build/twin/node_modules/binaryen');
  await promisify(execFile)('make', ['-s', '-C', folder, 'dist/firsthand.js', 'dist/firsthand.server.wasm'], { env });
  return readdirSync(join(folder, 'dist')).sort().map((product) => `${sha256(join(folder, 'dist', product))} ${product}`);
}

test('two builds in two folders give the same bytes', async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'firsthand-'));
  t.after(() => rmSync(place, { recursive: true }));
  const folders = [join(place, 'a'), join(place, 'another-folder', 'deeper')];
  const [one, other] = await Promise.all(folders.map(buildIn));
  assert.deepEqual(one, other);
  const built = one.map((line) => line.split(' ')[1]);
  const products = readdirSync(join(root, 'dist')).filter((name) => !name.includes('.d.') && name !== 'sbom');
  assert.deepEqual(products.filter((name) => !built.includes(name)), [], 'is in dist/, and was not compared');
});

test('integrity.json says of each product what it is', () => {
  const said = JSON.parse(readFileSync(join(root, 'dist/integrity.json'), 'utf8'));
  const products = readdirSync(join(root, 'dist')).filter((name) => /\.(c?m?js|wasm|html)$/.test(name));
  assert.deepEqual(Object.keys(said), products.sort());
  for (const [name, { integrity, bytes }] of Object.entries(said)) {
    const content = readFileSync(join(root, 'dist', name));
    assert.equal(integrity, `sha384-${createHash('sha384').update(content).digest('base64')}`, name);
    assert.equal(bytes, content.length, name);
  }
});

const size = {
  raw: (bytes) => bytes.length,
  gzip: (bytes) => gzipSync(bytes, { level: 9 }).length,
  brotli: (bytes) =>
    brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
    }).length,
};

const bounds = (name) => JSON.parse(readFileSync(join(root, `wasm/${name}.json`), 'utf8'));
const debts = bounds('debt'); // what is over its budget, and by how much it may be

const hasAtMost = (file, encoding, most, options) =>
  test(`${file} has at most ${most} bytes (${encoding})`, options, () => {
    const bytes = size[encoding](readFileSync(join(root, file)));
    assert.ok(bytes > 0 && bytes <= most, `${bytes} bytes`);
  });

for (const [file, budget] of Object.entries(bounds('budget'))) {
  for (const [encoding, most] of Object.entries(budget)) {
    const debt = debts[file]?.[encoding];
    hasAtMost(file, encoding, most, { todo: debt && 'over its budget: wasm/debt.json' });
    if (debt) hasAtMost(file, encoding, debt, {});
  }
}
