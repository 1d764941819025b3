// Writes the bills of materials, CycloneDX 1.5 in JSON, into dist/sbom: of the agent, of
// the relay, and of what builds and tests them.
//   node scripts/sbom.mjs
// What comes from npm is said by `npm sbom`. Neither a time nor a random number is in
// them, so the same sources give the same bills.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { copied, copiedIntoRelay, json, ROOT } from './supply.mjs';

const npmSbom = (cwd, ...flags) =>
  JSON.parse(execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', ...flags], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 }));

/** Of a lock in a folder of the tests: npm wants a version of the folder's own, which they have not. */
function sbomOf(folder) {
  const place = mkdtempSync(join(tmpdir(), 'firsthand-sbom-'));
  try {
    writeFileSync(join(place, 'package.json'), JSON.stringify({ ...json(`${folder}/package.json`), version: '0.0.0' }));
    cpSync(`${ROOT}${folder}/package-lock.json`, join(place, 'package-lock.json'));
    return npmSbom(place);
  } finally {
    rmSync(place, { recursive: true });
  }
}

const sha = (integrity) => {
  const [algorithm, base64] = integrity.split('-');
  return { alg: `SHA-${algorithm.slice(3)}`, content: Buffer.from(base64, 'base64').toString('hex') };
};

const component = ({ name, version, license, ref, integrity }) => ({
  'bom-ref': ref, type: 'library', name, version, scope: 'required', purl: ref,
  ...(integrity && { hashes: [sha(integrity)] }), licenses: [{ license: { id: license } }],
});

const own = (folder) => {
  const { name, version, description, license } = json(`${folder}package.json`);
  const ref = `pkg:npm/${name}@${version}`;
  return { 'bom-ref': ref, type: 'library', name, version, description, purl: ref, licenses: [{ license: { id: license } }] };
};

function bill(subject, components, dependencies) {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json', bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: subject },
    components, dependencies,
  };
}

/** The agent's package: nothing but what is copied into it. */
export function agentBill() {
  const subject = own('');
  const parts = copied().map(component);
  return bill(subject, parts, [{ ref: subject['bom-ref'], dependsOn: parts.map((part) => part['bom-ref']) }]);
}

/** The relay's: what npm installs with it, and what its module holds. */
export function relayBill() {
  const subject = own('relay/');
  const said = npmSbom(ROOT, '--omit=dev', '--workspace=relay');
  const isOurs = (name) => name === 'firsthand' || name === 'firsthand-relay';
  const theirs = said.components.filter(({ purl }) => !isOurs(purl.slice('pkg:npm/'.length).split('@')[0]));
  const linked = copiedIntoRelay().map(component);
  const refs = new Map(said.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const direct = [...refs.get(`${subject.name}@${subject.version}`), ...linked.map((part) => part['bom-ref'])];
  return bill(subject, [...theirs, ...linked], [
    { ref: subject['bom-ref'], dependsOn: direct },
    ...said.dependencies.filter(({ ref }) => !isOurs(ref.split('@')[0])),
  ]);
}

/** What is only needed to build and to test, by every lock file of the repository. */
export function devBill(locks) {
  const components = new Map();
  const dependencies = new Map();
  const subject = { ...own(''), name: 'firsthand-development', 'bom-ref': 'firsthand-development', purl: undefined };
  const direct = new Set();
  for (const lock of locks) {
    const folder = lock.slice(0, -'/package-lock.json'.length);
    const said = lock === 'package-lock.json' ? npmSbom(ROOT, '--workspaces=false') : sbomOf(folder);
    const top = said.metadata.component['bom-ref'];
    for (const part of said.components) components.set(part['bom-ref'], part);
    for (const { ref, dependsOn } of said.dependencies) {
      if (ref === top) dependsOn.forEach((one) => direct.add(one));
      else dependencies.set(ref, [...new Set([...(dependencies.get(ref) ?? []), ...dependsOn])]);
    }
  }
  return bill(subject, [...components.values()], [
    { ref: subject['bom-ref'], dependsOn: [...direct] },
    ...Array.from(dependencies, ([ref, dependsOn]) => ({ ref, dependsOn })),
  ]);
}

/** The lock files that are committed. */
export const locks = () =>
  execFileSync('git', ['ls-files', '*package-lock.json'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');

if (argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(`${ROOT}dist/sbom`, { recursive: true });
  for (const [name, content] of Object.entries({ agent: agentBill(), relay: relayBill(), dev: devBill(locks()) })) {
    writeFileSync(`${ROOT}dist/sbom/${name}.cdx.json`, `${JSON.stringify(content, undefined, 2)}\n`);
    console.log(`dist/sbom/${name}.cdx.json: ${content.components.length} components`);
  }
}
