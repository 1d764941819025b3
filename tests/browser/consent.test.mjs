// What is stored and what is sent before the visitor has allowed it, and after he
// has refused: nothing. Each test has a site of its own by name, so that one
// browser serves all.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/consent.test.mjs
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { rows } from './journal-rows.mjs';
import { page, SNIPPET, startSite } from './site.mjs';

const tag = (attributes = '', src = '/fh/firsthand.js') =>
  `<script src="${src}" data-key="test" data-endpoint="/v1/batch" data-debug ${attributes}></script>`;
const inline = (code) => `<script>${code}</script>`;

// Notes whatever is written, also what is taken away again before anybody looks.
const SPY = inline(`(${() => {
  window.writes = [];
  const { set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  const note = (prototype, name) => {
    const original = prototype[name];
    prototype[name] = function (...args) {
      window.writes.push([name, ...args].join(' '));
      return original.apply(this, args);
    };
  };
  Object.defineProperty(document, 'cookie', {
    get: Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').get,
    set(text) {
      window.writes.push(`cookie ${text}`);
      set.call(document, text);
    },
  });
  note(Storage.prototype, 'setItem');
  note(IDBFactory.prototype, 'open');
}})()`);

const signal = (name, value) => inline(`Object.defineProperty(Navigator.prototype, '${name}', { get: () => ${value} })`);
const GPC = signal('globalPrivacyControl', 'true');
const DNT = signal('doNotTrack', "'1'");

// Calls of every verb, some of them before the agent is there.
const early = () => {
  window.times = [Date.now()];
  track.register({ from: 'the stub' });
  track('Early', { n: 1 });
  track.page('Docs', 'Start');
  track.screen('Menu');
  track.identify('u-1', { plan: 'pro' });
  track.group('g-1', { size: 3 });
  track.alias('u-2');
  window.times.push(Date.now());
};
const late = () => {
  history.pushState(null, '', '/elsewhere?q=1');
  document.title = 'Elsewhere';
  window.times.push(Date.now());
  track('Late', { n: 2 });
  track.setAnonymousId('somebody');
  track.unregister('from');
  track.page();
  track.reset();
  track('Last');
  window.times.push(Date.now());
};

// All that a page can find stored for it.
const stored = async () => ({
  cookie: document.cookie,
  local: { ...localStorage },
  session: { ...sessionStorage },
  databases: (await indexedDB.databases()).map(({ name }) => name),
});
const NOTHING = { cookie: '', local: {}, session: {}, databases: [] };
const isNothing = (p) => async () => JSON.stringify(await p.eval(stored)) === JSON.stringify(NOTHING);
// Where nobody is asked first, a refusal must be remembered.
const isRefusal = (p) => async () => JSON.stringify(await p.eval(stored)) === JSON.stringify({ ...NOTHING, cookie: '_fh=0' });

const allow = () => track.consent({ analytics: 'granted' });
const deny = () => track.consent({ analytics: 'denied' });

// A first page with calls before the agent, and another of the same site.
const site2 = (name, { head = '', attributes = '' }) => ({
  [`/${name}`]: page({ title: 'First', head: `${SPY}${head}${SNIPPET}${inline(`(${early})()`)}${tag(attributes)}` }),
  [`/${name}/next`]: page({ title: 'Next', head: `${SPY}${head}${SNIPPET}${tag(attributes)}` }),
});

