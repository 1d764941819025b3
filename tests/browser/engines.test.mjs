// Does the harness do in each engine what it says?
//
//   ENGINES=chromium,firefox,webkit node --test tests/browser/engines.test.mjs
//
// chromium alone by default; chromium-shell is a fourth.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import http from 'node:http';
import { spawn } from 'node:child_process';
import { installed, open } from './engines/index.mjs';
import { gone, tree } from './engines/processes.mjs';
import { removeProfile } from './engines/profiles.mjs';
import { serve } from './engines/server.mjs';
import { until } from './engines/until.mjs';

// (module (func (export "add") (param i32 i32) (result i32)
//   local.get 0  local.get 1  i32.add))
const ADD_WASM = Buffer.from(
  '0061736d01000000' + '010701' + '60027f7f017f' + '03020100' +
  '0707010361646400' + '00' + '0a0901' + '0700200020016a0b', 'hex');

const html = (body) => ({ type: 'text/html', body: `<!doctype html>${body}` });

const server = await serve({
  '/': html('<script>PageObject = Object</script>'),
  '/next': html('next'),
  '/add.wasm': { type: 'application/wasm', body: ADD_WASM },
  '/click': html('<button onclick="trusted = event.isTrusted">press</button>'),
  '/leaving': html(`<script>
    const test = new URLSearchParams(location.search).get('test');
    const tell = (event) => navigator.sendBeacon('/beacon?' +
      new URLSearchParams({ test, event }));
    document.addEventListener('visibilitychange', () => tell(document.visibilityState));
    addEventListener('pagehide', () => tell('pagehide'));
    addEventListener('pageshow', (event) => { persisted = event.persisted });
  </script>`),
});
after(() => server.close());

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  test(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, suite(engine));
}

