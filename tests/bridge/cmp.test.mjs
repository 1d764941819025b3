// What consent platforms say: the table in cases/cmp.json.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, test } from 'node:test';
import { watchConsent } from '../../js-shim/bridge/cmp.js';

const { cases } = JSON.parse(readFileSync(new URL('cases/cmp.json', import.meta.url)));

/** What gtag() pushes: its `arguments`, no array. */
const gtag = (...args) => {
  (function () {
    globalThis.window.dataLayer.push(arguments);
  })(...args);
};

/** A platform: `say(tcData, success)` to whoever listens. */
const platform = () => {
  const listeners = [];
  globalThis.window.__tcfapi = (command, version, callback) => {
    assert.equal(command, 'addEventListener');
    assert.equal(version, 2);
    listeners.push(callback);
  };
  return (data, success) => listeners.forEach((listener) => listener(data, success));
};

beforeEach(() => (globalThis.window = {}));

describe('cases', () => {
  for (const { name, source, layer, steps } of cases) {
    test(name, () => {
      const say = platform();
      globalThis.window.dataLayer = layer ?? [];
      const told = [];
      watchConsent(source, (categories) => told.push(categories));
      for (const { tcf, success = true, gtag: command, told: expected } of steps) {
        if (tcf !== undefined) say(tcf, success);
        if (command) gtag(...command);
        assert.deepEqual(told.splice(0), expected ? [expected] : []);
      }
    });
  }
});

describe('the page', () => {
  test("its layer's push does what it did, though what is pushed is hostile", () => {
    const seen = [];
    const dataLayer = [];
    dataLayer.push = function (...items) {
      seen.push(this, ...items);
      return 7;
    };
    globalThis.window.dataLayer = dataLayer;
    watchConsent('gcm', () => {});
    const hostile = { get 0() { throw new Error('no'); } };
    const trap = ['consent', 'update', { get analytics_storage() { throw new Error('no'); } }];
    assert.equal(dataLayer.push(hostile, trap, undefined), 7);
    assert.deepEqual(seen, [dataLayer, hostile, trap, undefined]);
  });

  test('an agent that throws is not noticed by it', () => {
    watchConsent('gcm', () => {
      throw new Error('no');
    });
    gtag('consent', 'update', { analytics_storage: 'granted' });
  });

  test('a platform that comes later is found, one that never comes is given up', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const told = [];
    watchConsent('tcf', (categories) => told.push(categories));
    t.mock.timers.tick(500);
    const say = platform();
    t.mock.timers.tick(500);
    say({ gdprApplies: false }, true);
    assert.deepEqual(told, [{ analytics: 'granted', ads: 'granted' }]);

    globalThis.window = {};
    watchConsent('tcf', () => {});
    for (let i = 0; i < 200; i++) t.mock.timers.tick(500);
    let asked = 0;
    globalThis.window = { get __tcfapi() { asked++; } };
    for (let i = 0; i < 10; i++) t.mock.timers.tick(500);
    assert.equal(asked, 0);
  });

  test('a platform that throws', () => {
    globalThis.window.__tcfapi = () => {
      throw new Error('no');
    };
    watchConsent('tcf', () => {});
  });
});
