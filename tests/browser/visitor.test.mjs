// Who the visitor is, for how long, and what is told of page and browser. Each test
// has a site of its own by name, so that one browser serves all.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/visitor.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { page, startSite } from './site.mjs';

const tag = (attributes = '', src = '/fh/firsthand.js') =>
  `<script src="${src}" data-key="test" data-endpoint="/v1/batch" data-debug ${attributes}></script>`;
const inline = (code) => `<script>${code}</script>`;

// Notes what is written to document.cookie.
const SPY = inline(`(${() => {
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  window.writes = [];
  Object.defineProperty(document, 'cookie', {
    get,
    set(text) {
      window.writes.push(text);
      set.call(document, text);
    },
  });
}})()`);

// A page whose layout is dirty when the agent's script runs, and at each call.
const dirty = (src) => `${inline(`(${() => {
  for (let i = 0; i < 200; i++) {
    const line = document.createElement('div');
    line.textContent = 'x'.repeat(i);
    document.body.append(line);
  }
}})()`)}${tag('', src)}${inline(`(${() => {
  for (let i = 0; i < 20; i++) {
    document.body.firstElementChild.style.width = `${i}px`;
    document.title = `Page ${i}`;
    track('Dirty', { i });
    track.page();
    track.identify('u-1', { i });
  }
}})()`)}`;

// Makes it dirty again in task after task, also between a frame and what follows it.
const RESTLESS = inline(`(${() => {
  const { port1, port2 } = new MessageChannel();
  let n = 0;
  port1.onmessage = () => {
    const line = document.querySelector('div');
    if (line) line.style.width = `${n++ % 500}px`;
    if (performance.now() < 1500) port2.postMessage(0);
  };
  port2.postMessage(0);
}})()`);

const PAGES = {
  '/': page({ title: 'Home', head: tag() }),
  '/next': page({ title: 'Next', head: tag() }),
  '/bare': page({ title: 'Bare', head: '' }),
  '/spied': page({ head: SPY + tag() }),
  '/host-cookie': page({ head: tag('data-cookie="Domain=www.attributes.test; Path=/host-cookie; Max-Age=60; SameSite=Strict"') }),
  '/early': page({ head: tag() + inline("track.page(); track('Early')"), body: '<p style="height: 5000px">tall</p>' }),
  '/dirty': page({ head: '<meta name="viewport" content="width=device-width">', body: dirty() }),
  '/framing': page({ head: '', body: `${dirty()}<iframe src="/dirty"></iframe>` }),
  '/restless': page({ head: RESTLESS, body: dirty() }),
  '/forced': page({ head: '', body: dirty('/forced.js') }),
  '/forced.js': (req, res) => {
    const script = readFileSync('dist/firsthand.js', 'utf8');
    res.setHeader('content-type', 'text/javascript');
    res.end(script.replace('document.URL', '(document.body.offsetWidth,document.URL)'));
  },
};