function suite(engine) {
  return async (t) => {
    const begun = performance.now();
    const browser = await open(engine);
    t.after(() => browser.cleanup());
    const page = await browser.page();
    t.diagnostic(`first page after ${Math.round(performance.now() - begun)} ms`);

    const needs = (...names) => {
      const missing = names.filter((name) => !page[name]);
      return { skip: missing.length > 0 && `${engine} has no ${missing.join(', ')}` };
    };
    const leaving = (name) => `${server.origin}/leaving?test=${engine}-${name}`;
    const beacon = (name, event) => server.beacon({ test: `${engine}-${name}`, event });

    await t.test('eval brings values and errors across', async () => {
      await page.goto(`${server.origin}/`);
      const sum = await page.eval(async (a, b) => ({ sum: a + b }), 1, 2);
      assert.deepEqual(sum, { sum: 3 });
      assert.equal(await page.eval(() => {}), undefined);
      await assert.rejects(page.eval(() => null.x), /TypeError/);
    });

    await t.test("eval runs in the page's own realm", async () => {
      await page.goto(`${server.origin}/`);
      assert.ok(await page.eval(() => ({}).constructor === PageObject));
    });

    await t.test('wasm is instantiated, streaming and not', async () => {
      const sums = await page.eval(async () => {
        const streamed = await WebAssembly.instantiateStreaming(fetch('/add.wasm'));
        const bytes = await (await fetch('/add.wasm')).arrayBuffer();
        const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
        return [streamed.instance.exports.add(40, 2), instance.exports.add(1, 2)];
      });
      assert.deepEqual(sums, [42, 3]);
    });

    await t.test('click is a real one', async () => {
      await page.goto(`${server.origin}/click`);
      await page.click('button');
      await until(() => page.eval(() => trusted), { what: 'a trusted click' });
    });

    await t.test('keys are real ones', async () => {
      await page.goto(`${server.origin}/click`);
      await page.eval(() => document.querySelector('button').focus());
      await page.press('Enter');
      await until(() => page.eval(() => trusted), { what: 'a trusted click' });
    });

    await t.test('the middle button is a real one', { skip: engine === 'webkit' && 'its driver has none' }, async () => {
      await page.goto(`${server.origin}/click`);
      await page.eval(() => addEventListener('auxclick', (event) => (used = [event.isTrusted, event.button])));
      await page.click('button', 'middle');
      assert.deepEqual(await until(() => page.eval(() => used), { what: 'an auxclick' }), [true, 1]);
    });

    await t.test('screenshot is a PNG', async () => {
      const file = path.join(browser.profile, 'screenshot.png');
      await page.screenshot(file);
      assert.equal(fs.readFileSync(file).toString('latin1', 1, 4), 'PNG');
    });

    await t.test('hide and show send their beacons', needs('hide'), async () => {
      await page.goto(leaving('hide'));
      await page.hide();
      await beacon('hide', 'hidden');
      await page.show();
      await beacon('hide', 'visible');
    });

    await t.test('navigation sends pagehide, back restores the page', needs('hide'), async () => {
      await page.goto(leaving('navigate'));
      await page.goto(`${server.otherOrigin}/next`);
      await beacon('navigate', 'pagehide');
      await page.back();
      await until(() => page.eval(() => persisted), { what: 'a bfcache restore' });
    });

    await t.test('closing a tab sends its beacons', needs('hide'), async () => {
      const tab = await browser.page();
      await tab.goto(leaving('close'));
      await tab.close();
      await beacon('close', 'hidden');
      // Firefox: 200 of 200 from visibilitychange, 73 of 200 from pagehide.
      if (engine !== 'firefox') await beacon('close', 'pagehide');
    });

    await t.test('offline is offline, for its page only', needs('offline'), async () => {
      const other = await browser.page();
      await other.goto(`${server.origin}/`);
      await page.goto(`${server.origin}/`);
      await page.offline(true);
      assert.deepEqual(await page.eval(network), [false, 'TypeError']);
      assert.deepEqual(await other.eval(network), [true, 'ok']);
      await page.offline(false);
      assert.deepEqual(await page.eval(network), [true, 'ok']);
      await other.close();
    });

    await t.test('a blocked request fails, others go on', needs('block'), async () => {
      await page.goto(`${server.origin}/`);
      await page.block(['*/beacon*']);
      const ask = (path) => page.eval((to) => fetch(to).then(() => 'ok', (error) => error.name), path);
      assert.equal(await ask('/beacon?test=blocked'), 'TypeError');
      assert.equal(await ask('/next'), 'ok');
      await page.block([]);
      assert.equal(await ask('/beacon?test=unblocked'), 'ok');
    });

    await t.test('freeze tells the page, and it thaws', needs('freeze', 'show'), async () => {
      await page.goto(`${server.origin}/`);
      await page.eval(() => {
        events = [];
        document.addEventListener('freeze', () => events.push('freeze'));
        document.addEventListener('resume', () => events.push('resume'));
      });
      await page.freeze(true);
      await page.freeze(false);
      await page.show();
      assert.deepEqual(await page.eval(() => events), ['freeze', 'resume']);
    });

    await t.test('the console is heard', needs('console'), async () => {
      const from = page.console.length;
      await page.eval(() => {
        console.warn('careful', 1, null);
        setTimeout(() => null.x);
      });
      await until(() => page.console.length >= from + 2, { what: 'two messages' });
      const [warning, exception] = page.console.slice(from);
      assert.deepEqual(warning, { type: 'warning', text: 'careful 1 null' });
      assert.equal(exception.type, 'exception');
      assert.match(exception.text, /TypeError/);
    });

    await t.test("a script runs before the page's own", needs('onNewDocument'), async () => {
      const tab = await browser.page();
      await tab.onNewDocument((value) => (early = [value, document.readyState]), 'x');
      await tab.goto(`${server.origin}/`);
      assert.deepEqual(await tab.eval(() => early), ['x', 'loading']);
      await tab.close();
    });

    await t.test('a throttled processor is slower', needs('cpuThrottle'), async () => {
      await page.goto(`${server.origin}/`);
      // Other processes may have slowed the first spin as well: then once more.
      const slower = async () => {
        const before = await page.eval(spin);
        await page.cpuThrottle(20);
        const after = await page.eval(spin);
        await page.cpuThrottle(1);
        return after > 3 * before;
      };
      await until(slower, { what: 'a spin that takes three times as long' });
    });

    await t.test('IndexedDB survives kill -9', async () => {
      await page.goto(`${server.origin}/`);
      await page.eval(store, 'kept');
      await browser.kill();
      await browser.restart();
      const again = await browser.page();
      await again.goto(`${server.origin}/`);
      assert.equal(await again.eval(store), 'kept');
    });

    await t.test('a person closes: a beacon arrives, localStorage stays', async () => {
      const first = await browser.page();
      await first.goto(leaving('quit'));
      await first.eval(() => localStorage.setItem('key', 'kept'));
      await browser.closeLikeAPerson();
      // Either of the two: on a loaded machine Chromium once lost visibilitychange's,
      // and Firefox loses one pagehide in three. The headless shell sends none.
      if (page.hide) await server.beacon({ test: `${engine}-quit` });
      await browser.restart();
      const second = await browser.page();
      await second.goto(`${server.origin}/`);
      assert.equal(await second.eval(() => localStorage.getItem('key')), 'kept');
    });

    await t.test('SIGTERM ends every process', async () => {
      const pids = tree(browser.pid);
      await browser.terminate();
      await gone(pids, { ms: 0 });
      await browser.restart();
    });

    await t.test('a private window keeps nothing', async () => {
      for (const isPrivate of [true, false]) {
        await browser.kill();
        await browser.restart({ isPrivate });
        const tab = await browser.page();
        await tab.goto(`${server.origin}/`);
        await tab.eval(store, isPrivate ? 'private' : undefined);
        if (isPrivate) assert.equal(await tab.eval(store), 'private');
        else assert.equal(await tab.eval(store), 'kept'); // of 'IndexedDB survives'
      }
    });

    await t.test('a crashed page is an error, not a silence', async () => {
      const doomed = await browser.page();
      await doomed.goto(`${server.origin}/`);
      const waiting = assert.rejects(doomed.eval(() => new Promise(() => {})));
      await browser.killRenderers();
      await waiting;
    });

    await t.test('close ends every process', async () => {
      await browser.kill();
      await browser.restart();
      const pids = tree(browser.pid);
      await browser.close();
      await gone(pids, { ms: 0 });
    });

    await t.test('names come by the proxy, with cookies of their own; 127.0.0.1 does not', async (t) => {
      const proxy = http.createServer((request, response) => {
        const cookies = ['host=1', 'domain=2; Domain=shop.test; Path=/; Max-Age=3600; SameSite=Lax'];
        response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': cookies }).end(request.url);
      });
      await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      t.after(() => (proxy.close(), proxy.closeAllConnections()));
      const named = await open(engine, { proxy: `http://127.0.0.1:${proxy.address().port}` });
      t.after(() => named.cleanup());
      const tab = await named.page();
      await tab.goto('http://www.shop.test/a?b');
      assert.deepEqual(await tab.eval(() => [location.href, document.body.textContent]), Array(2).fill('http://www.shop.test/a?b'));
      const cookies = Object.fromEntries((await tab.cookies()).map((cookie) => [cookie.name, cookie]));
      assert.deepEqual([cookies.host.value, cookies.host.domain], ['1', 'www.shop.test']);
      const { domain, path, sameSite, secure, expires } = cookies.domain;
      assert.deepEqual([domain, path, sameSite, secure], ['.shop.test', '/', 'Lax', false]);
      assert.ok(Math.abs(expires - Date.now() / 1000 - 3600) < 60);
      await tab.goto(`${server.origin}/next`);
      assert.equal(await tab.eval(() => document.body.textContent), 'next');
    });

    for (const end of ['throw', 'SIGINT', 'SIGKILL']) {
      await t.test(`no browser outlives a test process that ends by ${end}`, async () => {
        const { child, pid, profile } = await openElsewhere(engine);
        const pids = [...tree(child.pid), ...tree(pid)];
        if (end === 'throw') child.stdin.end('throw');
        else child.kill(end);
        await gone(pids, { what: 'all of it to end' });
        // Nobody is left to remove it after SIGKILL.
        assert.equal(fs.existsSync(profile), end === 'SIGKILL');
        removeProfile(profile);
      });
    }
  };
}

