// The arrows point inward: site-demo -> relay, js-shim -> wasm -> src; and src
// knows neither its target nor a clock, a random source or an allocator.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { root } from '../run/suite.mjs';

const text = (file) => readFileSync(root + file, 'utf8');
const filesIn = (folder, pattern) =>
  readdirSync(root + folder).filter((name) => pattern.test(name)).map((name) => `${folder}/${name}`);

const withoutComments = (code) => code.replace(/\/\*[^]*?\*\/|\/\/.*/g, ' ');
const core = filesIn('src', /\.(c|h|def)$/);

const C_LIBRARY = ['stdbool.h', 'stddef.h', 'stdint.h', 'string.h'];
const FOR_CJSON = ['stdio.h', 'stdlib.h', 'cJSON.c']; // only in json.c, which binds what cJSON calls

const includes = (file) =>
  [...withoutComments(text(file)).matchAll(/^\s*#\s*include\s*([<"])(.+)[>"]/gm)].map(([, mark, name]) => ({ mark, name }));

const imports = (file) =>
  [...text(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, name]) => name);

test('src/ includes only src/ and the C library', () => {
  for (const file of core) {
    for (const { mark, name } of includes(file)) {
      const own = mark === '"' && existsSync(`${root}src/${name}`);
      const allowed = own || (mark === '<' && C_LIBRARY.includes(name)) ||
        (file === 'src/json.c' && FOR_CJSON.includes(name));
      assert.ok(allowed, `${file} includes ${name}`);
    }
  }
});

test('src/ has no circle of includes', () => {
  const visit = (file, trail) => {
    assert.ok(!trail.includes(file), [...trail, file].join(' -> '));
    for (const { name } of includes(file))
      if (existsSync(`${root}src/${name}`)) visit(`src/${name}`, [...trail, file]);
  };
  for (const file of core) visit(file, []);
});

test('each C file includes its own header first', () => {
  for (const file of core.filter((name) => name.endsWith('.c') && name !== 'src/agent.c'))
    assert.equal(includes(file)[0].name, posix.basename(file).replace('.c', '.h'), file);
});

test('wasm/ includes only headers of src/, its own and the C library', () => {
  for (const file of filesIn('wasm', /\.[ch]$/))
    for (const { name } of includes(file)) {
      const own = existsSync(`${root}wasm/${name}`) || (file === 'wasm/abi.c' ? name === 'firsthand.h' : existsSync(`${root}src/${name}`));
      assert.ok(own || C_LIBRARY.includes(name), `${file} includes ${name}`);
    }
});

test('src/ names no target, clock, random source, allocator or output', () => {
  const banned = {
    target: /emscripten|__wasm|EXPORT_NAME|export_name|\b(?:window|document|navigator)\b/i,
    clock: /\b(?:time\.h|clock\s*\(|time\s*\(|gettimeofday|clock_gettime)/,
    random: /\bs?rand(?:om)?\s*\(|arc4random|getrandom|getentropy/,
    allocator: /\b(?:malloc|calloc|realloc|free|alloca)\b/,
    output: /\b(?:f?printf|fopen|puts|fputs|write)\s*\(/,
  };
  for (const file of core) {
    for (const [what, pattern] of Object.entries(banned)) {
      if (what === 'allocator' && file === 'src/json.c') continue; // binds cJSON's to the arena
      const code = withoutComments(text(file)).replace(/"(?:[^"\\\n]|\\.)*"/g, '""'); // names of an event's members are none of a target
      assert.doesNotMatch(code, pattern, `${file}: ${what}`);
    }
    assert.doesNotMatch(text(file), /emscripten/i, `${file}, also in its comments`);
  }
});

test('js-shim imports only js-shim', () => {
  const shim = filesIn('js-shim', /\.js$/);
  assert.ok(shim.length > 5);
  for (const file of shim)
    for (const name of imports(file))
      assert.ok(name.startsWith('firsthand:') || (/^\.\/[\w-]+\.js$/.test(name) && shim.includes(posix.join('js-shim', name))), `${file} imports ${name}`);
});

// Products of their own: what they shared with the agent would be shipped twice.
for (const folder of ['js-shim/bridge', 'js-shim/debug']) {
  test(`${folder} imports only itself, and nothing else imports it`, () => {
    const own = filesIn(folder, /\.js$/);
    assert.ok(own.length > 5);
    for (const file of own)
      for (const name of imports(file)) assert.ok(/^\.\/[\w-]+\.js$/.test(name) && own.includes(posix.join(folder, name)), `${file} imports ${name}`);
  });
}

test('js-shim/auto imports only itself, and web-vitals in one file', () => {
  const auto = filesIn('js-shim/auto', /\.js$/);
  assert.ok(auto.length > 15);
  for (const file of auto)
    for (const name of imports(file))
      assert.ok((/^\.\/[\w-]+\.js$/.test(name) && auto.includes(posix.join('js-shim/auto', name))) || (/^web-vitals\//.test(name) && file.endsWith('/vitals.js')), `${file} imports ${name}`);
});

test('js-shim/stitch imports only itself, and what unpacks a module in one file', () => {
  const own = filesIn('js-shim/stitch', /\.js$/);
  assert.ok(own.length > 5);
  for (const file of own)
    for (const name of imports(file))
      assert.ok((/^\.\/[\w-]+\.js$/.test(name) && own.includes(posix.join('js-shim/stitch', name))) || (name === '../unpack.js' && file.endsWith('/core.js')), `${file} imports ${name}`);
});

test('js-shim/sync imports only itself', () => {
  const own = filesIn('js-shim/sync', /\.js$/);
  assert.ok(own.length > 4);
  for (const file of own) for (const name of imports(file)) assert.ok(own.includes(posix.join('js-shim/sync', name)), `${file} imports ${name}`);
});

// It is in the package, with the core that it calls.
test('server imports itself, Node, and the core of the relay', () => {
  const files = filesIn('server', /\.mjs$/);
  assert.ok(files.length >= 3);
  for (const file of files)
    for (const name of imports(file)) assert.ok(name.startsWith('node:') || name === 'firsthand/server' || name === '../relay/core.mjs' || files.includes(posix.join('server', name)), `${file} imports ${name}`);
  const packed = JSON.parse(text('package.json')).files;
  assert.ok(['server', 'relay/core.mjs', 'relay/firsthand.server.wasm'].every((name) => packed.includes(name)));
});

test('the demo shop: pages import pages, its server besides them the relay and firsthand/server', () => {
  const pages = ['shop', 'pages', 'live', 'browse'].flatMap((folder) => filesIn(`site-demo/${folder}`, /\.js$/));
  const server = filesIn('site-demo/server', /\.mjs$/);
  assert.ok(pages.length > 20 && server.length >= 5);
  for (const file of pages)
    for (const name of imports(file)) assert.ok(pages.includes(posix.join(posix.dirname(file), name)), `${file} imports ${name}`);
  for (const file of server)
    for (const name of imports(file)) {
      const path = posix.join('site-demo/server', name);
      assert.ok(name.startsWith('node:') || ['firsthand/server', '../../relay/index.mjs'].includes(name) || [...pages, ...server].includes(path), `${file} imports ${name}`);
    }
});

test('the relay imports neither js-shim nor src', () => {
  const relay = filesIn('relay', /\.m?js$/);
  assert.ok(relay.length > 5);
  for (const file of relay)
    for (const name of imports(file)) {
      const path = name.startsWith('.') ? posix.join('relay', name) : name;
      assert.doesNotMatch(path, /^(?:js-shim|src|wasm|site-demo)\/|^firsthand(?:\/|$)/, `${file} imports ${name}`);
    }
});

test('the command line imports itself, Node and the plan checker', () => {
  const cli = filesIn('cli', /\.mjs$/);
  assert.ok(cli.length > 4);
  for (const file of cli)
    for (const name of imports(file)) {
      const path = posix.join(posix.dirname(file), name);
      if (file === 'cli/types.mjs' && name === 'firsthand') continue; // stands in what it writes
      assert.ok(name.startsWith('node:') || cli.includes(path) || path === 'dist/firsthand.plan.mjs', `${file} imports ${name}`);
    }
});

test('js-shim/plan imports itself, and what unpacks a module', () => {
  const plan = filesIn('js-shim/plan', /\.js$/);
  for (const file of plan)
    for (const name of imports(file)) assert.ok(name === '../unpack.js' || plan.includes(posix.join('js-shim/plan', name)), `${file} imports ${name}`);
});

// What it shares with the relay is pure, and is in the package beside it.
test('testing imports itself, Node, the plan checker, two files of the relay and one of the agent that import Node only', () => {
  const shared = ['relay/stream.mjs', 'relay/stub.mjs', 'js-shim/whole.js'];
  const kit = filesIn('testing', /\.mjs$/);
  assert.ok(kit.length > 5);
  for (const file of [...kit, ...shared])
    for (const name of imports(file)) {
      const path = posix.join(posix.dirname(file), name);
      const allowed = name.startsWith('node:') || (kit.includes(file) && (kit.includes(path) || shared.includes(path) || path === 'dist/firsthand.plan.mjs'));
      assert.ok(allowed, `${file} imports ${name}`);
    }
  assert.deepEqual(shared.filter((file) => !JSON.parse(text('package.json')).files.includes(file)), []);
});
