// The visitor in a link: the table in cases/link.json. What links and forms do in
// a browser is in tests/browser/bridge.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { decorate, readLink, sites, stripLink } from '../../js-shim/bridge/link.js';

const table = JSON.parse(readFileSync(new URL('cases/link.json', import.meta.url)));
const { state, now } = table;

describe('decorate, and back', () => {
  for (const { name, url, is, back = url } of table.decorate) {
    test(name ?? JSON.stringify(url), () => {
      const decorated = decorate(url, state, now);
      assert.equal(decorated, is.replace('*', `${state}~${now}`));
      assert.equal(stripLink(decorated), back);
      assert.equal(readLink(decorated, now), state);
      assert.equal(decorate(decorated, state, now), decorate(back, state, now));
    });
  }

  test('an anonymous id with the mark of the time in it', () => {
    const tilde = state.replace('68b01daf', 'a~1~2');
    assert.equal(readLink(decorate('https://other.example/', tilde, now), now), tilde);
  });
});

describe('strip', () => {
  for (const { href, is } of table.strip) test(href || '(empty)', () => assert.equal(stripLink(href), is));
});

describe('read', () => {
  for (const { name, href, is } of table.read) {
    test(name ?? href, () => assert.equal(readLink(href.replace('*state*', state), now), is ? state : undefined));
  }
  test('10 KB', () => assert.equal(readLink(`https://a.example/?_fh=1.${'a.'.repeat(5000)}b~${now}`, now), undefined));
});

describe('sites', () => {
  globalThis.document = { baseURI: 'https://here.example/a/b' };
  for (const { list, href, is } of table.sites) test(`${list}: ${href}`, () => assert.equal(sites(list)(href), is));
});
