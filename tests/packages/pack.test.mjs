// The npm package: what the linters of packages say, and what a
// server gets that imports it. What is in it: tests/supply/contents.test.mjs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { bin, install, ROOT } from './packed.mjs';

let packed;
before(() => (packed = install('pack')));

const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json')));
// What code imports, as './bridge'; and of that, what is only there as an ES module.
const entries = Object.keys(exports).filter((name) => !/\*|\.json$/.test(name));
const onlyModules = entries.filter((name) => !exports[name].require);

test('each entry can be imported', () => {
  for (const name of entries) {
    const code = `import(${JSON.stringify(name.replace('.', 'firsthand'))}).then((all) => console.log(JSON.stringify(Object.keys(all).length > 0)))`;
    assert.equal(says('module', code), true, name);
  }
});

test('it depends on nothing and runs nothing when it is installed', () => {
  const { dependencies, peerDependencies, scripts } = JSON.parse(readFileSync(join(packed.dir, 'node_modules/firsthand/package.json')));
  assert.deepEqual([dependencies, peerDependencies, scripts], [undefined, undefined, undefined]);
});

test('publint has nothing to say', () => assert.match(bin('publint', [packed.tarball, '--strict']), /All good!/));

describe('attw: types are found, and those of what is loaded, in every mode of resolution', () => {
  const attw = (...flags) => bin('attw', [packed.tarball, '--no-emoji', '--no-color', ...flags]);
  test('as a module and by require()', () => assert.match(attw(...(onlyModules.length ? ['--exclude-entrypoints', ...onlyModules] : [])), /No problems found/));
  test('as a module only', { skip: onlyModules.length ? false : 'there are none' }, () =>
    assert.match(attw('--ignore-rules', 'cjs-resolves-to-esm', '--entrypoints', ...onlyModules), /No problems found/));
});

// What a server's code says, run as a process of its own, as a module and by require().
const IMPORT = "import { init } from 'firsthand'; import { bridge } from 'firsthand/bridge';";
const REQUIRE = "const { init } = require('firsthand'); const { bridge } = require('firsthand/bridge');";
const says = (type, code) =>
  JSON.parse(execFileSync(process.execPath, [`--input-type=${type}`, '-e', code], { cwd: packed.dir, encoding: 'utf8' }));

const CALLS = `
  const names = Object.keys(globalThis).join();
  const track = init({ key: 'k', endpoint: '/v1/batch' });
  const heard = [];
  (async () => {
    const { status, reason } = await track('Signed Up', { plan: 'pro' }, ({ reason }) => { heard.push(reason); throw new Error('no') });
    await track.ready(() => heard.push('ready'));
    await track.on('event', () => heard.push('event')).consent({ analytics: 'granted' }).flush();
    const paid = await track.when(Promise.reject(new Error('no')), 'Paid');
    console.log(JSON.stringify({
      status, reason, heard, paid: paid ?? null, bridge: bridge.name, id: track.user().id(), session: track.session(),
      globals: names === Object.keys(globalThis).join(),
    }));
  })();`;

describe('on a server', () => {
  const expected = { status: 'refused', reason: 'no_page', heard: ['no_page'], paid: null, bridge: 'bridge', id: null, session: null, globals: true };
  test('import, init and each call do nothing', () => assert.deepEqual(says('module', IMPORT + CALLS), expected));
  test('so by require()', () => assert.deepEqual(says('commonjs', REQUIRE + CALLS), expected));

  test('in a worker thread, too, which has no document either', () => {
    const code = `const { Worker } = require('worker_threads');
      new Worker(${JSON.stringify(REQUIRE + "require('worker_threads').parentPort.postMessage(typeof init({}).track)")}, { eval: true })
        .on('message', (message) => console.log(JSON.stringify(message)));`;
    assert.equal(says('commonjs', code), 'function');
  });
});

test('bundlers and copy scripts reach the files: firsthand/dist/…', () => {
  const code = `console.log(JSON.stringify(['firsthand.js', 'firsthand.bridge.js', 'snippet.html'].map((name) => require.resolve('firsthand/dist/' + name).split('node_modules/')[1])))`;
  assert.deepEqual(says('commonjs', code), ['firsthand/dist/firsthand.js', 'firsthand/dist/firsthand.bridge.js', 'firsthand/dist/snippet.html']);
});
