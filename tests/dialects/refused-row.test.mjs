// Fifty events in real browsers, one of which the backend refuses as it does: it loses that one and no other, none
// comes twice, and what comes later goes.
//   ENGINES=chromium,firefox,webkit node --test tests/dialects/refused-row.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { BACKENDS, POISON, startBackends } from './backends.mjs';
import { script } from './suite.mjs';

const ALL = 50;
const BAD = 23;

/** Runs in the page. */
function calls(all, bad, poison) {
  for (let i = 0; i < all; i++) track(i === bad ? poison : `Event ${i}`);
}

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let backends;
    let browser;
    before(async () => {
      backends = await startBackends((path) => {
        if (path === '/fh.js') return ['text/javascript', readFileSync(script)];
        const [, name] = path.match(/^\/on\/(.+)$/) ?? [];
        if (!name) return;
        const { dialect } = BACKENDS[decodeURIComponent(name)];
        return ['text/html', `<!doctype html><title>Shop</title><script src="/fh.js" data-key="KEY ${name}" data-endpoint="${backends.address(decodeURIComponent(name))}" data-dialect="${dialect}"></script>`];
      });
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      backends?.close();
    });

    for (const name of Object.keys(BACKENDS)) {
      test(`${name}: one of fifty is refused, forty-nine arrive, once each`, async () => {
        const page = await browser.page();
        await page.goto(`${backends.url}/on/${encodeURIComponent(name)}`);
        await until(() => page.eval(() => typeof track === 'function'), { what: 'the agent' });
        await page.eval(calls, ALL, BAD, POISON);
        const mine = () => backends.taken(name).filter(([, event]) => !/^session_start$|^\$identify$/.test(event));
        await until(() => mine().length >= ALL - 1, { what: 'the others', timeout: 30_000 });
        await page.eval(() => track('Last'));
        await until(() => mine().some(([, event]) => event === 'Last'), { what: 'the later event' });
        const expected = Array.from({ length: ALL }, (_, i) => `Event ${i}`).filter((_, i) => i !== BAD);
        assert.deepEqual(mine().map(([, event]) => event).sort(), [...expected, 'Last'].sort());
        assert.equal(new Set(mine().map(([id]) => id)).size, ALL);
        const { type } = BACKENDS[name];
        assert.ok(backends.requests.every((request) => request.label !== name || request.type.startsWith(type)));
        await page.close();
      });
    }
  });
}
