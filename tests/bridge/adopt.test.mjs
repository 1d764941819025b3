// The ids of other agents, read from what they leave: the table in
// cases/adopt.json, and what the real ones have left (recorded/, record.mjs).
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { adoptIds } from '../../js-shim/bridge/adopt.js';

const here = (path) => new URL(path, import.meta.url);
const read = (path) => JSON.parse(readFileSync(here(path)));

const { cases, hostile } = read('cases/adopt.json');
const user = (text) => text?.replace('*user256*', 'ë'.repeat(128)).replace('*user257*', `x${'ë'.repeat(128)}`);

describe('cases', () => {
  for (const { name, cookie, storage = {}, wanted = 'all', is } of cases) {
    test(name, () => {
      const ids = adoptIds(user(cookie), storage, wanted);
      assert.deepEqual(ids && [ids.anonymousId, ids.userId], is && [is[0], user(is[1])]);
    });
  }
});

describe('what the real ones have left', () => {
  const names = readdirSync(here('recorded')).map((name) => name.replace('.json', '')).filter((name) => !name.includes('-'));
  test('is of seven', () => assert.equal(names.length, 7));
  for (const peer of names) {
    const { sdk, version, states } = read(`recorded/${peer}.json`);
    for (const { name, cookie, storage, says } of states) {
      for (const wanted of [peer, 'all']) {
        test(`${sdk} ${version}, ${name}, as ${wanted}`, () => {
          const { anonymousId, userId } = adoptIds(cookie, storage, wanted);
          assert.equal(anonymousId, says.anonymousId);
          assert.equal(userId ?? '', says.userId ?? '');
        });
      }
    }
  }
});

describe('nothing throws, and nothing comes of it', () => {
  const long = 'x'.repeat(10_240);
  const deep = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`;
  const surrogates = '\ud800\udc00\udfff\ud800';
  const names = ['ajs_anonymous_id', 'rl_anonymous_id', 'AMP_0123456789', 'amp_a1b2c3', '_sp_id.1fff', 'ph_x_posthog', 'mp_x_mixpanel', '_pk_id.1.1', '__eventn_id'];
  const bodies = [long, deep, surrogates, `RS_ENC_v3_${long}`, `"${surrogates}"`, '"'.repeat(1000), '%'.repeat(1000), '{"__proto__":{"distinct_id":"x y"}}', '\0', '='];
  const texts = [...hostile, ...names.flatMap((name) => bodies.map((body) => `${name}=${body}`))];
  for (const text of texts) {
    test(text.length > 60 ? `${text.slice(0, 60)}…` : text, () => {
      assert.equal(adoptIds(text, undefined, 'all'), undefined);
      const at = text.indexOf('=');
      assert.equal(adoptIds('', { [text.slice(0, at)]: text.slice(at + 1) }, 'all'), undefined);
    });
  }

  test('a localStorage that throws at every touch', () => {
    const deny = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const storage = new Proxy({}, { get: deny, has: deny, ownKeys: deny, getOwnPropertyDescriptor: deny });
    assert.equal(adoptIds('', storage, 'all'), undefined);
    assert.deepEqual(adoptIds('ajs_anonymous_id=a', storage, 'all'), { anonymousId: 'a', userId: undefined });
  });

  test('a localStorage whose values throw', () => {
    const storage = { get ajs_anonymous_id() { throw new Error('no'); }, rl_anonymous_id: '"b"' };
    assert.equal(adoptIds('', storage, 'all').anonymousId, 'b');
  });

  test('wanted is anything', () => {
    for (const wanted of ['', ' , ', undefined, null, 7, {}, ['segment'], true]) adoptIds('ajs_anonymous_id=a', {}, wanted);
  });

  test('no prototype is changed', () => assert.equal({}.distinct_id, undefined));
});
