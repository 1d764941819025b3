// What captures do to a page and with its moments: older browsers, pages rendered
// ahead, the back/forward cache, consent, layouts, and what is left when they end.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/auto-page.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { PAGES } from './auto/page.mjs';
import { visitAs } from './auto/visit.mjs';
import { startSite } from './site.mjs';

const inline = (code) => `<script>(${code})()</script>`;
const html = (body) => `<!doctype html><html><head><meta charset="utf-8"><title>A page</title></head><body>${body}</body></html>`;
const agent = (dir) => `<script async src="${dir}/firsthand.js" data-key="test" data-endpoint="/v1/batch" data-auto="all clicks"></script>`;

const EVENTS = ['pointerdown', 'pointermove', 'click', 'scroll', 'input', 'submit', 'copy', 'keydown', 'focus', 'blur', 'visibilitychange', 'pagehide'];

// Its layout is dirty whenever a listener of ours is called, and from task to task.
const RESTLESS = (dir) =>
  html(
    `<button id="b" data-fh-event="Pressed">Button</button><form id="f"><input name="a"></form><p data-fh-view="Seen">Seen</p>${'<p>line</p>'.repeat(200)}<script>(${(types) => {
      const { port1, port2 } = new MessageChannel();
      let n = 0;
      const soil = () => (document.querySelector('p').style.width = `${n++ % 500}px`);
      for (const type of types) addEventListener(type, soil, true);
      port1.onmessage = () => {
        soil();
        if (!window.isOver) port2.postMessage(0);
      };
      port2.postMessage(0);
    }})(${JSON.stringify(EVENTS)})</script>${agent(dir)}`,
  );

// Counts what is listened to, observed and awaited.
const COUNTING = html(
  `<button id="b" data-fh-event="Pressed">Button</button><form id="f"><input name="a"></form><p data-fh-view="Seen">Seen</p>${inline(() => {
    const live = new Set();
    const ids = new WeakMap();
    let last = 0;
    const id = (object) => ids.get(object) || (ids.set(object, ++last), last);
    const key = (target, type, listener, options) => `listener ${type} ${id(target)} ${id(listener)} ${Boolean(options?.capture ?? options)}`;
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      if (listener) live.add(key(this ?? window, type, listener, options));
      return addEventListener.call(this ?? window, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
      if (listener) live.delete(key(this ?? window, type, listener, options));
      return removeEventListener.call(this ?? window, type, listener, options);
    };
    for (const name of ['MutationObserver', 'ResizeObserver', 'IntersectionObserver', 'PerformanceObserver'])
      window[name] = class extends window[name] {
        observe(...args) {
          live.add(`${name} ${id(this)}`);
          return super.observe(...args);
        }
        disconnect() {
          live.delete(`${name} ${id(this)}`);
          return super.disconnect();
        }
      };
    for (const [set, clear] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval'], ['requestAnimationFrame', 'cancelAnimationFrame'], ['requestIdleCallback', 'cancelIdleCallback']]) {
      const [begin, end] = [window[set], window[clear]];
      if (!begin) continue;
      window[set] = (work, ...args) => {
        const handle = begin((...results) => (set !== 'setInterval' && live.delete(`${set} ${handle}`), work(...results)), ...args);
        live.add(`${set} ${handle}`);
        return handle;
      };
      window[clear] = (handle) => (live.delete(`${set} ${handle}`), end(handle));
    }
    window.live = live;
  })}`,
);

const spoilt = (req, res) => {
  res.setHeader('content-type', 'text/javascript');
  const name = req.url.split('/').pop().split('?')[0];
  const spy = name === 'firsthand.auto.js' ? "addEventListener('click',()=>document.body.offsetWidth,true);" : '';
  res.end(spy + readFileSync(`dist/${name}`, 'utf8'));
};

