// data-fh-when: an event exists only once the server has confirmed it, by its answer to
// the page's own script, or by what the next page says.
//   ENGINES=chromium,firefox,webkit node --test tests/browser/when.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { page, SNIPPET, startSite } from './site.mjs';

const WATCH = `<script>
  faults = [];
  addEventListener('error', ({ message }) => faults.push(message));
  addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));
  natives = [fetch, XMLHttpRequest.prototype.open];
  answers = [];
</script>`;
const tag = (more = '') => `<script async src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/batch" data-auto="when" ${more}></script>`;
const head = (more = '', attributes = '') => WATCH + SNIPPET + tag(attributes) + more;

const SCRIPTED = `
  <form id="form" action="/api/ok" data-fh-when="Trial Started" data-fh-failed="Trial Refused" data-fh-plan-name="pro"><button id="send">send</button>
    <button id="other" formaction="/api/bad">other</button></form>
  <form id="xhr" action="/api/ok" data-fh-when="Asked By XHR"><button id="sendxhr">send</button></form>
  <form id="nothing" action="/api/ok" data-fh-when="Never Asked"><button id="sendnothing">send</button></form>
  <button id="like" type="button" data-fh-when="Liked" data-fh-action="/api/like">like</button>
  <script>
    const on = (id, type, work) => document.getElementById(id).addEventListener(type, (event) => { event.preventDefault(); work(event); });
    on('form', 'submit', async ({ submitter }) => {
      await 0;
      const answer = await fetch(submitter.getAttribute('formaction') || '/api/ok', { method: 'POST' }).catch(() => ({ status: 0 }));
      answers.push(answer.status);
    });
    on('xhr', 'submit', () => {
      const request = new XMLHttpRequest();
      request.open('POST', '/api/ok');
      request.onload = () => answers.push(request.status);
      request.send();
    });
    on('nothing', 'submit', () => {});
    on('like', 'click', () => fetch(new Request('/api/like?id=7', { method: 'POST' })).then(({ status }) => answers.push(status)));
  </script>`;

const FORM = (action, more = '') =>
  `<form action="${action}" method="post" data-fh-when="Trial Started" data-fh-failed="Trial Refused" data-fh-plan="pro" ${more}><input name="q"><button id="send">send</button></form>
   <a id="link" href="/confirmed" data-fh-when="Trial Started" data-fh-plan="link">go</a>`;
