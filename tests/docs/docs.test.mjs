// What the documents say of files, targets, exports, sizes and limits is so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { apiPage } from '../../scripts/api.mjs';
import { documents, errorsPage, refreshed } from '../../scripts/docs.mjs';
import { sizesOf } from '../../scripts/size.mjs';
import { DOCUMENTS, fences, read, ROOT } from './fences.mjs';

const withoutFences = (markdown) => markdown.replace(/^ *```[^]*?^ *```$/gm, '');

describe('links', () => {
  for (const file of DOCUMENTS) {
    test(file, () => {
      const links = Array.from(withoutFences(read(file)).matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, path]) => path);
      const broken = links.filter((path) => !existsSync(join(ROOT, dirname(file), path)));
      assert.deepEqual(broken, []);
    });
  }
});

describe('make targets', () => {
  const included = Array.from(read('Makefile').matchAll(/^include (\S+)$/gm), ([, file]) => file);
  const makefiles = ['Makefile', ...included].map(read).join('\n');
  const targets = new Set(Array.from(makefiles.matchAll(/^([a-z][a-z-]*):/gm), ([, target]) => target));
  for (const file of DOCUMENTS) {
    test(file, () => {
      const commands = fences(read(file)).filter(({ language }) => language === 'sh').map(({ code }) => code).join('');
      const spans = Array.from(withoutFences(read(file)).matchAll(/`([^`]+)`/g), ([, code]) => code).join('\n');
      const named = Array.from(`${commands}\n${spans}`.matchAll(/^make ([a-z][a-z-]*)/gm), ([, target]) => target);
      assert.deepEqual(named.filter((target) => !targets.has(target)), []);
    });
  }
});

describe('what is generated is fresh (else: make docs)', () => {
  for (const file of documents) test(file, () => assert.equal(read(file), refreshed(read(file), Infinity)));
  test('docs/ERRORS.md', () => assert.equal(read('docs/ERRORS.md'), errorsPage()));
  test('docs/API.md', () => assert.equal(read('docs/API.md'), apiPage()));
  test('docs/ERRORS.md has every line of errors.def', () => {
    const reasons = Array.from(read('src/errors.def').matchAll(/^FH_ERROR\(.*?"(\w+)"/gm), ([, reason]) => reason);
    assert.equal(reasons.length, Number(/FH_ERRORS = (\d+)/.exec(read('src/errors.h'))[1]));
    assert.deepEqual(reasons.filter((reason) => !errorsPage().includes(`\`${reason}\``)), []);
  });
});

test('docs/ABI.md describes each export of exports.txt, with its signature, and no other', () => {
  const described = Array.from(read('docs/ABI.md').matchAll(/^\| `(\w+(?: \(.*?\) -> \w+)?)` \|/gm), ([, name]) => name);
  const golden = read('wasm/exports.txt').trim().split('\n');
  const exports = described.filter((name) => name === 'memory' || name.includes('('));
  assert.deepEqual(exports.sort(), golden.sort());
});

test('README.md names the browsers that the script is built for', () => {
  const [, list] = read('js-shim/build.mjs').match(/target: \[(.*?)\]/);
  const targets = Array.from(list.matchAll(/'([a-z]+)(\d+)'/g), ([, name, version]) => `${name} ${version}`);
  const [said] = read('README.md').match(/It is built for [^]*?, and later/);
  assert.deepEqual(targets.filter((target) => !said.toLowerCase().replace(' and edge', '').includes(target)), []);
});

test('docs/WIRE.md describes each member of the batch and of the ledger', () => {
  const wire = read('docs/WIRE.md');
  const { code } = fences(wire).find(({ language }) => language === 'json');
  const { batch: [event], firsthand, ...envelope } = JSON.parse(code);
  const names = [...Object.keys(envelope), ...Object.keys(event), ...Object.keys(firsthand), 'batch', 'firsthand'];
  names.push(...Object.keys(event.context.page), ...Object.keys(event.context));
  const missing = names.filter((name) => !new RegExp(`\`(context\\.)?${name}\``).test(wire));
  assert.deepEqual(missing, []);
});

// The README gives the sizes that the tools of wasm/toolchain.txt make. Newer
// ones may make less of it, which is no untruth.
const sameTools = () => {
  const [built] = read('wasm/toolchain.txt').match(/(?<=^emcc +)\S+/m);
  return execFileSync('emcc', ['--version'], { encoding: 'utf8' }).split('\n')[0].includes(` ${built} `);
};

describe('sizes are those of make size, within 2 % (else: make docs)', () => {
  const claims = [...read('README.md').matchAll(/`(dist\/[\w.]+)`,?\s+is\s+([\d,]+)\s+bytes\s+\((\w+)\)/g)];
  test('README.md says three', () => assert.equal(claims.length, 3));
  for (const [, product, said, how] of claims) {
    test(`${product}, ${how}`, () => {
      const bytes = sizesOf(readFileSync(ROOT + product))[how];
      const off = bytes - Number(said.replace(/,/g, ''));
      const holds = off <= bytes * 0.02 && (off >= -bytes * 0.02 || !sameTools());
      assert.ok(holds, `${said} are said, ${bytes} are measured`);
    });
  }
});

describe('limits are those of src/limits.h', () => {
  const limits = {};
  for (const [, name, value] of read('src/limits.h').matchAll(/^#define (FH_\w+) +(.*)$/gm)) limits[name] = value;
  const valueOf = (name) => {
    const sum = limits[name].replace(/FH_\w+/g, valueOf);
    assert.match(sum, /^[\d\s()+*]+$/);
    return Function(`return ${sum}`)();
  };
  for (const file of ['README.md', 'docs/ABI.md', 'docs/WIRE.md']) {
    test(file, () => {
      for (const [, number, unit, name] of read(file).matchAll(/([\d,]+) ?(KB|bytes|events)? `(FH_[A-Z_]+)`/g)) {
        if (!(name in limits)) continue; // a constant of firsthand.h
        const said = Number(number.replace(/,/g, '')) * (unit === 'KB' ? 1024 : 1);
        assert.equal(said, valueOf(name), name);
      }
    });
  }
});

test('each constant is said with its value in docs/ABI.md', () => {
  const constants = Array.from((read('src/firsthand.h') + read('src/outbox.h')).matchAll(/\b(FH_[A-Z_]+)(?: =)? (\d+)\b/g));
  const abi = read('docs/ABI.md');
  for (const [, name, value] of constants) {
    for (const [, said] of abi.matchAll(new RegExp(`\`${name}\` (\\d+)`, 'g'))) assert.equal(said, value, name);
  }
});

test('README says how many shapes of calls there are', () => {
  const folder = new URL('../cases/calls/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const shapes = files.flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')).shapes);
  assert.match(read('README.md'), new RegExp(`\\b${shapes.length} shapes of calls`));
});