/** Runs in the page. */
async function network() {
  const answer = await fetch('/', { cache: 'no-store' }).then(() => 'ok', (error) => error.name);
  return [navigator.onLine, answer];
}

/** Runs in the page: the milliseconds that a fixed piece of work takes. */
function spin() {
  const begun = performance.now();
  for (let i = 0, x = 0; i < 2e7; i++) x += i % 7;
  return performance.now() - begun;
}

/** Runs in the page: puts a value, or gets it. */
async function store(value) {
  const promise = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const opening = indexedDB.open('engines', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('values');
  const db = await promise(opening);
  const transaction = db.transaction('values', value ? 'readwrite' : 'readonly');
  const values = transaction.objectStore('values');
  const complete = new Promise((resolve) => (transaction.oncomplete = resolve));
  const result = await promise(value ? values.put(value, 'key') : values.get('key'));
  await complete; // only from here on it is safe
  return result;
}

/** Another test process with a browser open, that throws when it is told to. */
async function openElsewhere(engine) {
  const source = `
    import { open } from ${JSON.stringify(new URL('engines/index.mjs', import.meta.url))};
    process.stdin.on('data', () => { throw new Error('as told'); });
    const { pid, profile } = await open(${JSON.stringify(engine)});
    console.log(JSON.stringify({ pid, profile }));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (more) => (text += more));
  await until(() => text.endsWith('\n'), { what: 'a browser in another process', ms: 60_000 });
  return { child, ...JSON.parse(text) };
}
