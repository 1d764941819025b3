// The debugger in real browsers, with the built agent and the real relay.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/debug.test.mjs
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { page, SNIPPET, startSite } from './site.mjs';

const tag = (more = '') => `<script async src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" ${more}></script>`;

// What reaches the console, texts only, in `lines`.
const SPY = `
  lines = [];
  for (const how of ['info', 'log', 'warn', 'error', 'groupCollapsed']) {
    const was = console[how];
    console[how] = (...args) => {
      lines.push(how + ' ' + args.filter((arg) => typeof arg === 'string' && !/^%c|^color|^font/.test(arg)).join(' '));
      was.apply(console, args);
    };
  }
  addEventListener('error', ({ message }) => lines.push('exception ' + message));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => lines.push('refused by policy ' + violatedDirective + ' ' + blockedURI));`;
const spied = `<script>${SPY}</script>`;

const html = (headers, body) => (req, res) => res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body);
const script = (text) => (req, res) => res.writeHead(200, { 'content-type': 'text/javascript' }).end(text);

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'";

const PAGES = {
  '/': page({ head: spied + SNIPPET + tag(), body: '<script>track.page("Home")</script>' }),
  '/bare': page({ head: spied + tag() }),
  '/analytics': page({ head: spied + tag('data-global="analytics"') }),
  '/pending': page({ head: spied + SNIPPET + tag('data-consent="pending"') }),
  '/lost': page({ head: spied + tag().replace('/v1/batch', '/nowhere') }),
  '/hostile': page({
    head: `<style>html > * { display: none !important; position: static !important; opacity: 0 !important } html { font-size: 40px }</style>${spied}${tag()}`,
  }),
  '/module': page({
    head: `${spied}<script type="module">
      import { init } from '/fh/firsthand.mjs';
      import { debug } from '/fh/firsthand.debug.mjs';
      window.track = init({ key: 'test', endpoint: '/v1/batch' });
      track.use(debug);
      track('Of a module');
    </script>`,
  }),
  '/spy.js': script(SPY),
  '/strict': html({ 'content-security-policy': STRICT }, page({ head: `<script src="/spy.js"></script>${tag()}` })),
  // Where texts are no scripts' addresses the page brings the file itself.
  '/trusted': html(
    { 'content-security-policy': `${STRICT}; require-trusted-types-for 'script'; trusted-types 'none'` },
    page({ head: `<script src="/spy.js"></script>${tag().replace('async ', '')}<script src="/fh/firsthand.debug.js"></script>` }),
  ),
};

