// The types as an application sees them: good/ compiles, each line of wrong/ that
// says so does not, and for the reason it gives; by the oldest TypeScript that is
// meant and by the newest.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { apiPage, declarations, membersOf, nameOf } from '../../scripts/api.mjs';
import { bin, install, ROOT } from '../packages/packed.mjs';

const COMPILERS = { '5.9': 'typescript', '7.0': 'typescript-7' };

let packed;
let dir;
before(() => {
  packed = install('types');
  dir = packed.app('app', 'tests/types');
});

const sources = (folder) => readdirSync(join(ROOT, 'tests/types', folder)).map((name) => `${folder}/${name}`);

/** What a compiler has to say of some files: [{ file, line, code, text }]. */
const complaints = (compiler, files, options = {}) => {
  const config = {
    compilerOptions: {
      strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noUnusedLocals: true, noEmit: true, skipDefaultLibCheck: true,
      target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], module: 'esnext', moduleResolution: 'bundler', types: [],
      ...options,
    },
    files,
  };
  const project = join(dir, `tsconfig-${compiler}.json`);
  writeFileSync(project, JSON.stringify(config));
  let out = '';
  try {
    bin(`../${compiler}/bin/tsc`, ['--pretty', 'false', '-p', project], { cwd: dir });
  } catch (error) {
    out = error.message;
    assert.match(out, /error TS/, out);
  }
  return Array.from(out.matchAll(/^(\S+?)\((\d+),\d+\): error (TS\d+): (.*)$|^error (TS\d+: .*)$/gm), ([all, file, line, code, text]) =>
    file ? { file, line: Number(line), code, text } : { text: all });
};

for (const [version, compiler] of Object.entries(COMPILERS)) {
  describe(`TypeScript ${version}`, () => {
    test('good code compiles, and in wrong code each line that should not does not', () => {
      assert.deepEqual(complaints(compiler, [...sources('good'), ...sources('wrong')]), []);
    });

    test('without those comments it is each of these lines that does not, and no other', () => {
      const expected = [];
      const bare = sources('wrong').map((file) => {
        const name = file.replace('.', '-bare.');
        const lines = readFileSync(join(dir, file), 'utf8').split('\n');
        for (const [i, line] of lines.entries()) if (line.includes('@ts-expect-error')) expected.push(`${name}:${i + 2}`);
        writeFileSync(join(dir, name), lines.map((line) => line.replace('@ts-expect-error', '')).join('\n'));
        return name;
      });
      const found = complaints(compiler, bare).map(({ file, line }) => `${file}:${line}`);
      assert.ok(expected.length >= 40, `${expected.length} wrong lines`);
      assert.deepEqual(found.sort(), expected.sort());
    });

    test("with Node's own resolution, as a module and by require()", () => {
      const node = { module: 'nodenext', moduleResolution: 'nodenext' };
      writeFileSync(join(dir, 'a.mts'), "import { init, type Firsthand } from 'firsthand';\nexport const track: Firsthand = init({ key: 'k', endpoint: '/e' });\n");
      writeFileSync(join(dir, 'b.cts'), "import { init } from 'firsthand';\nimport { bridge } from 'firsthand/bridge';\nexport const both = [init, bridge];\n");
      assert.deepEqual(complaints(compiler, ['a.mts', 'b.cts'], node), []);
    });
  });
}

test('the React example compiles, and does not with an event misspelt', () => {
  const example = packed.app('react', 'site-demo/examples/react');
  const tsc = () => bin('../typescript-7/bin/tsc', ['--pretty', 'false', '-p', '.'], { cwd: example });
  tsc();
  const app = join(example, 'src/App.tsx');
  writeFileSync(app, readFileSync(app, 'utf8').replace("'Product Added'", "'Product Aded'"));
  assert.throws(tsc, /App\.tsx\(\d+,\d+\): error TS\d+/);
});

// docs/API.md is made of the text of the types; here is what TypeScript reads in it.
describe('docs/API.md has what TypeScript reads', () => {
  const ts = createRequire(join(ROOT, 'build/packages/'))('typescript');
  const exportsOf = (file) => {
    const program = ts.createProgram([file], { strict: true, skipDefaultLibCheck: true });
    const checker = program.getTypeChecker();
    return checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file))).map((symbol) => {
      const type = symbol.flags & ts.SymbolFlags.Interface && checker.getDeclaredTypeOfSymbol(symbol);
      return { name: symbol.name, members: type ? [...(symbol.members?.keys() ?? [])].map(String).filter((name) => /^[a-z]\w*$/i.test(name)) : [] };
    });
  };
  const page = apiPage();
  for (const file of ['js-shim/firsthand.d.ts', 'js-shim/bridge/firsthand.bridge.d.ts']) {
    test(file, () => {
      const part = page.slice(page.indexOf(`(../${file})`)).split(/^## /m)[0];
      const sections = part.split(/^### /m);
      for (const { name, members } of exportsOf(join(ROOT, file))) {
        const section = sections.find((text) => text.startsWith(`${name}\n`));
        assert.ok(section, `${name} is in docs/API.md`);
        const parameters = new Set(['E', 'N']); // of types
        for (const member of members.filter((one) => !parameters.has(one) && one !== 'Events'))
          assert.match(section, new RegExp(`^(?:####|\\|) .*\`${member}\\??\``, 'm'), `${name}.${member} is in docs/API.md`);
      }
    });
  }
});

/** The calls that a page has, by the types. */
const verbs = () => {
  const all = declarations(readFileSync(join(ROOT, 'js-shim/firsthand.d.ts'), 'utf8')).map(({ codes }) => codes[0]);
  const body = all.find((code) => nameOf(code) === 'Firsthand');
  return membersOf(body).flatMap(({ codes }) => codes.map(nameOf)).filter(Boolean);
};

test('where there is no page, a track has each call that the types name', async () => {
  const { init } = await import('firsthand');
  const track = init({ key: 'k', endpoint: '/e' });
  assert.deepEqual(verbs().filter((name) => !(name in track)), []);
});

test('docs/MIGRATING.md names calls, options and ids that there are', () => {
  const guide = readFileSync(join(ROOT, 'docs/MIGRATING.md'), 'utf8');
  const known = verbs();
  for (const [, verb] of guide.matchAll(/\btrack\.(\w+)\(/g)) assert.ok(known.includes(verb), `track.${verb}`);
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const [option] of guide.matchAll(/\bdata-[a-z-]+/g)) assert.ok(readme.includes(option) || option === 'data-domain', option);
  const bridge = readFileSync(join(ROOT, 'docs/BRIDGE.md'), 'utf8');
  for (const [, peer] of guide.matchAll(/data-adopt="(\w+)"/g)) assert.ok(bridge.includes(`| \`${peer}\` |`), peer);
});
