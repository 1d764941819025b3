// Stitching in the page: when there is a bundle, and where it goes.
//   ENGINES=chromium,firefox,webkit node --test tests/stitch/page.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { stitch } from '../../server/index.mjs';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { page, SNIPPET, startSite } from '../browser/site.mjs';

const tag = (attributes, src = '/fh/firsthand.js') => `${SNIPPET}<script async src="${src}" data-key="test" data-endpoint="/v1/batch" data-debug ${attributes}></script>`;
const tracked = (name) => `<script>track.page(); track('${name}')</script>`;

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;
    const asked = []; // what came to /asked: [host, header, text]

    before(async () => {
      const record = (req, res) => {
        const chunks = [];
        req.on('data', (chunk) => chunks.push(chunk));
        req.on('end', () => {
          if (req.method !== 'OPTIONS') asked.push([req.headers.host, req.headers['x-fh-context'], Buffer.concat(chunks).toString()]);
          res.writeHead(200, {
            'access-control-allow-origin': '*', 'access-control-allow-headers': 'x-fh-context,x-own', 'content-type': 'text/html',
          }).end('<!doctype html><title>Asked</title>');
        });
      };
      const forms = `
        <form id="post" method="post" action="/asked" data-fh-stitch><input name="a" value="1"><button>send</button></form>
        <form id="prefixed" method="post" action="/asked" data-fh-stitch="trk"><input name="a"></form>
        <form id="get" action="/asked" data-fh-stitch><input name="a"></form>
        <form id="elsewhere" method="post" action="http://other.test/asked" data-fh-stitch><input name="a"></form>
        <form id="listed" method="post" action="http://listed.test/asked" data-fh-stitch><input name="a"></form>
        <form id="plain" method="post" action="/asked"><input name="a"></form>
        <form id="hostile" method="post" action="/asked" data-fh-stitch><input name="append"><input name="getAttribute"><input name="querySelectorAll"></form>`;
      site = await startSite({
        '/asked': record,
        '/forms': page({ head: tag('data-stitch="on" data-stitch-hosts="listed.test"'), body: tracked('At The Forms') + forms }),
        '/requests': page({ head: tag('data-stitch="on" data-stitch-headers data-stitch-hosts="listed.test"'), body: tracked('At The Requests') }),
        '/batches': page({ head: tag('data-stitch="on" data-stitch-headers').replace('/v1/batch', '/asked') }),
        '/demand': page({ head: tag(''), body: tracked('On Demand') }),
        '/silent': page({ head: tag('') }),
        '/pending': page({ head: tag('data-consent="pending" data-stitch="on" data-stitch-headers'), body: `${tracked('After Consent')}<form id="post" method="post" action="/asked" data-fh-stitch></form>` }),
        '/alone': page({ head: tag('', '/alone/firsthand.js'), body: tracked('Alone') }),
        '/alone/firsthand.js': (req, res) => { req.url = '/fh/firsthand.js'; site.relay.handler(req, res); },
      });
      browser = await open(engine, { proxy: site.url });
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });
    const visit = async (path, name) => {
      const p = await browser.page();
      await p.goto(`http://www.shop.test${path}`);
      const event = name && (await site.named(name));
      return [p, event];
    };
    const there = (p) => until(() => p.eval(() => Boolean(track.stitch.headerName)), { what: 'the file' });
    const last = async (p, from) => (await until(() => asked.length > from, { what: 'the request' }), asked[from]);

    test('track.stitch() brings its file, gives the bundle of the event, and is at once there afterwards', async () => {
      const [p, event] = await visit('/demand', 'On Demand');
      const [bundle, flat, isOwn] = await p.eval(async () => {
        const [one, other] = await Promise.all([track.stitch(), track.stitch()]);
        return [one, track.stitch.flat('pay'), one.ok && other.ok && Object.keys(one).includes('ok')];
      });
      assert.equal(isOwn, false); // a method or a flag in it would go to the server
      assert.equal(bundle.anonymousId, event.anonymousId);
      assert.equal(bundle.sessionUuid, event.context.session.id);
      assert.equal(bundle.pageViewId, event.context.pageViewId);
      assert.equal(bundle.context.page.url, event.context.page.url);
      assert.equal(bundle.context.userAgent, event.context.userAgent);
      assert.equal(stitch(flat, { prefix: 'pay' }).anonymousId, event.anonymousId);
      assert.ok(Object.keys(flat).length <= 8 && Object.entries(flat).every(([name, value]) => /^[\w-]{1,40}$/.test(name) && value.length <= 255));
      await p.close();
    });

    test('no bundle, but a reason: no session yet, no consent, no file', async () => {
      const [silent] = await visit('/silent');
      // The session of the test before is that of this visitor, too, on a page that has not
      // called anything yet; a new visitor has none.
      assert.match(await silent.eval(async () => (await track.stitch()).context.page.url), /\/silent$/);
      assert.equal(await silent.eval(async () => { track.reset(); return (await track.stitch()).reason; }), 'no_session');
      await silent.close();
      const [alone] = await visit('/alone', 'Alone');
      assert.deepEqual(await alone.eval(async () => { const { ok, reason } = await track.stitch(); return [Boolean(ok), reason]; }), [false, 'not_loaded']);
      await alone.close();
    });

    test('nothing goes out before consent nor after it is taken back', async () => {
      const [p] = await visit('/pending');
      await there(p);
      const hidden = () => p.eval(() => document.querySelectorAll('#post [data-fh-stitched]').length);
      const ask = async () => {
        const from = asked.length;
        await p.eval(async () => void (await fetch('/asked', { method: 'POST' })));
        return (await last(p, from))[1];
      };
      const reason = () => p.eval(async () => (await track.stitch()).reason);
      assert.deepEqual([await reason(), await hidden(), await ask()], ['no_consent', 0, undefined]);
      await p.eval(() => void track.consent({ analytics: 'granted' }));
      const event = await site.named('After Consent');
      await until(hidden, { what: 'fields' });
      assert.equal(stitch(await ask()).anonymousId, event.anonymousId);
      await p.eval(() => void track.consent({ analytics: 'denied' }));
      await until(async () => !(await hidden()), { what: 'no fields' });
      assert.deepEqual([await reason(), await ask()], ['no_consent', undefined]);
      await p.close();
    });

    test('forms that ask for it get hidden fields, ahead and at submit, on post to own and listed hosts', async () => {
      const [p, event] = await visit('/forms', 'At The Forms');
      await there(p);
      const fields = (id) => p.eval((name) => Array.from(document.querySelectorAll(`#${name} [data-fh-stitched]`), (input) => [input.name, input.value]), id);
      await until(async () => (await fields('post')).length, { what: 'fields' });
      for (const id of ['get', 'elsewhere', 'plain']) assert.deepEqual(await fields(id), [], id);
      for (const id of ['post', 'listed', 'hostile']) assert.equal(stitch(Object.fromEntries(await fields(id))).anonymousId, event.anonymousId, id);
      assert.equal(stitch(Object.fromEntries(await fields('prefixed')), { prefix: 'trk' }).anonymousId, event.anonymousId);
      // What is sent is of the moment of the submit, once, also by form.submit().
      const sent = async (submit) => {
        const from = asked.length;
        await p.eval(submit);
        const [, , text] = await last(p, from);
        await until(() => p.eval(() => document.title === 'Asked'), { what: 'the answer' });
        await p.goto('http://www.shop.test/forms');
        await there(p);
        return new URLSearchParams(text);
      };
      const requested = await sent(() => { document.querySelector('#post [name=fh_aid]').value = 'x'; post.requestSubmit(); });
      assert.deepEqual([requested.getAll('fh_aid'), requested.get('a')], [[event.anonymousId], '1']);
      assert.equal(stitch(requested).bundle.context.page.url, event.context.page.url);
      const submitted = await sent(() => post.submit());
      assert.equal(stitch(submitted).anonymousId, event.anonymousId);
      // A form that comes later, as in an application.
      await p.eval(() => {
        document.body.insertAdjacentHTML('beforeend', '<form id="late" method="post" action="/asked" data-fh-stitch><input id="field" name="a"></form>');
        field.focus();
      });
      await until(async () => (await fields('late')).length, { what: 'fields of a late form' });
      await p.close();
    });

    test('requests get the header on own and listed hosts only, and the patch can be taken back', async () => {
      const [p, event] = await visit('/requests', 'At The Requests');
      await there(p);
      const asks = async (code, ...args) => {
        const from = asked.length;
        await p.eval(code, ...args);
        return last(p, from);
      };
      const whose = (header) => header && stitch(header).anonymousId;
      const mine = event.anonymousId;
      const via = (url, init) => asks((at, how) => fetch(at, how).then(() => {}, () => {}), url, init);
      assert.equal(whose((await via('/asked'))[1]), mine);
      assert.equal(whose((await via('http://listed.test/asked', { method: 'POST', body: 'b' }))[1]), mine);
      assert.equal(whose((await via('http://other.test/asked'))[1]), undefined);
      const [, header, body] = await asks(() => fetch(new Request('/asked', { method: 'POST', body: 'text', headers: { 'x-own': '1' } })).then(() => {}));
      assert.deepEqual([whose(header), body], [mine, 'text']);
      assert.equal((await via('/asked', { headers: { 'x-fh-context': 'own' } }))[1], 'own');
      // None of ours in the way of the page's errors.
      assert.equal(await p.eval(() => fetch('http://[').then(() => 'no', (error) => error.name)), 'TypeError');
      assert.equal(await p.eval(() => { try { new XMLHttpRequest().send(); return 'no'; } catch (error) { return error.name; } }), 'InvalidStateError');
      const others = await p.eval(() => {
        const patched = fetch;
        const undo = track.stitch.requests();
        const [over, { send }] = [fetch !== patched, XMLHttpRequest.prototype];
        undo();
        return [over, fetch === patched, XMLHttpRequest.prototype.send !== send];
      });
      assert.deepEqual(others, [true, true, true]);
      await p.close();
    });

    test('a batch of the agent\'s own has no header: it says all of it itself', async () => {
      const [p] = await visit('/batches');
      await there(p);
      const from = asked.length;
      await p.eval(() => void track('In A Batch'));
      const [, header, text] = await last(p, from);
      assert.match(text, /In A Batch/);
      assert.equal(header, undefined);
      await p.close();
    });
  });
}
