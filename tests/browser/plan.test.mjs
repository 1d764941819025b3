// The tracking plan in real browsers, by the tag: what is refused, what is said, and that
// no call is lost or goes by unseen while the plan is on its way.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/plan.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { page, SNIPPET, startSite } from './site.mjs';

const PLAN = JSON.stringify({
  format: 1,
  events: {
    'Product Viewed': { side: 'client', properties: { sku: { type: 'string', required: true } } },
    'Order Completed': { side: 'server', properties: { total: { type: 'number' } } },
  },
});

// Notes what is said on the console and what reaches the page.
const WATCH = `<script>
  window.said = [];
  window.faults = [];
  for (const level of ['error', 'warn']) console[level] = (...words) => said.push([level, words.join(' ')]);
  addEventListener('error', ({ message }) => faults.push(message));
  addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));
</script>`;
const tag = (attributes) => `<script async src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" ${attributes}></script>`;
const CALLS = `<script>
  outcomes = [];
  for (const call of [['Product Viewed', { sku: 'a' }], ['Order Completed', { total: 1 }], ['Product Viewed', { sku: 7 }]]) track(...call, (outcome) => outcomes.push(outcome.status));
</script>`;
const tagged = (attributes) => page({ head: WATCH + SNIPPET + tag(attributes) + CALLS });

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let browser;
    let site;
    let release; // lets /slow.json be answered

    before(async () => {
      browser = await open(engine);
      site = await startSite({
        '/plan.json': PLAN,
        '/none.json': '{"format":1}',
        '/slow.json': (req, res) => (release = () => res.end(PLAN)),
        '/warn': tagged('data-plan="/plan.json"'),
        '/block': tagged('data-plan="/plan.json" data-plan-mode="block"'),
        '/slow': tagged('data-plan="/slow.json" data-plan-mode="block"'),
        '/late': tagged('data-plan="/slow.json?late" data-plan-mode="block"'),
        '/later': tagged('data-plan="/slow.json?later" data-plan-mode="block"'),
        '/off': tagged('data-plan="/missing.json" data-plan-mode="off"'),
        '/missing': tagged('data-plan="/missing.json" data-plan-mode="block"'),
        '/none': tagged('data-plan="/none.json" data-plan-mode="block"'),
        '/bridged': tagged('data-plan="/plan.json" data-plan-mode="block" data-adopt="segment"'),
        '/plain': page({ head: '' }),
      });
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const visit = async (path) => {
      const p = await browser.page();
      await p.goto(site.url + path);
      return p;
    };
    // What of a page has been stored, once all that it had is.
    const stored = async (p, path) => {
      await p.eval(() => window.track.flush());
      return site.events().filter(({ context }) => context.page.path === path).map(({ event, properties }) => [event, properties.sku]);
    };
    const said = (p) => p.eval(() => window.said.filter(([, text]) => text.includes('plan')));
    const counts = (p) => p.eval(() => window.track.plan && [window.track.plan.checked, window.track.plan.refused]);
    const checked = (p, many) => until(async () => (await counts(p))?.[0] === many, { what: `${many} events checked` });
    const close = async (p) => {
      assert.deepEqual(await p.eval(() => window.faults), []);
      await p.close();
    };

    test('block: what is wrong is refused, with a reason that says what to do', async () => {
      const p = await visit('/block');
      await checked(p, 3);
      assert.deepEqual(await stored(p, '/block'), [['Product Viewed', 'a']]);
      const [[level, server], [, type]] = await said(p);
      assert.equal(level, 'error');
      assert.match(server, /^\[firsthand\] plan: "Order Completed" belongs to the server, and came from a page\. .*send it from there.*The event is refused\.$/);
      assert.match(type, /"Product Viewed": properties\.sku must be a string, is a number\. The event is refused\./);
      assert.deepEqual(await counts(p), [3, 2]);
      const outcome = await p.eval(async () => {
        const { status, reason } = await window.track('Order Completed');
        return [status, reason];
      });
      assert.deepEqual(outcome, ['refused', 'middleware']);
      await p.eval(() => void window.track('Product Viewed', { sku: 'last' }));
      assert.deepEqual((await stored(p, '/block')).at(-1), ['Product Viewed', 'last']);
      const dropped = await until(() => site.ledgers().find((ledger) => ledger.dropped?.middleware), { what: 'the count' });
      assert.ok(dropped.dropped.middleware >= 2);
      await close(p);
    });

    test('warn: all are sent, and what belongs to the server is an error all the same', async () => {
      const p = await visit('/warn');
      await checked(p, 3);
      assert.deepEqual(await stored(p, '/warn'), [['Product Viewed', 'a'], ['Order Completed', undefined], ['Product Viewed', 7]]);
      const lines = await said(p);
      assert.deepEqual(lines.map(([level]) => level), ['error', 'warn']);
      assert.match(lines[0][1], /"Order Completed" belongs to the server.*The event is sent all the same\.$/);
      await close(p);
    });

    test('while the plan is on its way calls wait, and none goes by unseen', async () => {
      release = undefined;
      const p = await visit('/slow');
      await until(() => release, { what: 'the question for the plan' });
      await p.eval(() => void window.track('Product Viewed', { sku: 'meanwhile' }));
      assert.equal(await p.eval(() => window.track.inspect().held), 4);
      release();
      await checked(p, 4);
      assert.deepEqual(await stored(p, '/slow'), [['Product Viewed', 'a'], ['Product Viewed', 'meanwhile']]);
      assert.deepEqual(await p.eval(() => window.outcomes), ['held', 'held', 'held']);
      await close(p);
    });

    test('a page that is left before loses nothing, and a plan that is too late says so', async () => {
      release = undefined;
      const p = await visit('/late');
      await until(() => release, { what: 'the question for the plan' });
      await until(() => p.eval(() => window.track.inspect().held === 3), { what: 'calls that wait' });
      await p.goto(`${site.url}/plain`);
      const of = (path) => site.events().filter(({ context }) => context.page.path === path).length;
      await until(() => of('/late') === 3, { what: 'what the page had called' });
      await p.goto(`${site.url}/later`);
      await until(() => of('/later') === 3, { what: 'what was called, after two seconds without a plan' });
      release();
      await until(async () => (await said(p)).length, { what: 'that the plan is late' });
      assert.match((await said(p))[0][1], /\/slow\.json\?later came after the agent had begun without it/);
      await p.eval(() => void window.track('Order Completed'));
      await checked(p, 1);
      assert.equal((await counts(p))[1], 1);
      await close(p);
    });

    test('off: neither the plan nor the file is asked for', async () => {
      const before = site.requests.length;
      const p = await visit('/off');
      await until(async () => (await stored(p, '/off')).length === 3, { what: 'three events' });
      assert.deepEqual(site.requests.slice(before).filter((request) => /plan\.js|missing/.test(request)), []);
      assert.deepEqual(await said(p), []);
      await close(p);
    });

    for (const [path, why] of [['/missing', 'status 404'], ['/none', 'events must be there']])
      test(`a plan that cannot be used lets events pass, and says so: ${why}`, async () => {
        const p = await visit(path);
        await until(async () => (await stored(p, path)).length === 3, { what: 'three events' });
        const [[level, text]] = await said(p);
        assert.equal(level, 'error');
        assert.ok(text.includes('cannot be used, so events pass unchecked') && text.includes(why), text);
        await close(p);
      });

    test('with the bridge, too: both are waited for', async () => {
      const p = await visit('/bridged');
      await checked(p, 3);
      assert.deepEqual(await stored(p, '/bridged'), [['Product Viewed', 'a']]);
      assert.equal(site.requests.filter((request) => request.endsWith('/firsthand.bridge.js')).length, 1);
      await close(p);
    });
  });
}
