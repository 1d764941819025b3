// The captures in real browsers, each with what must not be captured: on a plain page,
// under a strict policy, and on a React application with a router.
//   ENGINES=chromium,firefox,webkit KINDS=plain,csp,react node --test tests/browser/auto.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';
import { hasReact, KINDS, PAGES } from './auto/page.mjs';
import { visitAs } from './auto/visit.mjs';
import { startSite } from './site.mjs';

const kinds = (process.env.KINDS ?? KINDS.join()).split(',');

for (const engine of (process.env.ENGINES ?? 'chromium').split(',')) {
  describe(engine, { skip: installed(engine) ? false : `${engine} is not installed` }, () => {
    let site;
    let browser;

    before(async () => {
      site = await startSite(PAGES);
      browser = await open(engine, { proxy: site.url });
    });
    after(async () => {
      await browser?.cleanup();
      await site?.close();
    });

    const visit = (captures, kind, path) => visitAs(site, browser, captures, kind, path);
    const supports = (p, type) => p.eval((name) => PerformanceObserver.supportedEntryTypes.includes(name), type);
    const properties = ({ properties: all }) => all;

    for (const kind of kinds) {
      describe(kind, { skip: kind === 'react' && !hasReact && 'make auto-app builds it' }, () => {
        test('page views: push, replace, back and a link count, the same path, a query and a fragment do not', async () => {
          const p = await visit('pageviews', kind);
          await p.told('page');
          await p.click('#query');
          await p.click('#hash');
          assert.deepEqual(await p.end(), ['page']);
          await p.click('#push');
          await p.told('page', ({ context }) => context.page.path === '/second');
          await p.eval(() => document.getElementById('push').click()); // where it is already
          assert.deepEqual(await p.end(), ['page', 'page']);
          await p.eval(() => history.go(-2));
          await until(() => p.count('page') === 3, { what: 'the page view of going back' });
          await until(() => p.eval(() => document.querySelector('#replace') && true), { what: 'the first page' });
          await p.click('#replace');
          await p.told('page', ({ context }) => context.page.path === '/third');
          await p.end();
          const seen = p.events().filter(({ type }) => type === 'page');
          assert.deepEqual(seen.map(({ properties: { path } }) => path), ['/', '/second', '/', '/third']);
          assert.deepEqual(seen.map(({ properties: { title } }) => title), ['Home', 'Second', 'Home', 'Third']);
          assert.equal(new Set(seen.map(({ context }) => context.pageViewId)).size, 4);
          await p.close();
        });

        test('engagement: one event when the page is hidden or another takes its place, none without new time', async () => {
          const p = await visit('engagement', kind);
          await p.eval(() => {
            // WebKit's window is given no focus where no window manager is.
            if (!document.hasFocus()) document.hasFocus = () => true;
            dispatchEvent(new Event('focus'));
            scrollTo(0, 1e6);
            return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          });
          await p.eval(() => dispatchEvent(new Event('pointermove')));
          await p.click('#push');
          const { engagement_time_msec: ms, percent_scrolled: percent } = properties(await p.told('Page Engaged'));
          assert.ok(ms > 0 && ms < 30_000, `${ms} ms`);
          assert.equal(percent, 100);
          const first = p.events().find(({ event }) => event === 'Page Engaged');
          assert.equal(first.context.page.path, '/', 'it is of the page before');
          await p.goto(`${site.url}/away`);
          await until(() => p.count('Page Engaged') === 2, { what: 'the second page to be told' });
          assert.equal(p.events()[1].context.page.path, '/second');
          await p.close();
          assert.equal(p.count('Page Engaged'), 2);
        });

        test('outbound links: another site by mouse; not the own site, a mail, or a click by script', async () => {
          const p = await visit('links', kind);
          await p.eval(() => document.getElementById('outbound').addEventListener('click', (event) => event.isTrusted || event.preventDefault()));
          await p.eval(() => document.getElementById('outbound').click());
          await p.click('#inside');
          await p.click('#mail');
          await p.click('#link');
          assert.deepEqual(await p.end(), []);
          await p.eval(() => history.back());
          await until(() => p.eval(() => document.querySelector('#outbound') && true), { what: 'the page with the link' });
          await p.click('#outbound'); // target=_blank
          const told = properties(await p.told('Outbound Link Clicked'));
          assert.equal(told.link_url, 'http://other.test/landing?a=1');
          assert.deepEqual([told.link_domain, told.link_id, told.link_classes, told.outbound], ['other.test', 'outbound', 'partner', true]);
          assert.equal(p.count('Outbound Link Clicked'), 1);
          await p.close();
        });

        test('downloads: a link to a file; not one by script', async () => {
          const p = await visit('downloads', kind);
          await p.click('#export');
          await p.click('#inside');
          assert.deepEqual(await p.end(), []);
          await p.click('#file');
          const told = properties(await p.told('File Downloaded'));
          assert.deepEqual([told.file_name, told.file_extension, told.link_id], ['report.pdf', 'pdf', 'file']);
          assert.deepEqual(await p.end(), ['File Downloaded']);
          await p.close();
        });

        test('forms: begun, sent, left; what is invalid is not sent, and no value is told', async () => {
          const p = await visit('forms', kind);
          // As React wants it: by the element's own setter.
          const type = (selector, text) =>
            p.eval(
              (where, what) => {
                const field = document.querySelector(where);
                Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, what);
                field.dispatchEvent(new Event('input', { bubbles: true }));
              },
              selector,
              text,
            );
          await p.click('#send'); // required
          await p.click('#check'); // the page's own check
          assert.deepEqual(await p.end(), []);
          await type('#email', 'secret@example.com');
          await type('#email', 'secret2@example.com');
          const started = properties(await p.told('Form Started'));
          assert.deepEqual([started.form_id, started.form_name, started.form_destination, started.field_name], ['join', 'Newsletter', '/join', 'email']);
          await p.click('#send');
          await p.told('Form Submitted');
          await type('[name=code]', 'SECRET');
          await p.click('#check');
          await p.told('Form Submitted', ({ properties: { form_id: id } }) => id === 'checked');
          await type('[name=street]', 'Secret Street');
          await type('[name=id]', 'secret');
          assert.deepEqual(await p.end(), ['Form Started', 'Form Submitted', 'Form Started', 'Form Submitted', 'Form Started']);
          await p.goto(`${site.url}/away`);
          const left = properties(await p.told('Form Abandoned'));
          assert.deepEqual([left.form_id, left.form_destination, left.field_name], ['address', '/address', 'id']);
          assert.doesNotMatch(JSON.stringify(p.events()), /secret/i);
          await p.close();
        });

        test('elements: a click and a view by attributes, once each; not a click by script', async () => {
          const p = await visit('elements', kind);
          await p.eval(() => document.getElementById('plan').click());
          assert.deepEqual(await p.end(), []);
          await p.click('#plan');
          assert.deepEqual(properties(await p.told('Plan Chosen')), { plan: 'pro', list_name: 'pricing' });
          await p.click('#terms'); // the label, then its field
          await p.told('Terms Ticked');
          await p.click('#more');
          await p.told('Added Seen');
          assert.deepEqual(await p.end(), ['Plan Chosen', 'Terms Ticked', 'Added Seen']);
          for (const where of ['#offer', 'h1', '#offer']) await p.eval((selector) => document.querySelector(selector).scrollIntoView({ behavior: 'instant' }), where);
          assert.deepEqual(properties(await p.told('Offer Seen')), { offer: 'spring' });
          assert.equal((await p.end()).filter((name) => name === 'Offer Seen').length, 1);
          await p.close();
        });

        test('clicks: where, and the shape of the text', async () => {
          const p = await visit('clicks', kind);
          await p.click('#words');
          assert.deepEqual(await p.end(), []);
          await p.click('#plan');
          const told = properties(await p.told('Element Clicked'));
          assert.deepEqual(told, { element_path: '#plan', element_tag: 'button', element_text: '**** ** ** *****' });
          await p.click('form#checked input');
          const { element_path: path, element_name: name } = properties(await p.told('Element Clicked', ({ properties: { element_tag: t } }) => t === 'input'));
          assert.equal(name, 'code');
          assert.equal(await p.eval((selector) => document.querySelector(selector).name, path), 'code');
          await p.click('#link'); // in React the page that has it goes
          await p.told('Element Clicked', ({ properties: { element_path: where } }) => where === '#link');
          await p.close();
        });

        test('frustration: clicks again and again, and one that nothing follows; not one that something follows', async () => {
          const p = await visit('frustration', kind);
          await p.click('#alive');
          await p.click('#inside');
          await p.click('#dead');
          const dead = properties(await p.told('Dead Clicked'));
          assert.equal(dead.element_path, '#dead');
          assert.deepEqual(await p.end(), ['Dead Clicked']);
          // Three within a second each, on a machine that may be slow.
          await until(async () => (await p.click('#dead'), p.count('Rage Clicked') > 0), { what: 'Rage Clicked' });
          assert.equal(properties(await p.told('Rage Clicked')).element_path, '#dead');
          await p.close();
        });

        test('pages that are not there: by status, or by what the application shows', async () => {
          const p = await visit('notfound', kind, '/nowhere');
          const told = await p.told('Page Not Found');
          assert.deepEqual([told.properties.status, told.properties.path], [404, '/nowhere']);
          assert.equal(p.count('Page Not Found'), 1);
          await p.close();
          const there = await visit('notfound', kind);
          assert.deepEqual((await there.end()).length, 0);
          await there.close();
        });

        test('errors: each once, with what is personal masked', async () => {
          const p = await visit('errors', kind);
          await p.click('#throw');
          await p.click('#throw');
          await p.click('#reject');
          const thrown = await p.told('Error Occurred', ({ properties: { error_name: name } }) => name === 'TypeError');
          assert.match(thrown.properties.description, /No such tea for/);
          assert.match(thrown.properties.filename, /\/shared\.js$/);
          assert.ok(thrown.properties.line > 0);
          await p.told('Error Occurred', ({ properties: { description } }) => /Out of tea/.test(description));
          assert.equal((await p.end()).length, 2);
          assert.doesNotMatch(JSON.stringify(p.events()), /ada@example/);
          await p.close();
        });

        test('Web Vitals: those that the browser can measure', async () => {
          const p = await visit('vitals', kind);
          await p.told('Web Vital Measured', ({ properties: { metric } }) => metric === 'TTFB');
          await p.click('#block');
          await p.end();
          const measured = { TTFB: true, FCP: await supports(p, 'paint'), LCP: await supports(p, 'largest-contentful-paint'), CLS: await supports(p, 'layout-shift') };
          await p.goto(`${site.url}/away`);
          for (const name in measured) if (measured[name]) await p.told('Web Vital Measured', ({ properties: { metric } }) => metric === name);
          for (const { properties: of } of p.events().filter(({ event }) => event === 'Web Vital Measured')) {
            assert.equal(typeof of.metric_value, 'number');
            assert.match(of.metric_rating, /^(good|needs-improvement|poor)$/);
            assert.match(of.metric_id, /^v6-/);
          }
          await p.close();
        });

        test('long tasks: together, where the browser tells of them', async () => {
          const p = await visit('longtasks', kind);
          const isKnown = await supports(p, 'longtask');
          await p.click('#block');
          if (isKnown) {
            await p.eval(() => new Promise((resolve) => new PerformanceObserver(resolve).observe({ type: 'longtask', buffered: true })));
            await p.goto(`${site.url}/away`);
            const told = properties(await p.told('Long Tasks Observed'));
            assert.ok(told.task_count >= 1 && told.longest_task_msec >= 100 && told.task_time_msec >= told.longest_task_msec, JSON.stringify(told));
          } else assert.deepEqual(await p.end(), []);
          await p.close();
        });

        test('media: played to the end; not what is there for the looks', async () => {
          const p = await visit('media', kind);
          await p.click('#play');
          const video = properties(await p.told('Video Playback Completed'));
          assert.deepEqual([video.total_length, video.percent, video.title, video.content_asset_id], [1, 100, 'Film', 'film']);
          assert.match(video.url, /\/tone\.wav$/);
          await p.told('Audio Playback Completed');
          const names = await p.end();
          for (const what of ['Video', 'Audio']) assert.equal(names.filter((name) => name === `${what} Playback Started`).length, 1);
          assert.equal(names.filter((name) => /Paused|Resumed/.test(name)).length, 0);
          assert.ok(p.events().every(({ properties: { content_asset_id: id } }) => id !== 'ambient'));
          await p.close();
        });

        test('search: the words in the address, once', async () => {
          const p = await visit('search', kind, '/?q=shoes');
          assert.deepEqual(properties(await p.told('Site Searched')), { search_term: 'shoes' });
          await p.click('#query');
          await p.click('#term');
          await p.told('Site Searched', ({ properties: { search_term: term } }) => term === 'boots');
          assert.deepEqual(await p.end(), ['Site Searched', 'Site Searched']);
          await p.close();
        });

        test('copy and print: that and where, not what', async () => {
          const p = await visit('copy-print', kind);
          await p.click('#copy');
          assert.equal(properties(await p.told('Text Copied')).element_path, '#words');
          await p.eval(() => dispatchEvent(new Event('beforeprint')));
          await p.told('Page Printed');
          assert.doesNotMatch(JSON.stringify(p.events()), /nobody/);
          await p.close();
        });

        test('all of them at once, and nothing on the console', async () => {
          const p = await visit('everything', kind);
          await p.told('page');
          await p.click('#plan');
          await p.told('Element Clicked');
          await p.told('Plan Chosen');
          assert.deepEqual((p.console ?? []).filter(({ type }) => type !== 'log'), []);
          await p.close();
        });
      });
    }
  });
}
