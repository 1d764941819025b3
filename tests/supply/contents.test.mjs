// What `npm pack` would put into the two packages: what is needed, and nothing else.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../../scripts/supply.mjs';

const listed = (folder) => {
  const said = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: join(ROOT, folder), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(said)[0].files.map(({ path }) => path).sort();
};
const CONTENTS = { '': listed(''), relay: listed('relay') };

const AGENT = [
  /^(CHANGELOG|README)\.md$/, /^LICENSE$/, /^package\.json$/, /^docs\/LICENCES\.md$/,
  /^dist\/firsthand(\.[a-z]+)?\.(js|mjs|cjs|d\.ts|d\.cts)$/, /^dist\/firsthand\.wasm$/, /^dist\/integrity\.json$/, /^dist\/snippet\.html$/,
  /^(testing|server|cli)\/[\w-]+\.(mjs|d\.ts)$/, /^plan\/plan\.schema\.json$/, /^relay\/(stream|stub|core)\.mjs$/, /^js-shim\/whole\.js$/, /^relay\/firsthand\.server\.wasm$/,
  /^relay\/(LICENSE|README\.md)$/, // npm puts these in from every folder that has something in it
];
const RELAY = [
  /^(README|NOTICES)\.md$/, /^LICENSE$/, /^package\.json$/, /^index\.d\.ts$/, /^[a-z]+\.mjs$/, /^firsthand\.server\.wasm$/,
  /^forward\/[a-z]+\.mjs$/, /^forward\/vendors\/[a-z0-9]+\.mjs$/, /^forward\/mappings\/[a-z0-9]+\.json$/,
  /^completeness\/[a-z]+\.(html|css|js)$/,
];
const NEEDED = {
  '': ['LICENSE', 'README.md', 'docs/LICENCES.md', 'dist/firsthand.js', 'dist/firsthand.wasm', 'dist/firsthand.d.ts', 'dist/integrity.json', 'relay/core.mjs', 'relay/firsthand.server.wasm'],
  relay: ['LICENSE', 'NOTICES.md', 'README.md', 'index.mjs', 'bin.mjs', 'core.mjs', 'firsthand.server.wasm'],
};

// What must not leave this machine or this repository, whatever a pattern lets in.
const SECRET = /(^|\/)(\.|tests?\/|node_modules\/|build\/)|\.(map|pem|key|env|db|sqlite3?|log|tgz|test\.\w+)$/;

for (const [folder, patterns] of [['', AGENT], ['relay', RELAY]])
  describe(folder || 'agent', () => {
    const files = CONTENTS[folder];

    test('has what it needs', () => assert.deepEqual(NEEDED[folder].filter((name) => !files.includes(name)), []));

    test('has nothing else', () => {
      assert.deepEqual(files.filter((name) => !patterns.some((pattern) => pattern.test(name))), []);
      assert.deepEqual(files.filter((name) => SECRET.test(name)), []);
      for (const pattern of patterns) assert.ok(files.some((name) => pattern.test(name)), `nothing is like ${pattern} any more`);
    });

    test('names no place on the machine it was built on, and no source map', () => {
      for (const name of files) {
        const text = readFileSync(join(ROOT, folder, name), 'latin1');
        assert.ok(!text.includes(ROOT.slice(0, -1)), name);
        assert.doesNotMatch(text, /\/(home|root|Users|tmp\/bash_jobs)[/.][\w-]+|sourceMappingURL=/, name);
      }
    });
  });

test('the relay\'s package has each file that its modules import', () => {
  const files = CONTENTS.relay;
  for (const name of files.filter((one) => one.endsWith('.mjs')))
    for (const [, from] of readFileSync(join(ROOT, 'relay', name), 'utf8').matchAll(/(?:from|import\() ?'(\.{1,2}\/[^']+)'/g))
      assert.ok(files.includes(join(name, '..', from)), `${name}: ${from}`);
});

test('what is in dist/ and is not shipped is so on purpose', () => {
  const shipped = CONTENTS[''];
  assert.deepEqual(readdirSync(join(ROOT, 'dist')).filter((name) => !shipped.includes(`dist/${name}`) && name !== 'sbom'), ['firsthand.server.wasm']);
});