// Run in the page: what the panel shows.
const shown = () => {
  const host = document.querySelector('firsthand-debug');
  if (!host) return null;
  const { children } = host.shadowRoot.querySelector('dl');
  const facts = {};
  for (let i = 0; i < children.length; i += 2) facts[children[i].textContent] = children[i + 1].textContent;
  const rows = [...host.shadowRoot.querySelectorAll('li')].map((row) => {
    const [type, title, how, why] = ['.type', 'b', '.how', '.why'].map((what) => row.querySelector(what).textContent);
    return why ? [type, title, how, why] : [type, title, how];
  });
  return { facts, rows, counts: host.shadowRoot.querySelector('header p').textContent };
};

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(`debugger in ${engine}`, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;
    const pages = [];

    before(async () => {
      site = await startSite(PAGES);
      browser = await open(engine);
    });
    afterEach(async () => {
      site.up();
      for (const p of pages.splice(0)) await p.close().catch(() => {});
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const visit = async (path, origin = site.url) => {
      const p = await browser.page();
      pages.push(p);
      await p.goto(origin + path);
      return p;
    };
    const lines = (p) => p.eval(() => window.lines);
    const agentIsUp = (p, name = 'track') => until(() => p.eval((which) => !!window[which] && !!window[which].initialized, name), { what: 'the agent' });
    const panel = (p, what, test) =>
      until(async () => {
        const now = await p.eval(shown);
        return now && test(now) && now;
      }, { what });
    const debugged = async (path) => {
      const p = await visit(path);
      await agentIsUp(p);
      await p.eval(() => void track.debug());
      await panel(p, 'the panel', () => true);
      return p;
    };
    const line = (p, pattern) => until(async () => (await lines(p)).find((text) => pattern.test(text)), { what: `a line ${pattern}` });

    test('track.debug(): events in order with their states; what is refused, and why', async () => {
      const p = await debugged('/bare');
      await p.eval(() => {
        track('First', { a: 1 });
        track('Second');
        track(7, { b: 2 });
        track.identify('u-1');
      });
      const { rows, facts, counts } = await panel(p, 'acknowledgements', ({ rows }) => rows.length === 4 && rows.filter(([, , how]) => how === 'acknowledged').length === 3);
      assert.deepEqual(rows.map(([type, title, how]) => [type, title, how]), [
        ['identify', 'u-1', 'acknowledged'],
        ['track', 'track(7, {…})', 'refused'],
        ['track', 'Second', 'acknowledged'],
        ['track', 'First', 'acknowledged'],
      ]);
      assert.match(rows[1][3], /^invalid_event_name: the event name must be a string, not empty.*\. Give it first/);
      assert.equal(counts, '1 refused · 3 acknowledged');
      const { anonymousId } = await site.named('First');
      assert.equal(facts.Visitor, anonymousId);
      assert.equal(facts.User, 'u-1');
      assert.match(facts.Session, /^1, since \d\d:\d\d:\d\d, 3 events, 0 pages$/);
      assert.deepEqual([facts.Queue, facts.Dropped, facts.Endpoint], ['empty', '1 invalid_event_name', '/v1/batch']);
      assert.match(facts.Answer, /^answered 200, \d acknowledged$/);

      await line(p, /answered 200, \d acknowledged/);
      const said = (await lines(p)).map((text) => text.replace(/[\d,]+ bytes/, 'N bytes'));
      const has = (text) => assert.ok(said.includes(text), `${text}\nis not among\n${said.join('\n')}`);
      has('groupCollapsed track  First  queued #0');
      has('groupCollapsed track  Second  queued #1');
      has('groupCollapsed identify  u-1  queued #3');
      has("warn refused: invalid_event_name — the event name must be a string, not empty, and none that the backend keeps for itself. Give it first: track('Order Completed', { total: 49.99 }). Call: track(7, {…})");
      assert.ok(said.some((text) => /^info sent \d events, N bytes \(timer\)$/.test(text)), said.join('\n'));
      assert.deepEqual(said.filter((text) => /^exception|policy/.test(text)), []);
    });

    test('one file is asked for, once, from beside the agent', async () => {
      const from = site.requests.length;
      const p = await debugged('/bare');
      await p.eval(() => void track.debug().debug());
      const asked = site.requests.slice(from).filter((one) => !/favicon/.test(one));
      assert.deepEqual(asked.sort(), ['GET /bare', 'GET /fh/firsthand.debug.js', 'GET /fh/firsthand.js']);
    });

    test('?fh_debug=1 shows what was before the file had come; without it nothing is loaded', async () => {
      const from = site.requests.length;
      const plain = await visit('/');
      await until(() => site.events().find(({ name }) => name === 'Home'), { what: 'the page event' });
      assert.equal(await plain.eval(shown), null);
      assert.ok(!site.requests.slice(from).includes('GET /fh/firsthand.debug.js'));
      const p = await visit('/?fh_debug=1');
      const { rows } = await panel(p, 'the page event', ({ rows }) => rows.length > 0);
      assert.deepEqual(rows[0].slice(0, 2), ['page', 'Home']);
      await line(p, /groupCollapsed page {2}Home {2}queued #0/);
      await panel(p, 'its acknowledgement', ({ rows }) => rows[0][2] === 'acknowledged');
    });

    test('data-global="analytics"', async () => {
      const p = await visit('/analytics?fh_debug=1');
      await panel(p, 'the panel', () => true);
      await p.eval(() => void analytics.track(''));
      await line(p, /Call: analytics\.track\(''\)/);
      await p.eval(() => void analytics.debug(false));
      assert.equal(await p.eval(shown), null);
    });

    test('as a module', async () => {
      const p = await visit('/module');
      await panel(p, 'the event', ({ rows }) => rows[0] && rows[0][1] === 'Of a module' && rows[0][2] === 'acknowledged');
    });

    test('by keyboard', async (t) => {
      if (engine !== 'chromium') return t.skip('no keys can be sent here');
      const p = await debugged('/bare');
      await p.eval(() => void track('Keyed'));
      await panel(p, 'the event', ({ rows }) => rows.length === 1);
      const press = async (key, text) => {
        for (const type of ['keyDown', 'keyUp']) await p.input('dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: { Tab: 9, Enter: 13 }[key], text: type === 'keyDown' ? text : undefined });
      };
      // Fold, close, what is known, the event: the last one is opened.
      for (let i = 0; i < 4; i++) await press('Tab');
      await press('Enter', '\r');
      await until(() => p.eval(() => /"Keyed"/.test(document.querySelector('firsthand-debug').shadowRoot.querySelector('li pre').textContent)), { what: 'its JSON' });
    });

    test('closing removes everything; debug() brings it back', async () => {
      const p = await debugged('/bare');
      await p.eval(() => {
        const { shadowRoot } = document.querySelector('firsthand-debug');
        shadowRoot.querySelector('[aria-label="Close"]').click();
      });
      assert.equal(await p.eval(shown), null);
      const before = (await lines(p)).length;
      await p.eval(() => void track('Unseen'));
      await site.named('Unseen');
      assert.equal((await lines(p)).length, before, (await lines(p)).slice(before).join('\n'));
      await p.eval(() => {
        track.debug();
        track('Seen');
      });
      await panel(p, 'the next event', ({ rows }) => rows.some(([, title]) => title === 'Seen'));
      assert.equal(await p.eval(() => document.querySelectorAll('firsthand-debug').length), 1);
    });

    test("a policy without 'unsafe-inline', and Trusted Types: the panel has its looks", async () => {
      for (const path of ['/strict?fh_debug=1', '/trusted']) {
        const p = await visit(path);
        await panel(p, 'the panel', () => true);
        const looks = await p.eval(() => {
          const host = document.querySelector('firsthand-debug');
          return [getComputedStyle(host).position, getComputedStyle(host.shadowRoot.querySelector('section')).display];
        });
        assert.deepEqual(looks, ['fixed', 'flex']);
        await p.eval(() => void track('Strict'));
        await panel(p, 'an event', ({ rows }) => rows.some(([, title, how]) => title === 'Strict' && how === 'acknowledged'));
        assert.deepEqual((await lines(p)).filter((text) => /^exception|policy/.test(text) && !/favicon/.test(text)), []);
      }
    });

    test("the page's own rules leave it alone", async () => {
      const p = await debugged('/hostile');
      const looks = await p.eval(() => {
        const host = document.querySelector('firsthand-debug');
        const { right, bottom, width } = host.getBoundingClientRect();
        const { position, opacity } = getComputedStyle(host);
        return { position, isSeen: opacity === '1' && width > 300, atCorner: innerWidth - right < 40 && innerHeight - bottom < 40, font: getComputedStyle(host.shadowRoot.querySelector('h2')).fontSize };
      });
      assert.deepEqual(looks, { position: 'fixed', isSeen: true, atCorner: true, font: '13px' });
    });

    test('nothing is stored, not before a grant nor by the debugger after it', async () => {
      // An origin that no other test has been to.
      const p = await visit('/pending?fh_debug=1', site.url.replace('127.0.0.1', 'localhost'));
      await panel(p, 'the panel', () => true);
      await p.eval(() => void track('Held'));
      const stored = () => p.eval(async () => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(indexedDB.databases ? (await indexedDB.databases()).map(({ name }) => name) : [])]);
      const { facts, rows } = await panel(p, 'the call to be held', ({ facts }) => /held/.test(facts.Consent));
      assert.equal(facts.Consent, 'pending, 1 call held');
      assert.deepEqual(rows, []);
      assert.deepEqual(await stored(), ['']);
      await p.eval(() => void track.consent({ analytics: 'granted' }));
      await panel(p, 'the event', ({ rows, facts }) => rows.length === 1 && rows[0][2] === 'acknowledged' && facts.Consent === 'analytics granted');
      assert.deepEqual((await stored()).slice(1).filter((name) => !/^_fh(\.|$)|^firsthand/.test(name)), []);
    });

    test('what is not acknowledged waits, and the line says why', async () => {
      const p = await debugged('/lost');
      await p.eval(() => void track('Nowhere'));
      await line(p, /^warn answered 404\. Is data-endpoint right\? The events are kept and sent again/);
      const { facts } = await panel(p, 'the event to wait again', ({ rows, facts }) => rows[0] && rows[0][2] === 'queued' && facts.Queue === '1 event');
      assert.equal(facts.Endpoint, '/nowhere');
      await p.eval(() => localStorage.clear());
    });

    test('its JSON is there while an event is open; Escape folds the panel', async () => {
      const p = await debugged('/bare');
      await p.eval(() => void track('Opened', { deep: { ä: ['<b>'] } }));
      await panel(p, 'the event', ({ rows }) => rows.length === 1);
      const text = (open) => p.eval((isOpen) => new Promise((resolve) => {
        const row = document.querySelector('firsthand-debug').shadowRoot.querySelector('li details');
        row.addEventListener('toggle', () => setTimeout(() => resolve(row.querySelector('pre').textContent)));
        if (isOpen) row.querySelector('summary').click();
        else row.open = false;
      }), open);
      const event = JSON.parse(await text(true));
      assert.deepEqual([event.event, event.properties], ['Opened', { deep: { ä: ['<b>'] } }]);
      assert.equal(await text(false), '');
      const folded = await p.eval(() => {
        const { shadowRoot } = document.querySelector('firsthand-debug');
        const seen = [];
        addEventListener('keydown', ({ key }) => seen.push(key));
        shadowRoot.querySelector('summary').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
        const button = shadowRoot.querySelector('[aria-expanded]');
        return [shadowRoot.querySelector('main').hidden, button.getAttribute('aria-expanded'), shadowRoot.activeElement === button, seen];
      });
      assert.deepEqual(folded, [true, 'false', true, []]);
    });

    test('a thousand calls: fifty rows, drawn in a frame', async () => {
      const p = await debugged('/bare');
      const changes = await p.eval(async () => {
        const list = document.querySelector('firsthand-debug').shadowRoot.querySelector('ol');
        let drawn = 0;
        new MutationObserver(() => drawn++).observe(list, { childList: true });
        for (let i = 0; i < 1000; i++) track(`Burst ${i}`);
        await new Promise((resolve) => setTimeout(resolve));
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return drawn;
      });
      assert.ok(changes <= 3, `${changes} times drawn`);
      const { rows } = await panel(p, 'the last', ({ rows }) => rows[0] && rows[0][1] === 'Burst 999');
      assert.equal(rows.length, 50);
    });

    test('a page that tracks what its console is told comes to an end', async () => {
      const p = await debugged('/bare');
      const calls = await p.eval(async () => {
        let made = 0;
        console.log = () => made++ < 5000 && track('Logged');
        track('First');
        await new Promise((resolve) => setTimeout(resolve));
        return made;
      });
      assert.ok(calls > 0 && calls <= 200, `${calls} calls`);
    });

    test('where the file does not come the page and its events are none the worse', async (t) => {
      if (engine !== 'chromium') return t.skip('nothing is blocked here');
      const p = await visit('/bare');
      await p.block(['*firsthand.debug.js*']);
      await agentIsUp(p);
      await p.eval(() => {
        track.debug();
        track('Blocked');
      });
      await site.named('Blocked');
      assert.equal(await p.eval(shown), null);
      assert.deepEqual((await lines(p)).filter((text) => /^exception/.test(text)), []);
    });
  });
}