const PAGES = {
  '/bare': page({ title: 'Bare', head: '' }),
  '/fence': page({ title: 'Fence', head: tag('data-gpc="off"') }),
  // The same ids each time, and texts that stand in no page's source, and that have
  // no four characters in common with the rest of an event: Firefox packs with Snappy.
  '/disk': page({
    head: `${inline('crypto.getRandomValues = (array) => array.fill(7)')}${SNIPPET}${inline(
      "track(['Qx7', 'Zk9', 'Vw3'].join('-')); track.identify(['visitor', 4711].join('-'))",
    )}${tag('data-consent="pending"')}`,
  }),
  // The agent's long timers run when the test says so (WebDriver has some of its own).
  '/orphans': page({
    head: `${SPY}${inline(`(${() => {
      const { setTimeout } = window;
      window.timers = [];
      window.setTimeout = (work, ms, ...args) =>
        ms >= 1000 && new Error().stack.includes('/fh/') ? -window.timers.push(work) : setTimeout(work, ms, ...args);
    }})()`)}${tag()}`,
  }),
  ...site2('agent', {}),
  ...site2('pending', { attributes: 'data-consent="pending"' }),
  ...site2('denied', { attributes: 'data-consent="denied"' }),
  ...site2('gpc', { head: GPC }),
  ...site2('gpc-off', { head: GPC, attributes: 'data-gpc="off"' }),
  ...site2('dnt', { head: DNT }),
  ...site2('dnt-on', { head: DNT, attributes: 'data-dnt="on"' }),
  ...site2('none', { attributes: 'data-storage="none"' }),
  // The agent's script is not there.
  '/gone.js': (req, res) => res.writeHead(404).end(),
  ...Object.fromEntries(
    Object.entries({
      allowed: ['', ''],
      pending: ['', 'data-consent="pending"'],
      gpc: [GPC, ''],
      dnt: [DNT, 'data-dnt="on"'],
    }).map(([name, [head, attributes]]) => [
      `/alone/${name}`,
      page({ head: `${head}${SNIPPET}${tag(attributes, '/gone.js')}${inline(`track('Alone', { name: '${name}' })`)}` }),
    ]),
  ),
  // Storage that is denied in one way or another.
  '/throws': page({
    head: `${inline(`(${() => {
      const refuse = { get() { throw new DOMException('no', 'SecurityError'); }, set() { throw new DOMException('no', 'SecurityError'); } };
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, refuse);
      Object.defineProperty(document, 'cookie', refuse);
      window.uncaught = [];
      addEventListener('error', ({ message }) => window.uncaught.push(message));
      addEventListener('unhandledrejection', ({ reason }) => window.uncaught.push(String(reason)));
    }})()`)}${tag()}${inline("track('Without Storage')")}`,
  }),
  '/framing': page({ head: '', body: '<iframe sandbox="allow-scripts" src="/framed"></iframe>' }),
  '/framed': page({ head: `${tag()}${inline("track('From A Sandbox', { origin: String(origin) })")}` }),
};

