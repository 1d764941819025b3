// The bridge in real browsers, between a page and an agent of the test's own: two
// sites on loopback names, links and forms from one to the other.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/bridge.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';

const STATE = '1.68b01daf-1db2-4489-9aa0-4afc53c44d61.01a1fd70-f670-715d-a44c-57a9f4e295cf.1.1795253401.7';

// An agent that notes what the bridge tells it, in `told`.
const agent = (options, domain, state = STATE) => `<script>
  told = [];
  track = { use: (bridge) => bridge.load(track, {
    options: ${JSON.stringify(options)},
    domain: ${JSON.stringify(domain)},
    start: (found) => told.push(['start', found]),
    call: (...args) => told.push(['call', ...args]),
    consent: (categories) => told.push(['consent', categories]),
    state: () => '${state}',
  }) };
</script><script src="/bridge.js"></script>`;

const page = (head, body = '') => `<!doctype html><html><head><meta charset="utf-8"><title>A page</title>${head}</head><body>${body}</body></html>`;

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let browser;
    let server;
    let here; // origins of the two sites
    let there;
    let pages;
    const arrivals = []; // addresses, as they came to the other site

    before(async () => {
      server = createServer((req, res) => {
        const path = req.url.split('?')[0];
        if (path === '/arrive') arrivals.push(req.url);
        const made = path === '/bridge.js' ? readFileSync('dist/firsthand.bridge.js') : pages[path];
        res.writeHead(made ? 200 : 404, { 'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/html' }).end(made);
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address();
      here = `http://127.0.0.1:${port}`;
      there = `http://localhost:${port}`;
      const both = { link: '127.0.0.1, localhost' };
      pages = {
        '/links': page(agent(both, '127.0.0.1'), `
          <a id="out" href="${there}/arrive?a=b&amp;c=%C3%AB#part">out</a>
          <a id="stay" href="${there}/arrive?stay#x" onclick="return false">no default</a>
          <a id="blank" href="${there}/arrive?blank" target="_blank">a new tab</a>
          <a id="inner" href="${there}/arrive?inner"><b id="bold">in an element</b></a>
          <a id="own" href="${here}/arrive?own">own</a>
          <a id="relative" href="/arrive?relative">relative</a>
          <a id="foreign" href="http://foreign.example/arrive?foreign">foreign</a>
          <div id="host"></div>
          <form id="form" action="${there}/arrive?lost"><input name="q" value="a b"><button id="send">send</button>
            <button id="elsewhere" formaction="${here}/arrive">here</button></form>
          <form id="posting" method="post" action="${there}/arrive?posted"><button id="post">post</button></form>
          <form id="hostile" action="${there}/arrive"><input name="append"><input name="getAttribute"><button id="trap">x</button></form>
          <script>
            host.attachShadow({ mode: 'open' }).innerHTML = '<a href="${there}/arrive?shadow">in a shadow tree</a>';
            errors = [];
            addEventListener('error', ({ message }) => errors.push(message));
          </script>`),
        '/silent': page(agent(both, '127.0.0.1', ''), `<a id="out" href="${there}/arrive?silent">out</a>`),
        '/stranger': page('', `<a id="out" href="${there}/arrive?_fh=${STATE}~${Math.floor(Date.now() / 1000)}">out</a>`),
        // It believes links of 127.0.0.1 only, and is on localhost.
        '/arrive': page(`<script>history.replaceState({ kept: 1 }, '')</script>${agent({ link: '127.0.0.1' }, 'localhost')}`),
        '/wary': page(agent({ link: 'third.example' }, 'localhost')),
        '/towary': page(agent(both, '127.0.0.1'), `<a id="out" href="${there}/wary?x=1">out</a>`),
        '/all': page(`<script>
            document.cookie = '_pk_id.1.1fff=3a1b5c7d9e0f2468.1795200000.';
            localStorage.setItem('ajs_anonymous_id', '"from-storage"');
            dataLayer = [['consent', 'default', { analytics_storage: 'denied' }]];
          </script>${agent({ adopt: 'all', query: '', cmp: 'gcm,tcf' }, '127.0.0.1')}`),
        '/off': page(agent({}, '127.0.0.1')),
        '/sandbox': page('', '<iframe sandbox="allow-scripts"></iframe>'),
        '/several': page(`<script>told = []; analytics = { use: () => told.push('analytics') }</script><script src="/bridge.js" data-global="analytics"></script><script src="/bridge.js" data-global="nobody"></script>`),
      };
      browser = await open(engine);
    });
    after(async () => {
      await browser?.cleanup();
      server.close();
      server.closeAllConnections();
    });

    const visit = async (path, origin = here) => {
      const p = await browser.page();
      await p.goto(origin + path);
      return p;
    };
    const arrived = (part) => until(() => arrivals.find((url) => url.includes(part)), { what: `${part} to arrive` });
    const carries = (url) => {
      const [, text, at] = /[?&]_fh=(.*?)(?:~|%7E)(\d+)$/.exec(url);
      assert.equal(text, STATE);
      assert.ok(Math.abs(Date.now() / 1000 - at) < 60);
    };
    const needs = (name) => async (t, work) => {
      const p = await visit('/links');
      if (p[name]) await work(p);
      else t.skip(`${engine} has no ${name}`);
      await p.close();
    };
    const withInput = needs('input');

    // Where an element is, in Chromium's own mouse.
    const press = async (p, selector, button, modifiers = 0) => {
      const point = await p.eval((which) => {
        const { x, y, width, height } = document.querySelector(which).getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      }, selector);
      for (const type of ['mousePressed', 'mouseReleased'])
        await p.input('dispatchMouseEvent', { type, ...point, button, modifiers, clickCount: 1 });
    };

    test('a click brings the visitor along; the address is otherwise what it was', async () => {
      const p = await visit('/links');
      await p.click('#out');
      const url = await arrived('a=b');
      assert.ok(url.startsWith('/arrive?a=b&c=%C3%AB&_fh='), url);
      carries(url);
      const found = await until(() => p.eval(() => told.length && { told, href: location.href, state: history.state }));
      assert.deepEqual(found.told, [['start', { linked: STATE }]]);
      assert.equal(found.href, `${there}/arrive?a=b&c=%C3%AB#part`);
      assert.deepEqual(found.state, { kept: 1 });
      await p.close();
    });

    test('nothing of it stays in the document', async () => {
      const p = await visit('/links');
      const before = await p.eval(() => document.body.innerHTML);
      const seen = await p.eval(() => {
        const hrefs = [];
        stay.addEventListener('click', () => hrefs.push(stay.href));
        stay.click();
        return hrefs;
      });
      assert.match(seen[0], /\?stay&_fh=1\..*~\d+#x$/);
      await until(() => p.eval((html) => document.body.innerHTML === html, before), { what: 'the document to be as before' });
      await p.close();
    });

    test('an element in a link, and a link in a shadow tree', async () => {
      const p = await visit('/links');
      await p.click('#bold');
      carries(await arrived('?inner'));
      await p.close();
      const q = await visit('/links');
      await q.eval(() => host.shadowRoot.querySelector('a').click());
      carries(await arrived('?shadow'));
      await q.close();
    });

    test('the own site, a foreign one, and a visitor who is not to be known', async () => {
      for (const [path, id] of [['/links', 'own'], ['/links', 'relative'], ['/silent', 'out']]) {
        const p = await visit(path);
        await p.click(`#${id}`);
        const part = path === '/silent' ? 'silent' : id;
        assert.equal(await arrived(part), `/arrive?${part}`);
        await p.close();
      }
      const p = await visit('/links');
      const href = await p.eval(() => {
        foreign.addEventListener('click', (event) => event.preventDefault());
        foreign.click();
        return foreign.href;
      });
      assert.match(href, /\?foreign$/);
      await p.close();
    });

    test('a GET form', async () => {
      const p = await visit('/links');
      await p.click('#send');
      const url = await arrived('q=a+b');
      carries(url);
      const found = await until(() => p.eval(() => told.length && { told, href: location.href }));
      assert.deepEqual(found, { told: [['start', { linked: STATE }]], href: `${there}/arrive?q=a+b` });
      await p.close();
    });

    test('a button that sends it home, a POST form, one whose fields are called as our calls', async () => {
      const p = await visit('/links');
      const html = await p.eval(() => {
        const seen = [];
        addEventListener('submit', (event) => {
          event.preventDefault();
          seen.push(event.target.outerHTML);
        });
        for (const id of ['elsewhere', 'post', 'trap']) document.getElementById(id).click();
        return seen;
      });
      assert.equal(html.length, 3);
      assert.doesNotMatch(html.join(), /_fh/);
      assert.deepEqual(await p.eval(() => errors), []);
      await p.close();
    });

    test('a link of a site that is not listed is not believed, but taken out of the address', async () => {
      const p = await visit('/towary');
      await p.click('#out');
      const found = await until(() => p.eval(() => location.pathname === '/wary' && told.length && { told, href: location.href }));
      assert.deepEqual(found, { told: [['start', {}]], href: `${there}/wary?x=1` });
      await p.close();
    });

    test('an address that is typed or followed from a mail is believed while it is fresh', async () => {
      const now = Math.floor(Date.now() / 1000);
      const told = async (at) => {
        const p = await visit(`/arrive?_fh=${STATE}~${at}&u=v`, there);
        const found = await p.eval(() => ({ told, href: location.href }));
        await p.close();
        assert.equal(found.href, `${there}/arrive?u=v`);
        return found.told[0][1].linked;
      };
      assert.equal(await told(now), STATE);
      assert.equal(await told(now - 200), undefined);
      assert.equal(await told(now + 200), undefined);
    });

    test('middle click', (t) => withInput(t, async (p) => {
      await press(p, '#blank', 'middle');
      carries(await arrived('?blank'));
      await until(() => p.eval(() => !document.body.innerHTML.includes('_fh=1')), { what: 'the document to be as before' });
    }));

    test('ctrl and click', (t) => withInput(t, async (p) => {
      arrivals.length = 0;
      await press(p, '#inner', 'left', 2);
      carries(await arrived('?inner'));
      assert.equal(await p.eval(() => location.pathname), '/links');
    }));

    test('Enter', (t) => withInput(t, async (p) => {
      arrivals.length = 0;
      await p.eval(() => out.focus());
      await p.input('dispatchKeyEvent', { type: 'keyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' });
      carries(await arrived('a=b'));
    }));

    test("the menu's link", (t) => withInput(t, async (p) => {
      await p.eval(() => {
        hrefs = [];
        addEventListener('contextmenu', (event) => {
          event.preventDefault();
          hrefs.push(out.href);
        });
      });
      await press(p, '#out', 'right');
      const [href] = await until(() => p.eval(() => hrefs.length && hrefs), { what: 'the menu' });
      assert.match(href, /\?a=b&c=%C3%AB&_fh=1\..*~\d+#part$/);
      await until(() => p.eval(() => !out.href.includes('_fh')), { what: 'the link to be as before' });
    }));

    test('a page that sets the link itself meanwhile keeps what it has set', async () => {
      const p = await visit('/links');
      await p.eval(() => {
        stay.addEventListener('click', () => (stay.href = '/mine'));
        stay.click();
      });
      await p.eval(() => new Promise((resolve) => setTimeout(resolve, 50)));
      assert.equal(await p.eval(() => stay.getAttribute('href')), '/mine');
      await p.close();
    });

    test('ids, calls and consent reach the agent in this order', async () => {
      const p = await visit('/all?ajs_event=Opened&ajs_prop_n=1&ajs_uid=42#x');
      await p.eval(() => window.dataLayer.push(['consent', 'update', { analytics_storage: 'granted' }]));
      await p.eval(() => {
        window.__tcfapi = (command, version, hear) => hear({ gdprApplies: true, eventStatus: 'tcloaded', purpose: { consents: { 1: true } } }, true);
      });
      await until(() => p.eval(() => told.length === 6), { what: 'the platform to be found' });
      assert.deepEqual(await p.eval(() => told), [
        ['start', { adopted: { anonymousId: 'from-storage' } }],
        ['call', 'identify', '42', {}],
        ['call', 'track', 'Opened', { n: '1' }],
        ['consent', { analytics: 'pending' }],
        ['consent', { analytics: 'granted' }],
        ['consent', { analytics: 'denied', ads: 'denied' }],
      ]);
      await p.close();
    });

    test('without options it starts the agent, and that is all', async () => {
      const p = await visit('/off?ajs_uid=42&_fh=1.a.b.c.d~1');
      assert.deepEqual(await p.eval(() => [told, location.search]), [[['start', {}]], '?ajs_uid=42&_fh=1.a.b.c.d~1']);
      await p.close();
    });

    test('where cookies and localStorage are denied', async () => {
      const p = await visit('/sandbox');
      const told = await p.eval(() => new Promise((resolve) => {
        addEventListener('message', ({ data }) => resolve(JSON.parse(data)));
        document.querySelector('iframe').srcdoc = `<script>told = []; track = { use: (bridge) => bridge.load(track, { options: { adopt: 'all', link: 'a.example', query: '', cmp: 'tcf' }, domain: '',
          start: (found) => told.push(['start', found]), call: () => {}, consent: () => {}, state: () => '' }) };</scr` + `ipt>
          <script src="${location.origin}/bridge.js"></scr` + `ipt><script>parent.postMessage(JSON.stringify(told), '*')</scr` + `ipt>`;
      }));
      assert.deepEqual(told, [['start', {}]]);
      await p.close();
    });

    test('it finds its agent by data-global, and leaves no name behind', async () => {
      const p = await visit('/several');
      assert.deepEqual(await p.eval(() => told), ['analytics']);
      const bare = await visit('/stranger');
      const names = () => Object.getOwnPropertyNames(window).filter((name) => !/^(told|analytics|\d+)$/.test(name)).sort();
      assert.deepEqual(await p.eval(names), await bare.eval(names));
      await p.close();
      await bare.close();
    });
  });
}
