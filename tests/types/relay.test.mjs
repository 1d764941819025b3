// The relay's types (relay/index.d.ts) as a server in TypeScript sees them, and that
// they name each option and member that there is.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRelay } from '../../relay/index.mjs';
import { bin, ROOT } from '../packages/packed.mjs';

const TYPES = join(ROOT, 'build/drivers/node_modules/@types'); // Node's own, which the drivers bring
const SOURCES = join(ROOT, 'tests/types/relay');

for (const [version, compiler] of Object.entries({ '5.9': 'typescript', '7.0': 'typescript-7' })) {
  test(`good code compiles, wrong code does not, with TypeScript ${version}`, { skip: existsSync(TYPES) ? false : `${TYPES} is not there` }, () => {
    const dir = join(ROOT, 'build/packages/relay-types');
    mkdirSync(dir, { recursive: true });
    const project = join(dir, `${compiler}.json`);
    const types = join(ROOT, 'relay/index.d.ts');
    writeFileSync(project, JSON.stringify({
      compilerOptions: {
        strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noUnusedLocals: true, noEmit: true, skipDefaultLibCheck: true,
        target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'], module: 'nodenext', moduleResolution: 'nodenext',
        typeRoots: [TYPES], types: ['node'], paths: { 'firsthand-relay': [types] },
      },
      files: [types, ...readdirSync(SOURCES).map((name) => join(SOURCES, name))],
    }));
    bin(`../${compiler}/bin/tsc`, ['--pretty', 'false', '-p', project], { cwd: dir });
  });
}

test('each option of createRelay and each member of a relay has a type', async () => {
  const types = readFileSync(join(ROOT, 'relay/index.d.ts'), 'utf8');
  const source = readFileSync(join(ROOT, 'relay/index.mjs'), 'utf8');
  const [, names] = /export function createRelay\(\{([^}]*(?:\{\}[^}]*)*)\} = \{\}\)/.exec(source);
  const options = names.split(',\n').map((line) => /^\s*(\w+)/.exec(line)?.[1]).filter(Boolean);
  assert.ok(options.length > 15, `${options}`);
  const partOf = (name) => types.slice(types.indexOf(`export interface ${name} {`)).split('\n}')[0];
  for (const option of options) assert.match(partOf('RelayOptions'), new RegExp(`^  ${option}\\?:`, 'm'), option);
  const relay = createRelay({ db: ':memory:', logLevel: 'silent' });
  for (const member of Object.keys(relay)) assert.match(partOf('Relay'), new RegExp(`^  (readonly )?${member}[(:]`, 'm'), member);
  await relay.close();
});
