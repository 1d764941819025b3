// Each shape of tests/cases/calls, played by our agent in Chromium: what it sends
// is what Segment's own agent was recorded to send, field by field, but for
// differences.json.
//   SHAPES="track,page: name alone" node --test tests/calls/calls.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { until } from '../browser/engines/until.mjs';
import { pinned } from '../parity/sdks.mjs';
import { allowances, compare } from './compare.mjs';
import { play, prepare } from './play.mjs';
import { printed, shapes, tables, text } from './shapes.mjs';
import { AT, KEY, snippet, startSite } from './site.mjs';

const TAG = `<script src="/fh/firsthand.js" data-key="${KEY}" data-endpoint="/v1/batch" data-global="analytics"></script>`;
const COME_MS = 3000; // for what a call sends when its promise has settled: a callback's event
const DIFFERENCES = JSON.parse(readFileSync('tests/calls/differences.json', 'utf8'));

const only = process.env.SHAPES?.split(',');
const played = shapes().filter(({ id }) => !only || only.some((one) => id === one || id.startsWith(`${one}: `)));

/** The public snippet where calls are made before the agent has come, the tag elsewhere. */
const bySnippet = (shape) => shape.before || shape.load;
const head = (shape, origin) => (bySnippet(shape)
  ? `<script>${snippet({ origin, options: shape.load })}</script><script>${(shape.before ?? []).join('\n')}</script>`
  : TAG);

const how = (shape) => ({
  up: bySnippet(shape) && 'window.analytics.initialized',
  after: 'analytics.flush()',
  events: ({ batch = [] }) => batch,
  arrived: (count) => until(() => count() >= shape.segment.length, { ms: COME_MS }).catch(() => {}),
});

const shown = ({ path, ...values }) => `${path}: ${Object.entries(values).map(([who, value]) => `${who} ${JSON.stringify(value)}`).join(', ') || 'nothing'}`;

describe('calls', { skip: installed('chromium') ? false : 'chromium is not installed' }, () => {
  let browser;
  let site;
  let page;
  const allow = allowances(DIFFERENCES);

  before(async () => {
    const script = readFileSync('dist/firsthand.js');
    site = await startSite(head, { '/fh/firsthand.js': script, [AT]: script });
    browser = await open('chromium', { args: site.flags });
    page = await browser.page();
    await prepare(page);
  });
  after(async () => {
    await browser?.cleanup();
    await site?.close();
  });

  test('the table is of the versions that are pinned (else: make calls-record)', () => {
    const recorded = JSON.parse(readFileSync('tests/calls/recorded.json', 'utf8'));
    const { dependencies } = JSON.parse(readFileSync('tests/browser/faults/peers/package.json', 'utf8'));
    assert.equal(recorded['@segment/analytics-next'], pinned().segment);
    assert.equal(recorded['@segment/snippet'], dependencies['@segment/snippet']);
  });

  test('the table is in its form, and no two shapes have one name', () => {
    for (const table of tables()) assert.equal(text(table.area), printed(table));
    assert.equal(new Set(shapes().map(({ id }) => id)).size, shapes().length);
  });

  for (const shape of played) {
    test(shape.id, async () => {
      const { outcome, events } = await play(page, site.copy(shape), shape, how(shape));
      const differences = compare(shape.segment, events).filter((difference) => !allow(shape.id, difference));
      assert.deepEqual(differences.map(shown), []);
      assert.deepEqual(outcome.filter((one) => one.startsWith('throws')), []);
    });
  }

  test('differences.json has nothing that does not occur', { skip: only && 'only some shapes were played' }, () => {
    assert.deepEqual(allow.unused(), []);
  });
});
