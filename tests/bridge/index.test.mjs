// The bridge as a module, without a browser: what it makes of wrong options and
// of an agent that throws. With one it is in tests/browser/bridge.test.mjs.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as product from 'firsthand/bridge';
import { bridge } from '../../js-shim/bridge/index.js';

beforeEach(() => {
  globalThis.window = {};
  globalThis.document = { cookie: 'ajs_anonymous_id=a', referrer: '', baseURI: 'https://a.example/' };
  globalThis.location = new URL('https://a.example/?ajs_uid=1&ajs_event=E');
});

const agentWith = (options, own = {}) => {
  const told = [];
  const note = (verb) => (...args) => told.push([verb, ...args]);
  return { told, options, domain: 'a.example', start: note('start'), call: note('call'), consent: note('consent'), state: () => '', ...own };
};

test('it can be imported where there is no browser', () => assert.deepEqual(Object.keys(product), ['bridge']));

test('an option that is absent, null or false is off', () => {
  for (const off of [undefined, null, false]) {
    const agent = agentWith({ adopt: off, link: off, query: off, cmp: off });
    bridge.load(undefined, agent);
    assert.deepEqual(agent.told, [['start', { adopted: undefined, linked: undefined }]]);
  }
});

test('options of wrong types', () => {
  for (const wrong of [7, {}, [], true, () => {}, Symbol('x')]) {
    const agent = agentWith({ adopt: wrong, link: wrong, query: wrong, cmp: wrong });
    bridge.load(undefined, agent);
    assert.equal(agent.told[0][0], 'start');
  }
});

test('an agent that throws at start still gets the calls', () => {
  const agent = agentWith({ query: '', adopt: 'segment' }, {
    start: () => {
      throw new Error('no');
    },
  });
  bridge.load(undefined, agent);
  assert.deepEqual(agent.told, [['call', 'identify', '1', {}], ['call', 'track', 'E', {}]]);
});
