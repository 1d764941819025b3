// The licences of what is shipped: known, permissive, and passed on.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { licencesPage, relayNotices } from '../../scripts/licences.mjs';
import { copied, installed, isPermissive, json, ROOT, text } from '../../scripts/supply.mjs';

test('docs/LICENCES.md and relay/NOTICES.md are current (make licences)', () => {
  assert.equal(text('docs/LICENCES.md'), licencesPage());
  assert.equal(text('relay/NOTICES.md'), relayNotices());
});

test('all licences are known and permissive', () => {
  const all = [...copied(), ...installed()];
  assert.ok(all.length > 40, `${all.length}`);
  for (const { name, license } of all) assert.ok(isPermissive(license), `${name}: ${license}`);
});

test('what is permissive', () => {
  for (const good of ['MIT', '(MIT OR WTFPL)', 'MIT AND ISC', '(BSD-2-Clause OR MIT OR Apache-2.0)']) assert.ok(isPermissive(good), good);
  for (const bad of ['GPL-3.0', 'AGPL-3.0-or-later', 'MIT AND GPL-2.0', 'UNLICENSED', 'SEE LICENSE IN x', '', undefined, 'mit or what you like']) assert.ok(!isPermissive(bad), bad);
});

test('the lock says of each what its own package.json says', () => {
  let compared = 0;
  for (const { path, version, license } of installed()) {
    if (!existsSync(`${ROOT}${path}/package.json`)) continue;
    const own = json(`${path}/package.json`);
    // An old form: {"type": "MIT"}, or several of them.
    const said = own.license?.type ?? own.license ?? own.licenses?.map(({ type }) => type).join(' OR ');
    assert.deepEqual([own.version, said], [version, license], path);
    compared += 1;
  }
  assert.ok(compared > 40, `${compared}`);
});

test('both packages have our licence', () => assert.equal(text('relay/LICENSE'), text('LICENSE')));

test('the texts are whole', () => {
  const [cjson, musl, vitals] = copied();
  assert.match(musl.text, /^Copyright © 2005-2020 Rich Felker, et al\.\n\nPermission[^]*SOFTWARE\.$/);
  assert.match(cjson.text, /^Copyright \(c\) 2009-\d+ Dave Gamble and cJSON contributors\n[^]*THE SOFTWARE\.$/);
  assert.match(vitals.text, /Apache License\s+Version 2\.0[^]*END OF TERMS AND CONDITIONS/);
});
