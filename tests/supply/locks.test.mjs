// What is fetched is what was chosen: exact versions, checksums, and no word of where
// somebody fetched it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { json, locked, nameIn, ROOT, text } from '../../scripts/supply.mjs';

const committed = (pattern) => execFileSync('git', ['ls-files', pattern], { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);
const locks = committed('*package-lock.json');
// Of an example a person makes an application, and chooses the versions.
const manifests = committed('*package.json').filter((file) => !file.startsWith('site-demo/examples/'));
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const asked = (manifest) => KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {}));

const EXACT = /^(npm:[@\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;

test('every lock file that is used is committed, and beside its package.json', () => {
  assert.ok(locks.length >= 12 && locks.includes('package-lock.json'), locks.join());
  for (const lock of locks) assert.ok(manifests.includes(lock.replace('package-lock', 'package')), lock);
  const workspaces = json('package.json').workspaces.map((dir) => `${dir}/package.json`);
  for (const file of manifests.filter((name) => !workspaces.includes(name)))
    if (asked(json(file)).length) assert.ok(locks.includes(file.replace('package.json', 'package-lock.json')), file);
});

for (const file of manifests)
  test(`${file} asks for exact versions`, () => {
    for (const [name, version] of asked(json(file))) assert.match(version, EXACT, name);
  });

for (const file of locks)
  describe(file, () => {
    const packages = locked(file);
    test('has a checksum for every package, none weaker than SHA-512', () => {
      assert.ok(packages.length > 0);
      for (const [path, { integrity, version }] of packages) {
        assert.match(integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, path);
        assert.match(version, EXACT, path);
      }
    });
    test('names no address', () => {
      for (const [path, { resolved }] of packages) assert.equal(resolved, undefined, path);
      // Funding pages and messages of deprecation name addresses, but nothing is fetched from them.
      const rest = json(file);
      for (const one of Object.values(rest.packages)) for (const said of ['funding', 'deprecated']) delete one[said];
      assert.doesNotMatch(JSON.stringify(rest), /\bhttps?:|\bgit\+|\bfile:|localhost|\d+\.\d+\.\d+\.\d+/);
    });
    test('runs nothing at installation but what is allowed', () => {
      const allowed = Object.keys(json('package.json').allowScripts);
      const scripted = packages.filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional).map(([path]) => nameIn(path));
      // All other folders are installed with --ignore-scripts (NPM_CI).
      if (file === 'package-lock.json') assert.deepEqual([...new Set(scripted)].sort(), allowed.sort());
    });
    test('has what its package.json asks for', () => {
      const root = json(file).packages[''];
      const manifest = json(file.replace('package-lock', 'package'));
      for (const kind of KINDS) assert.deepEqual(root[kind] ?? {}, manifest[kind] ?? {}, kind);
    });
  });

test('the folders of the tests are installed without scripts', () => {
  const makefiles = ['Makefile', ...committed('*.mk')].map((file) => text(file));
  const installs = makefiles.join('\n').split('\n').filter((line) => /\bnpm (ci|install|i)\b/.test(line) && !line.startsWith('#'));
  assert.ok(installs.length > 0);
  for (const line of installs) assert.match(line, /npm ci --ignore-scripts/);
});

test('cJSON is pinned by SHA-256, both files of each version', () => {
  const lines = text('scripts/cjson.sha256').trim().split('\n').map((line) => /^([0-9a-f]{64}) {2}(\S+)\/(cJSON\.[ch])$/.exec(line));
  assert.ok(lines.length >= 2 && lines.every(Boolean));
  for (const version of new Set(lines.map(([, , one]) => one)))
    assert.deepEqual(lines.filter(([, , one]) => one === version).map(([, , , file]) => file).sort(), ['cJSON.c', 'cJSON.h'], version);
});
