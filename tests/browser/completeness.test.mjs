// The page /completeness in Chromium: its numbers are those of the log, and nothing
// that strangers have sent becomes markup.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { share } from '../../relay/completeness/charts.js';
import { createRelay } from '../../relay/index.mjs';
import { batch, ours, post, span, stream, track } from '../relay/help.mjs';
import { installed, open } from './engines/index.mjs';
import { until } from './engines/until.mjs';

const DAY = 86_400_000;
const PAYLOADS = ['<img src=x onerror="hit=1">', '<script>hit=1</script>', '"><svg onload=hit=1>', 'javascript:hit=1', "';hit=1;'", '{{hit=1}}', '<style>*{display:none}</style>'];

test('a share is never said to be all or nothing when it is not', () => {
  assert.deepEqual([0, 1, 0.999999, 0.9999, 0.00001, 0.5, 0.0234].map(share), ['0 %', '100 %', '> 99.99 %', '99.99 %', '< 0.01 %', '50.0 %', '2.3 %']);
});

describe('/completeness', { skip: installed('chromium') ? false : 'chromium is not installed' }, () => {
  let browser;
  let dir;
  let relay;
  let url;
  let clock;
  before(async () => { browser = await open('chromium'); });
  after(() => browser?.cleanup());
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'fh-page-'));
    clock = Date.now();
    relay = createRelay({ db: join(dir, 'events.db'), logLevel: 'silent', now: () => clock });
    url = await relay.listen({ port: 0 });
  });
  afterEach(async () => {
    await relay.close();
    rmSync(dir, { recursive: true });
  });

  const send = (body) => post(`${url}/v1/batch`, body);
  const look = async (path = '/completeness') => {
    const p = await browser.page();
    await p.goto(url + path);
    await until(() => p.eval(() => /^as of/.test(news.textContent)), { what: 'the numbers' });
    return p;
  };
  const tiles = (p) => p.eval(() => Object.fromEntries([...document.querySelectorAll('.tile')].map((one) => [...one.children].map((part) => part.textContent).reverse())));
  const rows = (p, id) => p.eval((name) => [...document.querySelectorAll(`#${name} tbody tr`)].map((row) => [...row.cells].map((cell) => cell.textContent)), id);

  test('shows the numbers of the log, day by day', async () => {
    const today = new Date(clock).toISOString().slice(0, 10);
    const yesterday = new Date(clock - DAY).toISOString().slice(0, 10);
    clock -= DAY;
    await send(ours(stream(1), span(0, 1199)));
    clock += DAY;
    await send(ours(stream(2), [0, 1, 5], { dropped: { too_large: 1 } }));
    await send(ours(stream(2), [0, 1, 5]));
    await send(batch([{ ...track(), type: 'page' }]));
    const p = await look();
    assert.deepEqual(await tiles(p), {
      arrived: '99.75 %', expected: '1,206', received: '1,203', missing: '2', dropped: '1', 'doubled on the wire': '3', late: '0',
    });
    assert.deepEqual(await rows(p, 'days'), [
      [today, '6', '3', '2', '1', '3', '0', '4', 'too_large 1'],
      [yesterday, '1,200', '1,200', '0', '0', '0', '0', '1,200', ''],
    ]);
    assert.deepEqual(await rows(p, 'forwarding'), [['No destinations are configured.']]);
    // A loss of 2 in 1,206 is seen: no part of a column is invisible.
    const heights = await p.eval(() => [...document.querySelectorAll('#fates rect.missing')].map((rect) => rect.getBoundingClientRect().height));
    assert.ok(heights.length === 1 && heights[0] >= 1.9, `${heights}`);
    assert.deepEqual(await p.eval(() => ['fates', 'lost', 'types'].map((id) => document.querySelectorAll(`#${id} .hit`).length)), [30, 30, 30]);
    assert.match(await p.eval(() => document.querySelector('#types .legend').textContent), /track 1,203page 1/);
    await p.close();
  });

  test('a day is chosen with the pointer and with the keyboard; another range is asked for', async () => {
    await send(ours(stream(1), [0, 1]));
    const p = await look();
    const text = () => p.eval(() => picked.textContent);
    assert.match(await text(), /: expected 2, received 2, missing 0; dropped 0/);
    await p.eval(() => document.querySelector('#fates .hit').dispatchEvent(new MouseEvent('click')));
    assert.match(await text(), /: expected 0, /);
    await until(() => p.eval(() => document.querySelector('#fates .hit')?.getAttribute('aria-pressed') === 'true'), { what: 'the day to be marked' });
    await p.eval(() => [...document.querySelectorAll('#fates .hit')].at(-1).dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' })));
    assert.match(await text(), /: expected 2, /);
    await p.click('#ranges button');
    await until(() => p.eval(() => document.querySelectorAll('#fates .hit').length === 7), { what: 'seven days' });
    await p.close();
  });

  test('an event that is stored now appears', async () => {
    const p = await look();
    await send(batch([track({ event: 'Just Now' })]));
    await until(() => p.eval(() => live.textContent.includes('Just Now')), { what: 'the event' });
    await p.close();
  });

  test('what strangers have sent in any field is text', async () => {
    let n = 0;
    for (const text of PAYLOADS) {
      const fields = { event: text, name: text, userId: text, anonymousId: text, groupId: text, previousId: text, properties: { [text]: text }, context: { [text]: text } };
      await send(batch(['track', 'page', 'screen', 'identify', 'group', 'alias'].map((type) => ({ ...fields, type })), { writeKey: text }));
      // Past the checks of the way in: types and reasons that no relay would take.
      const receivedAt = new Date(clock).toISOString();
      const body = JSON.stringify({ ...fields, type: text, receivedAt: `2026-03-10T${text}` });
      await relay.log.append([{ messageId: `x${n++}`, type: text, writeKey: text, receivedAt, timestamp: receivedAt, body }]);
    }
    await send(ours(stream(1), [0, 3], { dropped: { too_large: 1 } }));
    const db = new Database(join(dir, 'events.db'));
    db.prepare('UPDATE streams SET dropped = ?').run(JSON.stringify(Object.fromEntries(PAYLOADS.map((text) => [text, 1]))));
    db.close();

    const p = await look();
    await until(() => p.eval(() => live.children.length === 15), { what: 'the live events' });
    const found = await p.eval(() => ({
      hit: window.hit,
      foreign: document.querySelectorAll('img, style, iframe, object, a, svg[onload], main script').length,
      texts: document.body.textContent,
      shown: getComputedStyle(document.body).display,
    }));
    assert.deepEqual([found.hit, found.foreign, found.shown], [undefined, 0, 'block']);
    for (const text of PAYLOADS) assert.ok(found.texts.includes(text), text);
    assert.deepEqual(p.console.filter(({ type }) => type === 'error'), []);
    await p.close();
  });

  test('when the relay does not answer, the page says so and keeps its numbers', async () => {
    await send(ours(stream(1), [0, 1]));
    const p = await look();
    await p.offline(true);
    await p.eval(() => document.querySelector('#ranges button').click());
    await until(() => p.eval(() => news.className === 'bad' && /does not answer; trying again/.test(news.textContent)), { what: 'the news' });
    assert.equal((await tiles(p)).received, '2');
    await p.close();
  });
});