const PHONE = [
  '--enable-viewport',
  '--user-agent=Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
];

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;
    const pages = [];

    before(async () => {
      site = await startSite(PAGES);
      browser = await open(engine, { proxy: site.url });
    });
    afterEach(async () => {
      for (const p of pages.splice(0)) await p.close().catch(() => {});
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const visit = async (url) => {
      const p = await browser.page();
      pages.push(p);
      await p.goto(url);
      return p;
    };
    // Tracks on the page, and returns the event once it is stored.
    let names = 0;
    const tracked = async (p) => {
      const name = `Event ${names++}`;
      await p.eval((event) => track(event), name);
      return site.named(name);
    };
    const visitorOf = ({ anonymousId, context: { session } }) => [anonymousId, session.id, session.index];

    test('one visitor, one session, events numbered without a gap: on two subdomains and their parent', async () => {
      const hosts = ['www', 'news', 'deep.in.news', 'www'].map((name) => `http://${name}.shop.test`);
      hosts.splice(2, 0, 'http://shop.test');
      const p = await visit(`${hosts[0]}/bare`);
      const events = [];
      for (const host of hosts) {
        await p.goto(`${host}/`);
        for (let i = 0; i < 3; i++) events.push(await tracked(p));
        await p.goto(`${host}/next`);
        events.push(await tracked(p));
      }
      const [first] = events;
      assert.deepEqual(new Set(events.map((event) => JSON.stringify(visitorOf(event)))), new Set([JSON.stringify(visitorOf(first))]));
      assert.deepEqual(events.map(({ context }) => context.session.eventIndex), events.map((_, i) => i + 1));
      assert.equal(first.context.session.index, 1);
      assert.equal(new Set(events.map(({ context }) => context.sessionId)).size, 1);

      await p.goto('http://other.test/');
      assert.notEqual((await tracked(p)).anonymousId, first.anonymousId);
    });

    test('events of a page that is left count, also after the back button', async () => {
      const at = 'http://www.leaving.test';
      const p = await visit(`${at}/`);
      await p.eval(() => {
        track('Leaving 1');
        addEventListener('pagehide', () => track('Leaving 2'), { once: true });
      });
      await p.goto(`${at}/next`);
      await p.eval(() => track('Leaving 3'));
      await site.named('Leaving 3');
      await p.back();
      await p.eval(() => track('Leaving 4'));
      for (const i of [1, 2, 3, 4]) assert.equal((await site.named(`Leaving ${i}`)).context.session.eventIndex, i);
    });

    test('who has identified is known on the next page of the origin', async () => {
      const at = 'http://www.known.test';
      const p = await visit(`${at}/`);
      await p.eval(() => {
        track.identify('u-1', { plan: 'pro' });
        track.group('g-1');
        track.register({ theme: 'dark' });
      });
      await p.goto(`${at}/next`);
      const { userId, properties, context } = await tracked(p);
      assert.deepEqual([userId, context.groupId, context.traits, properties], ['u-1', 'g-1', { plan: 'pro' }, { theme: 'dark' }]);
    });

    test('the cookie: on the root domain, for a year, Lax; data-cookie says otherwise', async () => {
      const p = await visit('http://www.attributes.test/');
      const { anonymousId } = await tracked(p);
      const cookie = async () => (await p.cookies()).filter(({ name }) => name === '_fh');
      const [{ domain, path, sameSite, value, expires }] = await cookie();
      assert.deepEqual([domain, path, sameSite, value.split('.')[1]], ['.attributes.test', '/', 'Lax', anonymousId]);
      const days = (expires - Date.now() / 1000) / 86400;
      assert.ok(days > 364.9 && days < 365.001, `${days} days`);

      await p.eval(() => {
        document.cookie = '_fh=; Domain=attributes.test; Path=/; Max-Age=0';
        localStorage.clear();
      });
      await p.goto('http://www.attributes.test/host-cookie');
      await tracked(p);
      const [own, ...others] = await cookie();
      assert.deepEqual([own.domain.replace(/^\./, ''), own.path, own.sameSite, others.length], ['www.attributes.test', '/host-cookie', 'Strict', 0]);
      const seconds = own.expires - Date.now() / 1000;
      assert.ok(seconds > 30 && seconds < 62, `${seconds} s`);
      await p.eval(() => track.consent({ analytics: 'denied' }));
      assert.deepEqual((await cookie()).map(({ value, path: where }) => [value, where]), [['0', '/host-cookie']]);
    });

    test('the search for the root domain leaves nothing: on a subdomain, a single name, an address', async () => {
      for (const [at, domain] of [['http://a.b.probe.test', '.probe.test'], ['http://intranet', 'intranet'], [site.url, '127.0.0.1']]) {
        const p = await visit(`${at}/bare`);
        await p.eval(() => (document.cookie = 'mine=1'));
        await p.goto(`${at}/spied`);
        const { anonymousId } = await tracked(p);
        assert.deepEqual((await p.eval(() => document.cookie)).split('; ').map((text) => text.split('=')[0]).sort(), ['_fh', '_fh_ack', 'mine']);
        const cookies = await p.cookies();
        assert.deepEqual(cookies.map(({ name }) => name).sort(), ['_fh', '_fh_ack', 'mine']);
        assert.equal(cookies.find(({ name }) => name === '_fh').domain, domain);
        const writes = await p.eval(() => window.writes);
        assert.equal(writes.some((text) => text.startsWith('_fh_probe=')), at !== site.url, writes.join('\n'));
        await p.goto(`${at}/next`);
        assert.equal((await tracked(p)).anonymousId, anonymousId);
      }
    });

    test('cookie or localStorage deleted: the other one knows; both: somebody new', async () => {
      const at = 'http://www.deleted.test';
      const p = await visit(`${at}/`);
      await p.eval(() => track.identify('u-1'));
      const first = await tracked(p);
      const again = async (forget) => {
        await p.goto(`${at}/bare`);
        await p.eval(forget);
        await p.goto(`${at}/`);
        return tracked(p);
      };
      const noCookie = await again(() => (document.cookie = '_fh=; Domain=deleted.test; Path=/; Max-Age=0'));
      assert.deepEqual([...visitorOf(noCookie), noCookie.userId], [...visitorOf(first), 'u-1']);
      const noStore = await again(() => localStorage.clear());
      assert.deepEqual([...visitorOf(noStore), noStore.userId], [...visitorOf(first), undefined]);
      const neither = await again(() => {
        document.cookie = '_fh=; Domain=deleted.test; Path=/; Max-Age=0';
        localStorage.clear();
      });
      assert.notEqual(neither.anonymousId, first.anonymousId);
      assert.equal(neither.context.session.index, 1);
    });

    test('a subdomain that has reset the visitor is believed', async () => {
      const p = await visit('http://www.reset.test/');
      await p.eval(() => track.identify('u-1'));
      const first = await tracked(p);
      await p.goto('http://news.reset.test/');
      await p.eval(() => track.reset());
      const reset = await tracked(p);
      assert.notEqual(reset.anonymousId, first.anonymousId);
      await p.goto('http://www.reset.test/');
      const back = await tracked(p);
      assert.deepEqual([visitorOf(back), back.userId], [visitorOf(reset), undefined]);
    });

    test('two tabs: one session; identify and reset in one are known in the other', async () => {
      const at = 'http://www.tabs.test';
      const a = await visit(`${at}/`);
      const first = await tracked(a);
      const b = await visit(`${at}/`);
      const second = await tracked(b);
      assert.deepEqual(visitorOf(second), visitorOf(first));
      assert.equal(second.context.session.eventIndex, 2);

      // What a does is known in b when b's own listener, added last, is told.
      const heard = async (work) => {
        await b.eval(() => {
          window.heard = new Promise((resolve) => addEventListener('storage', () => setTimeout(resolve), { once: true }));
          window.heard.then(() => (window.isTold = true));
          window.isTold = false;
        });
        await a.eval(work);
        await until(() => b.eval(() => window.isTold), { what: 'the other tab to be told' });
      };
      await heard(() => track.identify('u-1', { plan: 'pro' }));
      const known = await tracked(b);
      assert.deepEqual([known.userId, known.context.traits, visitorOf(known)], ['u-1', { plan: 'pro' }, visitorOf(first)]);
      await heard(() => track.reset());
      const [inA, inB] = [await tracked(a), await tracked(b)];
      assert.notEqual(inB.anonymousId, first.anonymousId);
      assert.deepEqual([inB.anonymousId, inB.userId], [inA.anonymousId, undefined]);
    });

    test('a tab has an id, and keeps it', async () => {
      const at = 'http://www.tab.test';
      const a = await visit(`${at}/`);
      const first = await tracked(a);
      await a.goto(`${at}/next`);
      const next = await tracked(a);
      const other = await tracked(await visit(`${at}/`));
      assert.equal(first.context.tabId.slice(0, -8), first.messageId.slice(0, -8));
      assert.equal(next.context.tabId, first.context.tabId);
      assert.notEqual(next.messageId.slice(0, -8), first.messageId.slice(0, -8));
      assert.notEqual(other.context.tabId, first.context.tabId);
    });

    test('a page view has the id of its page event', async () => {
      const p = await visit('http://www.view.test/');
      const before = await tracked(p);
      assert.equal(before.context.pageViewId, before.messageId);
      const views = [];
      for (const name of ['First View', 'Second View']) {
        await p.eval((view) => {
          history.pushState(null, '', `/${encodeURIComponent(view)}`);
          track.page(view);
        }, name);
        const view = await site.stored((event) => event.name === name);
        assert.equal(view.context.pageViewId, view.messageId);
        assert.equal((await tracked(p)).context.pageViewId, view.messageId);
        views.push(view.messageId);
      }
      assert.equal(new Set([before.messageId, ...views]).size, 3);
    });

    test('what the browser tells: from the first event, its sizes from the first frame', async () => {
      const p = await visit(`${site.url}/early`);
      const early = await site.named('Early');
      await p.eval(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
      const facts = await p.eval(() => ({
        userAgent: navigator.userAgent,
        locale: navigator.language,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        timezoneOffset: new Date().getTimezoneOffset(),
        screen: { width: screen.width, height: screen.height, density: devicePixelRatio, colorDepth: screen.colorDepth },
        cookieEnabled: true,
        ...(navigator.webdriver && { webdriver: true }),
      }));
      for (const name in facts) assert.deepEqual(early.context[name], facts[name], name);
      const { context } = await tracked(p);
      for (const name in facts) assert.deepEqual(context[name], facts[name], name);
      assert.deepEqual(context.network.online, true);
      assert.equal(context.device.cores, await p.eval(() => navigator.hardwareConcurrency));
      assert.equal(context.device.memory, await p.eval(() => navigator.deviceMemory));
      assert.deepEqual(context.userAgentData?.platform, await p.eval(() => navigator.userAgentData?.platform));
      assert.deepEqual(context.viewport, await p.eval(() => ({ width: innerWidth, height: innerHeight })));
      const { width, height, encoding } = context.document;
      const size = await p.eval(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
      assert.deepEqual([width, height, encoding], [...size, 'UTF-8']);
      assert.ok(height > 5000);
    });

    test('nothing of it makes the browser compute a layout', { skip: engine !== 'chromium' && 'only Chromium has traces' }, async () => {
      const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.stack'];
      // The layouts that a script has asked for, by a look at sizes.
      const forced = async (where, path, script) => {
        const p = await where.page();
        const events = await p.trace(categories, async () => {
          await p.goto(site.url + path);
          await p.eval(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
        });
        await p.close();
        const layouts = events.filter(({ name }) => name === 'Layout' || name === 'UpdateLayoutTree');
        assert.ok(layouts.length > 0, 'the trace has layouts');
        return layouts.filter(({ args }) => args.beginData?.stackTrace?.some(({ url }) => url.endsWith(script)));
      };
      const phone = await open(engine, { args: PHONE });
      try {
        for (const where of [browser, phone]) {
          for (const path of ['/dirty', '/framing', '/restless']) assert.deepEqual(await forced(where, path, '/fh/firsthand.js'), [], path);
          assert.ok((await forced(where, '/forced', '/forced.js')).length > 0, 'a script that looks at sizes is seen');
        }
      } finally {
        await phone.cleanup();
      }
    });
  });
}