const meta = (name, more = '') => `<meta name="${name}" content="Trial Started" ${more}>`;

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let browser;
    let site;

    before(async () => {
      browser = await open(engine);
      site = await startSite({
        '/scripted': page({ head: head(), body: SCRIPTED }),
        '/api/ok': (req, res) => res.writeHead(201).end('{}'),
        '/api/bad': (req, res) => res.writeHead(422).end('{}'),
        '/api/like': (req, res) => res.end('{}'),
        '/form': page({ head: head(), body: FORM('/confirmed') }),
        '/pending': page({ head: head('', 'data-consent="pending"'), body: FORM('/confirmed') }),
        '/toerror': page({ head: head(), body: FORM('/refused') }),
        '/tonone': page({ head: head(), body: FORM('/between') }),
        '/confirmed': page({ head: head(meta('fh-confirmed', 'data-fh-order-id="T-7"')) }),
        '/refused': page({ head: head(meta('fh-failed')) }),
        '/between': page({ head: head('<meta name="fh-confirmed" content="Another">'), body: '<a id="on" href="/confirmed">on</a>' }),
      });
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    let runs = 0;
    const visit = async (path) => {
      const p = await browser.page();
      await p.goto(site.url + path);
      await here(p);
      return p;
    };
    // The captures listen, and the visitor is known.
    const here = (p) =>
      until(() => p.eval(() => performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.endsWith('firsthand.auto.js') && responseEnd > 0) && !window.track.q), { what: 'the captures' });
    const known = async (p) => {
      await p.eval(() => void window.track('Known'));
      await until(() => p.eval(() => Boolean(localStorage.getItem('_fh'))), { what: 'what is kept of the visitor' });
    };
    // What has been told by now, all that was called before included.
    const told = async (p, mark) => {
      const name = `End ${++runs}`;
      await p.eval((what) => void window.track(what), name);
      await site.named(name);
      return site.events().slice(mark).filter(({ type, event }) => type === 'track' && !/^(End|Known)/.test(event)).map(({ event, properties }) => [event, properties]);
    };
    const answered = (p, many) => until(() => p.eval((n) => window.answers.length === n, many), { what: `${many} answers` });
    const isRestored = (p) => until(() => p.eval(() => window.natives[0] === window.fetch && window.natives[1] === XMLHttpRequest.prototype.open), { what: 'fetch as it was' });
    const done = async (p) => {
      assert.deepEqual(await p.eval(() => window.faults), []);
      await p.close();
    };

    test("the answer to the page's own script confirms: fetch, XMLHttpRequest, a Request", async () => {
      const mark = site.events().length;
      const p = await visit('/scripted');
      await p.click('#send');
      await answered(p, 1);
      await isRestored(p);
      await p.click('#sendxhr');
      await answered(p, 2);
      await p.click('#like');
      await answered(p, 3);
      await isRestored(p);
      assert.deepEqual(await told(p, mark), [['Trial Started', { plan_name: 'pro' }], ['Asked By XHR', {}], ['Liked', {}]]);
      await done(p);
    });

    test('an answer that is no yes is the other event, and so is none', async () => {
      const mark = site.events().length;
      const p = await visit('/scripted');
      await p.click('#other');
      await answered(p, 1);
      await p.eval(() => document.getElementById('send').setAttribute('formaction', 'http://127.0.0.1:1/'));
      await p.click('#send');
      await answered(p, 2);
      assert.deepEqual(await p.eval(() => window.answers), [422, 0]);
      assert.deepEqual(await told(p, mark), [['Trial Refused', { plan_name: 'pro' }], ['Trial Refused', { plan_name: 'pro' }]]);
      await done(p);
    });

    test('what was never asked, or asked of another address, is no event', async () => {
      const mark = site.events().length;
      const p = await visit('/scripted');
      await p.click('#sendnothing');
      await p.eval(async () => void (await fetch('/api/like')));
      assert.deepEqual(await told(p, mark), []);
      await done(p);
    });

    test('the next page confirms, once: not again when it is loaded again', async () => {
      const mark = site.events().length;
      const p = await visit('/form');
      await known(p);
      assert.deepEqual(await told(p, mark), []);
      await p.click('#send');
      await until(() => p.eval(() => location.pathname === '/confirmed'), { what: 'the next page' });
      const { properties, context } = await until(() => site.events().slice(mark).find(({ event }) => event === 'Trial Started'), { what: 'the event' });
      assert.deepEqual([properties, context.page.path], [{ plan: 'pro', order_id: 'T-7' }, '/confirmed']);
      await p.goto(`${site.url}/confirmed?again`);
      await here(p);
      assert.equal((await told(p, mark)).length, 1);
      await done(p);
    });

    test('a page that says no, one that says nothing of it, and a way over others', async () => {
      const mark = site.events().length;
      const p = await visit('/toerror');
      await known(p);
      await p.click('#send');
      await until(() => p.eval(() => location.pathname === '/refused'), { what: 'the next page' });
      await here(p);
      assert.deepEqual(await told(p, mark), [['Trial Refused', { plan: 'pro' }]]);
      await p.goto(`${site.url}/tonone`);
      await here(p);
      await p.click('#send');
      await until(() => p.eval(() => location.pathname === '/between'), { what: 'the page between' });
      await here(p);
      assert.equal((await told(p, mark)).length, 1);
      await p.click('#on');
      await until(() => p.eval(() => location.pathname === '/confirmed'), { what: 'the last page' });
      await here(p);
      assert.deepEqual((await told(p, mark)).at(-1), ['Trial Started', { plan: 'pro', order_id: 'T-7' }]);
      await done(p);
    });

    test('a link, too', async () => {
      const mark = site.events().length;
      const p = await visit('/form');
      await known(p);
      await p.click('#link');
      await until(() => p.eval(() => location.pathname === '/confirmed'), { what: 'the next page' });
      await here(p);
      assert.deepEqual(await told(p, mark), [['Trial Started', { plan: 'link', order_id: 'T-7' }]]);
      await done(p);
    });

    test('a page that nobody was waiting for tells nothing, and before consent nothing is kept', async () => {
      const mark = site.events().length;
      const p = await visit('/confirmed');
      assert.deepEqual(await told(p, mark), []);
      await p.eval(() => {
        window.track.consent({ analytics: 'denied' });
        localStorage.clear();
        document.cookie = '_fh=; max-age=0';
      });
      await p.goto(`${site.url}/pending`);
      await here(p);
      await p.eval(() => document.querySelector('form').addEventListener('submit', () => (window.name = String(sessionStorage.getItem('_fh_when')))));
      await p.click('#send');
      await until(() => p.eval(() => location.pathname === '/confirmed'), { what: 'the next page' });
      assert.equal(await p.eval(() => window.name), 'null');
      await done(p);
    });
  });
}
