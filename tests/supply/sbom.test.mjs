// The bills of materials: true to CycloneDX's schema, and to the lock files.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { agentBill, devBill, locks, relayBill } from '../../scripts/sbom.mjs';
import { copiedIntoRelay, installed, json, locked, nameIn, ROOT } from '../../scripts/supply.mjs';

const { Spec, Validation } = createRequire(`${ROOT}build/supply/`)('@cyclonedx/cyclonedx-library');
const schema = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
const named = ({ name, version }) => `${name} ${version}`;
const sorted = (list) => [...new Set(list)].sort();

const bills = { agent: agentBill(), relay: relayBill(), dev: devBill(locks()) };

for (const [name, bill] of Object.entries(bills))
  describe(name, () => {
    test('is CycloneDX 1.5', async () => assert.equal(await schema.validate(JSON.stringify(bill)), null));

    test('names each part once, and depends on nothing else', () => {
      const refs = bill.components.map((part) => part['bom-ref']);
      assert.equal(new Set(refs).size, refs.length);
      const known = [...refs, bill.metadata.component['bom-ref']];
      for (const { ref, dependsOn } of bill.dependencies)
        assert.deepEqual([ref, ...dependsOn].filter((one) => !known.includes(one)), [], ref);
    });

    test('says nothing of when and where it was made', () => {
      assert.equal(bill.serialNumber, undefined);
      assert.equal(bill.metadata.timestamp, undefined);
      assert.ok(!JSON.stringify(bill).includes(ROOT.split('/').at(-2) + '"'), 'the name of the folder');
    });
  });

test('the agent\'s has what is copied into it', () => {
  const bill = bills.agent;
  assert.deepEqual(bill.components.map(({ name }) => name), ['cJSON', 'musl', 'web-vitals']);
  assert.equal(bill.metadata.component.version, json('package.json').version);
});

test('the relay\'s has all that npm installs with it, and what its module is linked of', () => {
  const { components } = bills.relay;
  assert.deepEqual(sorted(components.map(({ purl, version }) => `${decodeURIComponent(purl).replace(/^pkg:\w+\//, '').replace(/(?<=.)@[^@]+$/, '')} ${version}`)),
    sorted([...installed().map(named), ...copiedIntoRelay().map(named)]));
  for (const { name, licenses } of components) assert.ok(licenses?.length, name);
});

test('that of development has every package of every lock', () => {
  const listed = new Set(bills.dev.components.map(({ purl }) => decodeURIComponent(purl)));
  for (const lock of locks())
    for (const [path, { name = nameIn(path), version, dev }] of locked(lock))
      if (lock !== 'package-lock.json' || dev) assert.ok(listed.has(`pkg:npm/${name}@${version}`), `${lock}: ${name}@${version}`);
});