const MORE = {
  ...PAGES,
  '/restless': RESTLESS('/fh'),
  '/spoilt': RESTLESS('/spoilt'),
  '/spoilt/firsthand.js': spoilt,
  '/spoilt/firsthand.auto.js': spoilt,
  '/spoilt/firsthand.vitals.js': spoilt,
  '/counting': COUNTING,
};

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;

    before(async () => {
      site = await startSite(MORE);
      browser = await open(engine, { proxy: site.url });
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });
    const visit = (captures, path) => visitAs(site, browser, captures, 'plain', path);
    const paths = (p) => p.events().filter(({ type }) => type === 'page').map(({ context }) => context.page.path + (context.page.hash ?? ''));

    test('page views where there is no Navigation API', async () => {
      const p = await visit('old');
      assert.equal(await p.eval(() => typeof window.navigation), 'undefined');
      await p.click('#query');
      await p.click('#hash');
      await p.click('#push');
      await p.told('page', ({ context }) => context.page.path === '/second');
      await p.eval(() => history.back());
      await until(() => p.count('page') === 3, { what: 'the page view of going back' });
      await p.end();
      assert.deepEqual(paths(p).map((path) => path.split('#')[0]), ['/', '/second', '/']);
      await p.close();
    });

    test('page views by fragment, where asked for', async () => {
      const p = await visit('hashes');
      await p.click('#hash');
      await p.told('page', ({ context }) => context.page.hash === '#part');
      await p.eval(() => void (location.hash = 'part'));
      await p.click('#query');
      await p.end();
      assert.deepEqual(paths(p), ['/', '/#part', '/']);
      await p.close();
    });

    test('a page rendered ahead is viewed when it is shown', async () => {
      const p = await visit('ahead');
      await p.eval(() => void window.track('Ahead')); // is kept until then
      assert.equal(p.count('page'), 0);
      await p.eval(() => {
        Object.defineProperty(document, 'prerendering', { value: false });
        document.dispatchEvent(new Event('prerenderingchange'));
      });
      await p.told('page');
      assert.deepEqual(await p.end(), ['Ahead', 'page']);
      await p.close();
    });

    test('a page that comes back from the back/forward cache is viewed again', async () => {
      const p = await visit('pageviews');
      await p.told('page');
      // Firefox keeps no page whose request is still under way.
      await p.eval(() => window.track.flush());
      await p.eval(() => void (window.isSame = true));
      await p.goto(`http://${p.host}/away`);
      await p.back();
      await until(() => p.count('page') === 2, { what: 'the second page view' });
      assert.equal(await p.eval(() => window.isSame), true, 'it came from the cache');
      await p.end();
      assert.equal(p.count('page'), 2);
      await p.close();
    });

    // As a window manager gives it, which WebKit's window has none of.
    const focus = (p) =>
      p.eval(() => {
        if (!document.hasFocus()) document.hasFocus = () => true;
        dispatchEvent(new Event('focus'));
      });

    test('a page that is hidden, and then left, is told of once', { skip: engine === 'chromium-shell' && 'hides no page' }, async () => {
      const p = await visit('engagement');
      await focus(p);
      await p.hide();
      await p.told('Page Engaged');
      await p.close();
      // What is called at the end of a page comes before what is called later elsewhere.
      const other = await visit('pageviews');
      await other.end();
      await other.close();
      assert.deepEqual(p.names(), ['Page Engaged']);
    });

    test('a tab that is closed is told of', async () => {
      const p = await visit('engagement');
      await focus(p);
      await p.close();
      assert.ok((await p.told('Page Engaged')).properties.engagement_time_msec >= 1);
    });

    // What is called in pagehide itself Firefox loses more often.
    test('what the end of a page has to tell is called when the page is hidden', async () => {
      const p = await browser.page();
      await p.goto('http://ending.plain.test/counting');
      await p.eval(async () => {
        const { captures } = await import('/fh/firsthand.auto.mjs');
        captures.forms((event) => sessionStorage.setItem(event, document.visibilityState));
        document.querySelector('input').dispatchEvent(new Event('input', { bubbles: true }));
      });
      await p.goto('http://ending.plain.test/away');
      assert.deepEqual(await p.eval(() => ({ ...sessionStorage })), { 'Form Started': 'visible', 'Form Abandoned': 'hidden' });
      await p.close();
    });

    test('a form that is hidden with its page is not abandoned', { skip: engine === 'chromium-shell' && 'hides no page' }, async () => {
      const p = await visit('forms');
      await p.eval(() => document.querySelector('[name=street]').dispatchEvent(new Event('input', { bubbles: true })));
      await p.hide();
      await p.show();
      assert.deepEqual(await p.end(), ['Form Started']);
      await p.close();
    });

    const stay = () => {
      for (const type of ['click', 'auxclick']) addEventListener(type, (event) => event.preventDefault());
      addEventListener('contextmenu', (event) => (event.preventDefault(), (window.isAsked = true)));
    };

    test('links by keyboard', async () => {
      const p = await visit('links');
      await p.eval(stay);
      await p.eval(() => document.getElementById('inside').focus());
      await p.press('Enter');
      assert.deepEqual(await p.end(), []);
      await p.eval(() => document.getElementById('outbound').focus());
      await p.press('Enter');
      assert.equal((await p.told('Outbound Link Clicked')).properties.link_id, 'outbound');
      assert.equal((await p.end()).length, 1);
      await p.close();
    });

    test('links by the middle button, not by the right one', { skip: engine === 'webkit' && 'its driver lets every button go as the left one' }, async () => {
      const p = await visit('links');
      await p.eval(stay);
      await p.click('#outbound', 'middle');
      await p.told('Outbound Link Clicked');
      await p.click('#outbound', 'right');
      await until(() => p.eval(() => window.isAsked), { what: 'the click of the right button' });
      assert.equal((await p.end()).length, 1);
      await p.close();
    });

    test('nothing is sent before consent, what waited comes with it, and a refusal ends it', async () => {
      const denied = await visit('denied');
      const pending = await visit('pending');
      for (const p of [denied, pending]) for (const where of ['#plan', '#push', '#throw', '#file', '#block']) await p.click(where);
      const posts = (p) => site.requests.filter((request) => request.startsWith('POST') && request.includes(p.host)).length;
      assert.equal(posts(pending), 0);
      await pending.eval(() => void window.track.consent({ analytics: 'granted' }));
      for (const name of ['page', 'Plan Chosen', 'Element Clicked', 'Error Occurred', 'File Downloaded']) await pending.told(name);
      assert.equal(posts(denied), 0);
      await pending.close();
      await denied.close();
      assert.equal(posts(denied), 0);
      assert.deepEqual(denied.names(), []);
    });

    test('what is personal in what is captured is masked', async () => {
      const p = await visit('search-pageviews-engagement', '/?q=ada%40example.com');
      await p.told('Site Searched');
      await focus(p);
      await p.click('#push');
      assert.equal((await p.told('Page Engaged')).context.page.path, '/'); // told of an address that is gone
      await p.end();
      assert.doesNotMatch(JSON.stringify(p.events()), /ada(@|%40)example/);
      await p.close();
    });

    test('stop() of each leaves no listener, observer, timer or patch behind', async () => {
      const p = await browser.page();
      await p.goto('http://counting.plain.test/counting');
      const left = await p.eval(async () => {
        const { captures } = await import('/fh/firsthand.auto.mjs');
        const all = {};
        const natives = [history.pushState, history.replaceState, Object.keys(history).length];
        for (const old of [false, true]) {
          if (old) Object.defineProperty(window, 'navigation', { value: undefined });
          for (const [name, capture] of Object.entries(captures)) {
            if (old && name === 'vitals') continue; // of a document once
            const calls = [];
            const track = Object.assign((event) => calls.push(event), { page: () => calls.push('page') });
            window.live.clear();
            const stop = capture(track, {});
            const begun = window.live.size;
            // What makes it wait for something.
            history.pushState({}, '', `/counting?${name}${old}`);
            document.getElementById('b').click();
            for (const type of ['pointerdown', 'scroll', 'input', 'focus', 'click', 'submit'])
              document.querySelector('input').dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
            document.body.append('x');
            await Promise.resolve();
            stop();
            const count = calls.length;
            history.pushState({}, '', '/counting');
            document.querySelector('input').dispatchEvent(new Event('input', { bubbles: true }));
            dispatchEvent(new Event('pagehide'));
            all[`${name} ${old}`] = { begun, left: [...window.live].filter((what) => name !== 'vitals' || !/^(set|request)/.test(what)), calls: calls.length - count };
          }
        }
        const isNative = [history.pushState, history.replaceState, Object.keys(history).length].every((what, i) => what === natives[i]);
        window.rest = [...window.live];
        return { all, isNative };
      });
      for (const [name, { begun, left: rest, calls }] of Object.entries(left.all)) {
        if (!/notfound|longtasks|vitals/.test(name)) assert.ok(begun > 0, `${name} has begun something`);
        assert.deepEqual(rest, [], name);
        assert.equal(calls, 0, name);
      }
      assert.ok(left.isNative);
      // What web-vitals has put off ends by itself. (WebKit's driver has timers of its own.)
      let rest;
      await until(async () => (rest = await p.eval(() => window.rest.filter((what) => window.live.has(what)))).length === 0, { what: 'the last timer to end' }).catch((error) => assert.fail(`${error.message}: ${rest}`));
      await p.close();
    });

    test('no listener makes the browser compute a layout', { skip: engine !== 'chromium' && 'only Chromium has traces' }, async () => {
      const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.stack'];
      const forced = async (path) => {
        const p = await browser.page();
        const events = await p.trace(categories, async () => {
          await p.goto(site.url + path);
          await until(() => p.eval(() => performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.endsWith('vitals.js') && responseEnd)), { what: 'all scripts' });
          await p.input('dispatchMouseEvent', { type: 'mousePressed', x: 20, y: 20, button: 'left', clickCount: 1 });
          await p.input('dispatchMouseEvent', { type: 'mouseReleased', x: 20, y: 20, button: 'left', clickCount: 1 });
          await p.eval(async () => {
            const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
            for (let i = 0; i < 10; i++) {
              scrollBy({ top: 100, behavior: 'instant' });
              for (const type of ['pointermove', 'input', 'submit', 'copy', 'keydown', 'focus', 'blur']) document.querySelector('input').dispatchEvent(new Event(type, { bubbles: true }));
              await frame();
            }
            history.pushState({}, '', `${location.pathname}/other`);
            await frame();
            dispatchEvent(new Event('pagehide'));
            await frame();
            window.isOver = true;
          });
        });
        await p.close();
        const layouts = events.filter(({ name }) => name === 'Layout' || name === 'UpdateLayoutTree');
        assert.ok(layouts.length > 10, 'the trace has layouts');
        return layouts.flatMap(({ args }) => args.beginData?.stackTrace ?? []).filter(({ url }) => /firsthand\.(auto|vitals)\.js/.test(url));
      };
      assert.deepEqual(await forced('/restless'), []);
      assert.ok((await forced('/spoilt')).length > 0, 'a listener that looks at sizes is seen');
    });
  });
}