// The files of a browser's profile that hold one of the texts, as `file text`; `_fh` is
// too short to be looked for in more than what is stored for sites, and the agent's own
// source in the caches has it.
const STORES = /\/(Cookies|Network|Local Storage|Session Storage|IndexedDB|WebStorage|cookies\.sqlite|webappsstore|storage|data)/;
const holding = (dir, texts) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = join(entry.parentPath, entry.name).slice(dir.length);
      const bytes = readFileSync(dir + file);
      const has = (text) => (text !== '_fh' || STORES.test(file)) && (bytes.includes(text) || bytes.includes(text, 0, 'utf16le'));
      return texts.filter(has).map((text) => `${file} ${text}`);
    });

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;
    let pages = [];

    before(async () => {
      site = await startSite(PAGES);
      browser = await open(engine, { proxy: site.url });
    });
    afterEach(async () => {
      site.up();
      for (const p of pages.splice(0)) await p.close().catch(() => {});
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const visit = async (url, where = browser) => {
      const p = await where.page();
      if (where === browser) pages.push(p);
      await p.goto(url);
      return p;
    };
    const leave = async (p) => {
      if (!p.hide) return;
      await p.hide();
      await p.show();
    };
    const close = (p) => {
      pages = pages.filter((other) => other !== p);
      return p.close();
    };
    // What was asked for under a name, but for the browser's own wish for an icon.
    const asked = (at) => site.requests.filter((request) => request.includes(` ${at}/`) && !request.endsWith('/favicon.ico'));
    const posts = (at) => asked(at).filter((request) => request.startsWith('POST'));
    const events = (at) => site.events().filter(({ context }) => context.page.url?.startsWith(`${at}/`));

    // What was sent before this has arrived when it returns.
    let fences = 0;
    const fence = async (where = browser) => {
      const p = await where.page();
      await p.goto('http://fence.test/fence');
      const name = `Fence ${engine} ${fences++}`;
      await p.eval((event) => track(event), name);
      await site.named(name);
      await p.close();
    };

    // A page of each kind of end, and every verb on it: nothing is to come of it.
    const nothingOf = async (at, name, where = browser) => {
      const stays = await visit(`${at}/${name}`, where);
      await stays.eval(late);
      await leave(stays);
      const goes = await visit(`${at}/${name}`, where);
      await goes.eval(late);
      await goes.goto(`${at}/bare`);
      const closes = await visit(`${at}/${name}`, where);
      await closes.eval(late);
      await (where === browser ? close(closes) : closes.close());
      await fence(where);
      assert.deepEqual(await goes.eval(stored), NOTHING);
      assert.deepEqual(await stays.eval(stored), NOTHING);
      assert.deepEqual(await stays.eval(() => window.writes), []);
      const own = [`GET ${at}/${name}`, `GET ${at}/fh/firsthand.js`, `GET ${at}/bare`];
      assert.deepEqual(asked(at).filter((request) => !own.includes(request)), []);
      return stays;
    };

    test('pending: nothing is stored or sent; granted: every call, once, in order, as it was', async () => {
      const at = 'http://www.pending.test';
      const p = await nothingOf(at, 'pending');
      await p.eval(allow);
      const called = ['Early', 'Start', 'Menu', 'identify', 'group', 'alias', 'Late', 'page', 'Last'];
      await until(() => events(at).length >= called.length, { what: 'the calls that waited' });
      await p.eval(() => track('Afterwards'));
      await site.named('Afterwards');
      const all = events(at);
      assert.deepEqual(all.map(({ type, event, name }) => event ?? name ?? type), [...called, 'Afterwards']);
      assert.equal(new Set(all.map(({ messageId }) => messageId)).size, all.length);
      assert.deepEqual([...new Set(all.map(({ context }) => context.consent.categoryPreferences.analytics))], [true]);

      const of = (names, what) => all.filter(({ type, event, name }) => names.includes(event ?? name ?? type)).map(what);
      const pages = (names) => [...new Set(of(names, ({ context: { page: { title, path, search } } }) => [title, path, search].join(' ')))];
      assert.deepEqual(pages(called.slice(0, 6)), ['First /pending ']);
      assert.deepEqual(pages([...called.slice(6), 'Afterwards']), ['Elsewhere /elsewhere ?q=1']);
      const times = await p.eval(() => window.times);
      const within = (names, from, to) => {
        for (const time of of(names, ({ originalTimestamp, timestamp }) => Date.parse(originalTimestamp ?? timestamp)))
          assert.ok(time >= from - 3 && time <= to + 3, `${names}: ${from} ${time} ${to}`); // browsers round their clocks
      };
      within(called.slice(0, 6), times[0], times[1]);
      within(called.slice(6), times[2], times[3]);

      const [before, between, last] = [of(['Late'], (e) => e)[0], of(['page'], (e) => e)[0], of(['Last'], (e) => e)[0]];
      assert.deepEqual([before.userId, before.context.groupId, before.properties], ['u-2', 'g-1', { from: 'the stub', n: 2 }]);
      assert.deepEqual([between.anonymousId, 'from' in between.properties], ['somebody', false]);
      assert.deepEqual([last.userId, last.context.groupId], [undefined, undefined]);
      assert.notEqual(last.anonymousId, before.anonymousId);
    });

    test('pending: nothing is on the disk', async () => {
      const own = await open(engine, { proxy: site.url });
      const copy = mkdtempSync(join(tmpdir(), 'firsthand-disk-'));
      try {
        const at = 'http://www.disk.test';
        const stays = await visit(`${at}/disk`, own);
        await leave(stays);
        const goes = await visit(`${at}/disk`, own);
        await goes.goto(`${at}/bare`);
        await own.closeLikeAPerson();
        cpSync(own.profile, copy, { recursive: true });

        // The same visitor, and the same call, where it is allowed and cannot be sent.
        await own.restart();
        site.down();
        const granted = await visit(`${at}/disk`, own);
        await granted.eval(allow);
        await until(async () => (await granted.eval(rows)) > 0, { what: 'a row in the journal' });
        const id = (await granted.eval(() => document.cookie)).split('.')[1];
        await own.closeLikeAPerson();

        const texts = ['_fh', id, 'Qx7-Zk9-Vw3', 'visitor-4711'];
        const there = holding(own.profile, texts);
        for (const text of texts) assert.ok(there.some((found) => found.endsWith(` ${text}`)), `${text} in ${there}`);
        assert.deepEqual(holding(copy, texts), []);
      } finally {
        await own.cleanup();
        rmSync(copy, { recursive: true, force: true });
      }
    });

    test('a grant is remembered: on the next page, in another tab, without any call', async () => {
      const at = 'http://www.granted.test';
      const p = await visit(`${at}/pending/next`);
      await p.eval(allow);
      await p.goto(`${at}/pending/next`);
      await p.eval(() => track('On The Next Page'));
      const first = await site.named('On The Next Page');
      assert.equal(first.context.page.path, '/pending/next');
      assert.equal(first.context.consent.categoryPreferences.analytics, true);
      const other = await visit(`${at}/pending/next`);
      await other.eval(() => track('In Another Tab'));
      const second = await site.named('In Another Tab');
      assert.equal(second.anonymousId, first.anonymousId);
      assert.deepEqual(second.context.consent, first.context.consent);
    });

    test('a grant is heard in a tab that waits for it', async () => {
      const at = 'http://www.waiting.test';
      const waits = await visit(`${at}/pending/next`);
      await waits.eval(() => track('Waits For A Grant'));
      const p = await visit(`${at}/pending/next`);
      await p.eval(allow);
      await p.eval(() => track('Grants'));
      const [waited, granted] = [await site.named('Waits For A Grant'), await site.named('Grants')];
      assert.equal(waited.anonymousId, granted.anonymousId);
      assert.equal(waited.context.page.path, '/pending/next');
      assert.equal(waited.context.consent.categoryPreferences.analytics, true);
    });

    test('granted before any call: the first event has its page', async () => {
      const at = 'http://www.early.test';
      const p = await visit(`${at}/pending/next`);
      await p.eval(() => {
        track.consent({ analytics: 'granted' });
        track('Right After');
      });
      const { context } = await site.named('Right After');
      assert.deepEqual([context.page.path, context.page.title, typeof context.userAgent], ['/pending/next', 'Next', 'string']);
    });

    test('said to be pending, then granted one category after the other: every call, once', async () => {
      const at = 'http://www.platform.test';
      const p = await visit(`${at}/pending`);
      await p.eval(() => {
        track.consent({ analytics: 'pending', ads: 'pending' });
        track.consent({ ads: 'granted' });
        track('Between');
        track.consent({ analytics: 'granted' });
        track('Decided');
      });
      await site.named('Decided');
      const all = events(at);
      assert.deepEqual(all.map(({ type, event, name }) => event ?? name ?? type), ['Early', 'Start', 'Menu', 'identify', 'group', 'alias', 'Between', 'Decided']);
      assert.deepEqual(all.at(-1).context.consent.categoryPreferences, { ads: true, analytics: true });
      assert.equal(all.at(-1).context.consent.version, 3);
    });

    test('denied after a grant, in an outage: all of it goes, in every tab; granted again: somebody new', async () => {
      const at = 'http://www.denied.test';
      const a = await visit(`${at}/pending/next`);
      await a.eval(allow);
      await a.eval(() => {
        track.identify('u-1', { plan: 'pro' });
        track('Before');
      });
      const known = await site.stored(({ event, userId }) => event === 'Before' && userId === 'u-1');
      const b = await visit(`${at}/pending/next`);
      site.down();
      for (const p of [a, b]) await p.eval(() => track('Waits'));
      await until(async () => (await a.eval(rows)) >= 2, { what: 'rows of both tabs' });
      // As a page spills that is left before its row is stored.
      await a.eval(() => localStorage.setItem(`_fh.${'0'.repeat(32)}`, 'a row'));
      const was = await a.eval(stored);
      assert.match(was.cookie, /_fh=.*_fh_ack=|_fh_ack=.*_fh=/);
      assert.deepEqual([Object.keys(was.local).length, Object.keys(was.session), was.databases], [2, ['_fh'], ['firsthand']]);

      await a.eval(deny);
      const gone = async () => {
        for (const p of [a, b]) await until(isNothing(p), { what: 'nothing to be stored' });
      };
      await gone();
      site.up();
      await fence(); // what was under way has come
      const asked = posts(at).length;
      // Whatever makes a page save or send:
      for (const p of [a, b]) {
        await p.eval(() => {
          track('Refused');
          track.flush();
          dispatchEvent(new Event('online'));
        });
        await leave(p);
      }
      await b.goto(`${at}/bare`);
      await fence();
      assert.deepEqual(await a.eval(stored), NOTHING);
      assert.equal(posts(at).length, asked);

      site.down();
      await a.eval(() => {
        track.consent({ analytics: 'granted' });
        track('Again');
      });
      await until(async () => (await a.eval(rows)) > 0, { what: 'a row in the new journal' });
      site.up();
      const again = await site.named('Again');
      assert.notEqual(again.anonymousId, known.anonymousId);
      assert.deepEqual([again.userId, again.context.traits], [undefined, undefined]);
      assert.deepEqual([again.context.session.index, again.context.session.eventIndex], [1, 1]);
      assert.match(await a.eval(() => document.cookie), new RegExp(`_fh=1\\.${again.anonymousId}`));
      await until(async () => (await a.eval(rows)) === 0, { what: 'an empty journal' });
      const told = events(at).map(({ event, type }) => event ?? type);
      assert.deepEqual(told, ['identify', 'Before', 'Again']);
    });

    test('denied: the answer to a request under way leaves nothing', async () => {
      const at = 'http://www.flight.test';
      const p = await visit(`${at}/agent/next`);
      const held = site.hold();
      await p.eval(() => track('In Flight'));
      const answer = await held;
      await p.eval(deny);
      answer();
      await until(() => p.eval(() => performance.getEntriesByName(`${origin}/v1/batch`).length), { what: 'the answer to have come' });
      await leave(p);
      await p.goto(`${at}/bare`);
      await fence();
      assert.deepEqual(await p.eval(stored), { ...NOTHING, cookie: '_fh=0' });
    });

    test('denied: the page that looks for others\' events makes no new journal', async () => {
      const at = 'http://www.orphans.test';
      const p = await visit(`${at}/orphans`);
      await p.eval(() => track('Before The Refusal'));
      await site.named('Before The Refusal');
      const pass = () => p.eval(async () => {
        for (let i = 0; i < 10; i++) {
          for (const work of window.timers.splice(0)) work();
          await new Promise((resolve) => setTimeout(resolve));
        }
      });
      const opened = () => p.eval(() => window.writes.filter((write) => write.startsWith('open firsthand')).length);
      const before = await opened();
      await p.eval(deny);
      await until(isRefusal(p), { what: 'nothing but the refusal to be stored' });
      await pass();
      assert.equal(await opened(), before);
      await leave(p);
      await fence();
      assert.ok(await isRefusal(p)());
    });

    test('denied where nobody is asked first: it holds on the next page, and on a subdomain', async () => {
      const p = await visit('http://www.optout.test/orphans');
      await p.eval(() => track('Before The Refusal', { optout: 1 }));
      await site.stored(({ properties }) => properties?.optout === 1, 'the event before the refusal');
      await p.eval(deny);
      await until(isRefusal(p), { what: 'nothing but the refusal to be stored' });
      for (const at of ['http://www.optout.test/orphans', 'http://news.optout.test/orphans']) {
        await p.goto(at);
        await p.eval(() => (track('After The Refusal'), track.flush()));
        assert.ok(await isRefusal(p)());
      }
      await p.eval(() => (track.consent({ analytics: 'granted' }), track('Granted After All')));
      const granted = await site.named('Granted After All');
      assert.equal(site.events().some(({ event }) => event === 'After The Refusal'), false);
      assert.equal(granted.context.consent.categoryPreferences.analytics, true);
      await p.close();
    });

    for (const [name, how] of [['pending', deny], ['denied', () => {}], ['gpc', () => {}]]) {
      test(`${name}: what a visit before it has left goes, too`, async () => {
        const at = `http://www.${name}-later.test`;
        site.down();
        const p = await visit(`${at}/agent/next`);
        await p.eval(() => track('Left Behind'));
        await until(async () => (await p.eval(rows)) > 0, { what: 'a row in the journal' });
        await p.eval(() => localStorage.setItem(`_fh.${'0'.repeat(32)}`, 'a row'));
        // What that page hands over as it goes is on its way before the next one comes.
        await p.goto(`${at}/bare`);
        site.up();
        await fence();
        assert.deepEqual((await p.eval(stored)).databases, ['firsthand']);
        const asked = posts(at).length;
        await p.goto(`${at}/${name}/next`);
        await p.eval(how);
        await until(isNothing(p), { what: 'nothing to be stored' });
        await leave(p);
        await fence();
        assert.equal(posts(at).length, asked);
        assert.deepEqual(await p.eval(stored), NOTHING);
      });
    }

    test('denied by the site: nothing is stored or sent', async () => {
      await nothingOf('http://www.no.test', 'denied');
    });

    test('Global Privacy Control counts as denied, until the visitor says otherwise here', async () => {
      const at = 'http://www.gpc.test';
      const p = await nothingOf(at, 'gpc');
      await p.eval(allow);
      await p.eval(() => track('In Spite Of It'));
      await site.named('In Spite Of It');
      assert.deepEqual(events(at).map(({ event }) => event), ['In Spite Of It']);
    });

    test('Firefox\'s own Global Privacy Control', { skip: engine !== 'firefox' && 'only Firefox has one' }, async () => {
      const own = await open(engine, { proxy: site.url, prefs: { 'privacy.globalprivacycontrol.enabled': true } });
      try {
        const p = await nothingOf('http://www.own-gpc.test', 'agent', own);
        assert.equal(await p.eval(() => navigator.globalPrivacyControl), true);
      } finally {
        await own.cleanup();
      }
    });

    test('Do Not Track counts with data-dnt="on"', async () => {
      await nothingOf('http://www.dnt.test', 'dnt-on');
    });

    for (const name of ['gpc-off', 'dnt']) {
      test(`${name}: not minded`, async () => {
        const at = `http://www.${name}.test`;
        await visit(`${at}/${name}`);
        await until(() => events(at).length >= 6, { what: 'the calls before the agent' });
      });
    }

    test('the snippet alone posts nothing where the visitor is to decide, or has objected', async () => {
      for (const name of ['pending', 'gpc', 'dnt', 'allowed']) {
        const p = await visit(`http://${name}.alone.test/alone/${name}`);
        await p.goto(`http://${name}.alone.test/bare`);
      }
      const { properties } = await site.named('Alone');
      assert.equal(properties.name, 'allowed');
      await fence();
      assert.deepEqual(site.requests.filter((request) => /POST .*alone\.test/.test(request)), ['POST http://allowed.alone.test/v1/batch']);
    });

    test('data-storage="none": events arrive, nothing is stored or read, each page has its visitor', async () => {
      const at = 'http://www.none.test';
      const p = await visit(`${at}/agent/next`);
      await p.eval(() => track('With Storage'));
      const { anonymousId } = await site.named('With Storage');
      await p.goto(`${at}/bare`);
      const was = await p.eval(stored);
      await p.goto(`${at}/none/next`);
      await p.eval(() => track('Without'));
      const first = await site.named('Without');
      await leave(p);
      assert.deepEqual(await p.eval(() => window.writes), []);
      await p.goto(`${at}/none/next`);
      await p.eval(() => track('Without Again'));
      const second = await site.named('Without Again');
      await p.eval(() => track('Leaving Without'));
      await p.goto(`${at}/bare`);
      const third = await site.named('Leaving Without');
      assert.deepEqual(await p.eval(stored), was);
      assert.equal(third.anonymousId, second.anonymousId);
      assert.equal(new Set([anonymousId, first.anonymousId, second.anonymousId]).size, 3);
      assert.equal(first.context.session.index, 1);

      const at2 = 'http://www.never.test';
      await p.goto(`${at2}/none`);
      await until(() => events(at2).length >= 6, { what: 'the calls before the agent' });
      await p.eval(() => track('Never Stored'));
      await p.goto(`${at2}/bare`);
      await site.named('Never Stored');
      await fence();
      assert.deepEqual(await p.eval(stored), NOTHING);
    });

    test('storage that throws: events arrive, no error gets out', async () => {
      const p = await visit('http://www.throws.test/throws');
      await site.named('Without Storage');
      await p.eval(() => track('On The Way'));
      await leave(p);
      await site.named('On The Way');
      await p.eval(deny);
      await p.eval(() => track('Refused'));
      await p.eval(allow);
      await p.eval(() => track('Granted Without Storage'));
      await site.named('Granted Without Storage');
      assert.deepEqual(await p.eval(() => window.uncaught), []);
    });

    test('a sandboxed frame: events arrive, once', async () => {
      await visit('http://www.sandbox.test/framing');
      const { properties } = await site.named('From A Sandbox');
      assert.equal(properties.origin, 'null');
      await fence();
      assert.equal(site.events().filter(({ event }) => event === 'From A Sandbox').length, 1);
    });

    test('a browser that refuses all storage', { skip: engine !== 'firefox' && 'only Firefox can be told to' }, async () => {
      const own = await open(engine, { proxy: site.url, prefs: { 'network.cookie.cookieBehavior': 2 } });
      try {
        const p = await visit('http://www.refused.test/agent/next', own);
        assert.equal(await p.eval(() => { try { return !localStorage; } catch { return true; } }), true);
        await p.eval(() => track('Refused Storage'));
        await site.named('Refused Storage');
      } finally {
        await own.cleanup();
      }
    });
  });
}
