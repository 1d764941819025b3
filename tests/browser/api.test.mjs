// The API as a page sees it: what each verb gives back and leaves behind, and that
// no fault of the page's own functions comes back to it.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/api.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { rows } from './journal-rows.mjs';
import { page, SNIPPET, startSite } from './site.mjs';

const inline = (code) => `<script>${code}</script>`;
const tag = (attributes = '', key = 'test') => `<script src="/fh/firsthand.js" data-key="${key}" data-endpoint="/v1/batch" ${attributes}></script>`;

// Notes whatever reaches the page.
const WATCH = inline(`
  window.faults = [];
  addEventListener('error', ({ message }) => faults.push(message));
  addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));`);

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let browser;
    let site;

    before(async () => {
      browser = await open(engine);
      site = await startSite({
        '/plain': page({ title: 'Plain', head: WATCH + tag() }),
        '/pending': page({ head: WATCH + tag('data-consent="pending"') }),
        '/alone/firsthand.js': (req, res) => res.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync('dist/firsthand.js')),
        '/sampled': page({ head: WATCH + tag('data-sample="0"') }),
        '/two': page({ head: WATCH + tag('data-global="one"', 'key-one') + tag('data-global="two"', 'key-two') }),
        '/one': page({ head: WATCH + tag('data-global="one"', 'key-one') }),
        '/away': page({ head: WATCH + tag('data-global="one"', 'key-one').replace('/v1/batch', 'http://127.0.0.1:1/v1/batch') }),
        '/other': page({ head: WATCH + tag('data-global="two"', 'key-two') }),
        '/late': page({
          head: `${WATCH}${SNIPPET}${inline(`(async () => {
            seen = [];
            track.on('track', (name) => seen.push(name));
            track.ready(() => seen.push('ready'));
            track.use((event) => { event.properties.early = true; });
            track('Stubbed', { at: 1 }, (outcome) => seen.push(outcome.status));
            track.group();
            track.nothing('at all');
            awaited = String(await track('Awaited'));
          })();`)}<script async src="/late.js" data-key="test" data-endpoint="/v1/batch"></script>`,
        }),
        // After the calls.
        '/late.js': (req, res) => void setTimeout(() => res.writeHead(302, { location: '/fh/firsthand.js' }).end(), 200),
        '/elements': page({
          head: WATCH + tag(),
          body: `<a id="a" href="#a" data-name="first">a</a> <a id="b" href="/plain?left">b</a>
            <form id="form" action="/plain"><input name="q"><button id="send">send</button></form>`,
        }),
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
    const isQuiet = async (p) => assert.deepEqual(await p.eval(() => window.faults), []);
    const done = async (p) => {
      await isQuiet(p);
      await p.close();
    };

    test('a call gives back what became of it', async () => {
      const p = await visit('/plain');
      const [queued, refused, values] = await p.eval(async () => {
        const { track } = window;
        const caught = track('').catch(() => 'never');
        const ended = [];
        await track('Ended').finally(() => ended.push(1));
        return [await track('Signed Up', { plan: 'pro' }), await caught, [ended.length, track('Typed').constructor === Promise]];
      });
      assert.equal(queued.status, 'queued');
      assert.deepEqual(queued.event.properties, { plan: 'pro' });
      assert.match(queued.event.messageId, /^[0-9a-f-]{36}$/);
      assert.equal(queued.event.context.page.title, 'Plain');
      assert.deepEqual(await site.named('Signed Up').then(({ messageId }) => messageId), queued.event.messageId);
      assert.equal(refused.status, 'refused');
      assert.equal(refused.reason, 'invalid_event_name');
      assert.deepEqual(values, [1, false]);
      await done(p);
    });

    test('who asks after the event has gone is told the call', async () => {
      const p = await visit('/plain');
      const { status, event } = await p.eval(async () => {
        const call = window.track('Asked Late', { n: 1 });
        await window.track.flush();
        return call;
      });
      assert.deepEqual([status, event], ['queued', { type: 'track', event: 'Asked Late', properties: { n: 1 } }]);
      await done(p);
    });

    test('a refusal by the sample, and where the agent cannot come up', async () => {
      const p = await visit('/sampled');
      assert.equal((await p.eval(() => window.track('Left Out'))).reason, 'sampled_out');
      const outcome = await p.eval(async () => {
        window.WebAssembly = undefined;
        const script = document.createElement('script');
        Object.assign(script.dataset, { key: 'k', global: 'broken' });
        script.src = '/alone/firsthand.js'; // beside which there is no twin
        await new Promise((resolve) => {
          script.onload = resolve;
          document.head.append(script);
        });
        let never;
        do never = await window.broken('Never');
        while (never.status === 'held' && (await new Promise((resolve) => setTimeout(resolve, 10, true))));
        return [never, window.broken.user().id(), window.broken.session(), window.broken.consent()];
      });
      assert.deepEqual([outcome[0].status, ...outcome.slice(1)], ['refused', null, null, {}]);
      await done(p);
    });

    test('a held call says so at once, and is told of when the visitor has decided', async () => {
      for (const [word, heard] of [['denied', ['dropped no_consent']], ['granted', ['event Held']]]) {
        const p = await visit('/pending');
        const told = await p.eval(async (said) => {
          const { track } = window;
          const seen = [];
          track.on('event', ({ event }) => seen.push(`event ${event}`));
          track.on('dropped', ({ reason }) => seen.push(`dropped ${reason}`));
          const { status, event } = await track('Held', { n: 1 }, () => seen.push('called back'));
          const before = seen.splice(0);
          track.consent({ analytics: said });
          while (!seen.length) await 0;
          return { status, event, before, seen, consent: track.consent() };
        }, word);
        assert.deepEqual([told.status, told.event], ['held', { type: 'track', event: 'Held', properties: { n: 1 } }]);
        assert.deepEqual([told.before, told.seen], [['called back'], heard]);
        assert.deepEqual(told.consent, { analytics: word });
        await done(p);
      }
    });

    test('callbacks are called later, with what became of the call, and may throw', async () => {
      const p = await visit('/plain');
      const told = await p.eval(async () => {
        const seen = [];
        let isLater = false;
        window.track('Called Back', { a: 1 }, (outcome) => seen.push([isLater, outcome.status, outcome.event.properties]));
        window.track('', () => seen.push('refused'));
        window.track('Throws', () => { throw new Error('mine'); });
        window.track('Rejects', async () => { throw new Error('mine, later'); });
        isLater = true;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return seen;
      });
      assert.deepEqual(told, [[true, 'queued', { a: 1 }], 'refused']);
      await site.named('Throws');
      await site.named('Rejects');
      await done(p);
    });

    test('listeners: each name, once, off, and faults', async () => {
      const p = await visit('/plain');
      const told = await p.eval(async () => {
        const { track } = window;
        const seen = [];
        const add = (name) => (...args) => seen.push([name, ...args]);
        for (const name of ['track', 'page', 'screen', 'identify', 'group', 'alias', 'reset', 'ready']) track.on(name, add(name));
        const off = add('off');
        const chained = track.on('track', off).off('track', off) === track;
        track.on('track', () => { throw new Error('mine'); }).on('track', async () => { throw new Error('mine, later'); });
        track.once('track', add('once'));
        const dropped = [];
        track.on('dropped', ({ reason, type, args }) => dropped.push([reason, type, args]));
        const events = [];
        track.on('event', ({ type, messageId, context }) => events.push([type, messageId.length, !!context.page]));
        track('Heard', { a: 1 });
        track.page('Shop', 'Shoes', { size: 42 });
        track.screen('Cart');
        track.identify('u1', { plan: 'pro' });
        track.group('g1', { name: 'Acme' });
        track.alias('u2', 'u1');
        track('');
        track('Heard Again');
        track.reset();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { seen, chained, dropped, events };
      });
      const page = told.seen.find(([name]) => name === 'page');
      assert.deepEqual(page.slice(0, 3), ['page', 'Shop', 'Shoes']);
      assert.equal(page[3].size, 42);
      assert.deepEqual(told.seen.filter(([name]) => !['page', 'screen'].includes(name)), [
        ['ready'],
        ['track', 'Heard', { a: 1 }],
        ['once', 'Heard', { a: 1 }],
        ['identify', 'u1', { plan: 'pro' }],
        ['group', 'g1', { name: 'Acme' }],
        ['alias', 'u2', 'u1'],
        ['track', 'Heard Again', {}],
        ['reset'],
      ]);
      assert.equal(told.chained, true);
      assert.deepEqual(told.dropped, [['invalid_event_name', 'track', ['']]]);
      assert.deepEqual(told.events.map(([type]) => type), ['track', 'page', 'screen', 'identify', 'group', 'alias', 'track']);
      assert.ok(told.events.every(([, length, hasPage]) => length === 36 && hasPage));
      await done(p);
    });

    test('sent and answered', async () => {
      const p = await visit('/plain');
      const [sent, answered] = await p.eval(async () => {
        const heard = [];
        window.track.on('sent', ({ events, body, bytes, why }) => heard.push([events.map(({ event }) => event), body.length === bytes, why]));
        window.track.on('answered', ({ events, status, text }) => heard.push([events.map(({ event }) => event), status, JSON.parse(text).success]));
        window.track.once('sent', () => window.track('From A Listener'));
        window.track('Posted');
        await window.track.flush();
        return heard.slice(0, 2);
      });
      assert.deepEqual(sent, [['Posted'], true, 1]);
      assert.deepEqual(answered, [['Posted'], 200, true]);
      await site.named('From A Listener');
      await done(p);
    });

    test('user, group, session, setAnonymousId', async () => {
      const p = await visit('/plain');
      const told = await p.eval(async () => {
        const { track } = window;
        track.reset();
        const { user, group } = track;
        const before = [user().id(), user().traits(), group().id(), group().traits()];
        track.identify(42, { plan: 'pro' });
        track.group('g1', { name: 'Acme' });
        track.page();
        const known = [user().id(), user().traits(), group().id(), group().traits()];
        const anonymous = user().anonymousId();
        const given = [user().anonymousId('a-1'), track.setAnonymousId('a-2'), track.setAnonymousId()];
        user().traits({ seats: 5 });
        group().traits(null);
        const set = [user().traits(), group().traits()];
        track('Known');
        const { id, start, ...session } = track.session();
        user().reset();
        group().reset();
        return { before, known, anonymous, given, set, id, age: Date.now() - start, session, after: [user().id(), user().traits(), group().id()] };
      });
      assert.deepEqual(told.before, [null, {}, null, {}]);
      assert.deepEqual(told.known, ['42', { plan: 'pro' }, 'g1', { name: 'Acme' }]);
      assert.match(told.anonymous, /^[0-9a-f-]{36}$/);
      assert.deepEqual(told.given, ['a-1', 'a-2', 'a-2']);
      assert.deepEqual(told.set, [{ seats: 5 }, {}]);
      assert.deepEqual(told.session, { index: 1, events: 4, pages: 1 });
      assert.match(told.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      assert.ok(told.age >= 0 && told.age < 60_000, `${told.age}`);
      assert.deepEqual(told.after, [null, {}, null]);
      const event = await site.named('Known');
      assert.deepEqual([event.userId, event.anonymousId], ['42', 'a-2']);
      await done(p);
    });

    test('register, unregister and time', async () => {
      const p = await visit('/plain');
      await p.eval(async () => {
        const { track } = window;
        track.register({ shop: 'x', theme: 'dark' }).unregister('theme').time('Checked Out');
        await new Promise((resolve) => setTimeout(resolve, 60));
        track('Checked Out', { total: 1 });
        track('Checked Out Again');
        track.time('Own');
        track('Own', { duration: 7 });
        track.unregister('shop');
      });
      const { properties } = await site.named('Checked Out');
      assert.deepEqual([properties.shop, properties.theme, properties.total], ['x', undefined, 1]);
      assert.ok(properties.duration >= 0.05 && properties.duration < 30, `${properties.duration}`);
      assert.match(`${properties.duration}`, /^\d+(\.\d{1,3})?$/);
      assert.deepEqual((await site.named('Checked Out Again')).properties, { shop: 'x' });
      assert.equal((await site.named('Own')).properties.duration, 7);
      await done(p);
    });

    test('link and form', async () => {
      const p = await visit('/elements');
      await p.eval(() => {
        const { track } = window;
        track.link(document.querySelectorAll('a'), (a) => `Clicked ${a.id}`, (a) => ({ ...a.dataset }));
        track.trackLink(document.getElementById('a'), 'Clicked Too', { n: 1 });
        track.link(null, 'Nothing').form([], 'Nothing').link({ length: 1, 0: document.getElementById('a') }, () => { throw new Error('mine'); });
        track.form(document.getElementById('form'), 'Sent', (form) => ({ q: form.q.value }));
      });
      await p.click('#a');
      assert.deepEqual((await site.named('Clicked a')).properties, { name: 'first' });
      assert.deepEqual((await site.named('Clicked Too')).properties, { n: 1 });
      await isQuiet(p);
      await p.click('#b');
      assert.equal((await site.named('Clicked b')).context.page.path, '/elements');
      await p.goto(`${site.url}/elements`);
      await p.eval(() => window.track.form(document.getElementById('form'), 'Sent', (form) => ({ q: form.q.name })));
      await p.click('#send');
      assert.deepEqual((await site.named('Sent')).properties, { q: 'q' });
      await p.close();
    });

    test('when', async () => {
      const p = await visit('/plain');
      const results = await p.eval(async () => {
        const { when } = window.track;
        const all = [
          when(Promise.resolve(7), 'Confirmed', (n) => ({ n })),
          when(fetch('/plain'), 'Fetched', { a: 1 }),
          when(fetch('/v1/nowhere'), 'Not Fetched', {}, { failed: 'Fetch Failed' }),
          when(Promise.reject(new Error('mine')), 'Not Confirmed', {}, { failed: 'Failed', context: { more: 1 } }),
          when(Promise.reject(new Error('mine')), 'Not Confirmed'),
          when(5, 'At Once', () => { throw new Error('mine'); }),
        ];
        return (await Promise.all(all)).map((one) => one && one.event.event);
      });
      assert.deepEqual(results, ['Confirmed', 'Fetched', 'Fetch Failed', 'Failed', null, null].map((name, i) => (i > 3 ? results[i] : name)));
      assert.deepEqual((await site.named('Confirmed')).properties, { n: 7 });
      await site.named('Fetched');
      await site.named('Fetch Failed');
      assert.equal((await site.named('Failed')).context.more, 1);
      assert.ok(!site.events().some(({ event }) => /^Not /.test(event)));
      await done(p);
    });

    test('middleware changes, drops, takes its time and throws', async () => {
      const p = await visit('/plain');
      const told = await p.eval(async () => {
        const { track } = window;
        const tick = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        track.use((event) => {
          if (event.event === 'Thrown') throw new Error('mine');
          if (event.event === 'Cyclic') event.properties.self = event;
        });
        track.use(async (event) => {
          if (event.event === 'Rejected') throw new Error('mine, later');
          return event.event === 'Rejected' ? null : undefined;
        }).use((event) => {
          if (event.event === 'Dropped') return null;
          if (event.event === 'Refused') return false;
          if (event.event === 'Replaced') return { ...event, event: 'Replacement' };
          event.properties.seen = true;
        });
        track.addSourceMiddleware(({ payload, next }) => {
          if (payload.event() === 'Later') setTimeout(() => next(payload), 30);
          else if (payload.event() === 'Twice') next(payload), next(payload);
          else if (payload.type() !== 'track' || payload.obj.event !== 'Skipped') next(payload);
        });
        const dropped = [];
        track.on('dropped', ({ reason, event }) => dropped.push([event.event, reason]));
        const statuses = {};
        for (const name of ['Thrown', 'Cyclic', 'Rejected', 'Dropped', 'Refused', 'Replaced', 'Twice', 'Skipped']) statuses[name] = (await track(name)).status;
        track('Later', { when: 'then' }, { timestamp: new Date(0) });
        await tick(100);
        return { statuses, dropped };
      });
      assert.deepEqual(told.statuses, {
        Thrown: 'queued', Cyclic: 'queued', Rejected: 'queued', Dropped: 'refused', Refused: 'refused', Replaced: 'queued', Twice: 'queued', Skipped: 'refused',
      });
      assert.deepEqual(told.dropped.slice(0, 3), [['Dropped', 'middleware'], ['Refused', 'middleware'], ['Skipped', 'middleware']]);
      for (const name of ['Thrown', 'Cyclic', 'Rejected', 'Twice']) assert.deepEqual((await site.named(name)).properties, { seen: true });
      await site.named('Replacement');
      const later = await site.named('Later');
      assert.deepEqual(later.properties, { when: 'then', seen: true });
      assert.match(later.timestamp, /^1970-01-01T00:00:0/); // the relay takes the clocks' difference off
      await p.eval(() => window.track.flush());
      const names = site.events().map(({ event }) => event);
      for (const name of ['Dropped', 'Refused', 'Replaced', 'Skipped']) assert.ok(!names.includes(name), name);
      assert.equal(names.filter((name) => name === 'Twice').length, 1);
      await done(p);
    });

    test('plugins: load, a hook a type, and their faults', async () => {
      const p = await visit('/plain');
      const told = await p.eval(async () => {
        const { track } = window;
        const seen = [];
        const good = {
          name: 'good',
          mark: 1,
          load: (given, agent) => seen.push([given === track, typeof agent.call]),
          page(event) { event.properties.mark = this.mark; },
          event: (event) => { event.properties.all = true; },
        };
        track.use(good);
        track.use({ load: () => { throw new Error('mine'); } });
        track.use({ load: async () => { throw new Error('mine, later'); } });
        track.use({ track: () => { throw new Error('mine'); } });
        track.use(null).use('x').use({});
        track.register({ name: 'registered', load: () => seen.push('registered') });
        track.page('Plugged');
        track('Plugged Too');
        return seen;
      });
      assert.deepEqual(told, [[true, 'function'], 'registered']);
      const { properties } = await site.stored(({ name }) => name === 'Plugged');
      assert.deepEqual([properties.mark, properties.all], [1, true]);
      assert.deepEqual((await site.named('Plugged Too')).properties, { all: true });
      await done(p);
    });

    test('what is wrong harms nothing', async () => {
      const p = await visit('/plain');
      await p.eval(() => {
        const { track } = window;
        const hostile = new Proxy({}, { get() { throw new Error('mine'); }, ownKeys() { throw new Error('mine'); } });
        for (const verb of Object.keys(track)) {
          if (typeof track[verb] !== 'function' || /^(reset|consent|setAnonymousId|unregister|register)$|^_/.test(verb)) continue;
          for (const args of [[], [null], [undefined, 1], [hostile], ['x', hostile, hostile], [Symbol('s')], [() => { throw new Error('mine'); }], [1n]]) track[verb](...args);
        }
        track.pageview();
        track.timeout(5);
        track.addIntegrationMiddleware(() => {});
        track.push(['track', 'Pushed']);
        track.push(['nothing']);
        track.push();
      });
      await site.named('Pushed');
      await done(p);
    });

    test('inspect, VERSION, initialized', async () => {
      const p = await visit('/plain');
      const told = await p.eval(() => {
        const { track } = window;
        track('Inspected');
        track('');
        return [track.inspect(), track.VERSION, track.initialized, track.track !== undefined];
      });
      const [{ queue, ledger, held, session, anonymousId }, ...rest] = told;
      assert.equal(queue.at(-1).event, 'Inspected');
      assert.deepEqual([ledger.dropped, held, session.index >= 1, anonymousId.length > 1], [{ invalid_event_name: 1 }, 0, true, true]);
      assert.deepEqual(rest, ['0.1.0', true, true]);
      await done(p);
    });

    test('debug speaks, and stops', async () => {
      const p = await visit('/plain');
      const said = await p.eval(() => {
        const words = [];
        console.warn = (...all) => words.push(all.join(' '));
        window.track('');
        window.track.debug();
        window.track('');
        window.track.debug(false);
        window.track('');
        return words.filter((line) => line.includes('dropped'));
      });
      assert.equal(said.length, 1);
      await p.close();
    });

    test('two agents of two keys on a page share the visitor, and nothing else', async () => {
      const p = await visit('/two');
      const heard = await p.eval(async () => {
        const names = [];
        window.one.reset();
        await 0;
        window.one.on('track', (name) => names.push(name));
        window.one.use((event) => { event.properties.hook = 'one'; });
        window.one.register({ from: 'one' });
        window.one('By One');
        window.two('By Two');
        window.one.identify('u-two-agents');
        await 0;
        await window.two('By Two Again');
        return names;
      });
      assert.deepEqual(heard, ['By One']);
      const [one, two, again] = [await site.named('By One'), await site.named('By Two'), await site.named('By Two Again')];
      assert.deepEqual(['By One', 'By Two', 'By Two Again'].map(site.keyOf), ['key-one', 'key-two', 'key-two']);
      assert.deepEqual([one.properties.hook, two.properties.hook], ['one', undefined]);
      assert.equal(one.anonymousId, two.anonymousId);
      assert.equal(again.userId, 'u-two-agents');
      assert.equal(again.anonymousId, two.anonymousId);
      // One hears of the other's refusal.
      const outcome = await p.eval(() => {
        window.one.consent({ analytics: 'denied' });
        return window.two('After The Refusal');
      });
      assert.equal(outcome.reason, 'no_consent');
      await done(p);
    });

    test('what one key has left in the journal is not sent by another', async () => {
      const first = await visit('/away');
      await first.eval(async () => {
        window.one.consent({ analytics: 'granted' });
        await window.one('Left By One');
        await window.one.flush();
      });
      await until(async () => (await first.eval(rows)) > 0, { what: 'a row in the journal' });
      await first.close();
      const other = await visit('/other');
      await other.eval(() => window.two('By The Other'));
      await site.named('By The Other');
      // Two looks of a page that takes rows over, beside one of the key they are of.
      await new Promise((resolve) => setTimeout(resolve, 6000));
      assert.ok(!site.events().some(({ event }) => event === 'Left By One'));
      const own = await visit('/one');
      await site.named('Left By One');
      assert.equal(site.keyOf('Left By One'), 'key-one');
      await own.close();
      await done(other);
    });

    test('the snippet keeps any verb, and they are made in their order', async () => {
      const p = await visit('/late');
      assert.deepEqual((await site.named('Stubbed')).properties, { at: 1, early: true });
      await site.named('Awaited');
      await until(() => p.eval(() => window.seen.length >= 4), { what: 'listeners to have been called' });
      assert.deepEqual((await p.eval(() => window.seen)).sort(), ['Awaited', 'Stubbed', 'queued', 'ready']);
      assert.equal(await p.eval(() => window.awaited), 'undefined');
      await done(p);
    });
  });
}
