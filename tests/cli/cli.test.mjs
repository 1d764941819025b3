// The command line: what it prints, and what it ends with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { adviceOf } from '../../cli/advise.mjs';

const BIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'fh-cli-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const run = (args, input = '') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { cwd: dir, input, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
};
const file = (name, contents) => {
  writeFileSync(join(dir, name), typeof contents === 'string' ? contents : JSON.stringify(contents));
  return name;
};

const PLAN = {
  format: 1,
  events: {
    'Product Viewed': { side: 'client', source: 'page', properties: { sku: { type: 'string', required: true } } },
    'Order Completed': { side: 'server', revenue: true, properties: { total: { type: 'number', required: true } } },
  },
};
const plan = file('plan.json', PLAN);
const right = { event: 'Product Viewed', properties: { sku: 'a' } };
const wrong = { type: 'track', event: 'Product View', properties: { sku: 'a' } };

test('plan check: a plan that is right', () => {
  assert.deepEqual(run(['plan', 'check', plan]), { status: 0, out: 'plan.json: a tracking plan, 2 events.\n', err: '' });
});

test('plan check: a plan that is wrong, with every place', () => {
  const { status, err, out } = run(['plan', 'check', file('bad.json', { format: 1, events: { A: { side: 'page', properties: { n: { type: 'nmber' } } } } })]);
  assert.deepEqual([status, out], [1, '']);
  assert.match(err, /^firsthand: bad\.json is no tracking plan: \n {2}events\.A\.side: must be one of "client", "server", "both"\n {2}events\.A\.properties\.n\.type: must be .*did you mean "number"\?\n$/);
});

test('plan check: what is no JSON, with line and column', () => {
  const { status, err } = run(['plan', 'check', file('broken.json', '{\n  "format": 1,\n  "events": {},\n}\n')]);
  assert.equal(status, 1);
  assert.match(err, /^firsthand: broken\.json:4:1: /);
});

test('plan check: events as a list, a batch, one, lines, and from standard input', () => {
  const shapes = { 'list.json': [right, wrong], 'batch.json': { batch: [right, wrong], writeKey: 'k' }, 'lines.ndjson': `${JSON.stringify(right)}\n\n${JSON.stringify(wrong)}\n` };
  for (const [name, contents] of Object.entries(shapes)) {
    const { status, out } = run(['plan', 'check', plan, file(name, contents)]);
    const at = name.startsWith('lines') ? 'line 3' : 'event 2';
    assert.equal(status, 1);
    assert.equal(out.split('\n').slice(1).join('\n'), `${name}: 2 events, 1 not as the plan says.\n\n${at}, track "Product View"\n  event: "Product View" is not in the plan; did you mean "Product Viewed"?\n`);
  }
  assert.equal(run(['plan', 'check', plan, file('one.json', JSON.stringify(right, null, 2))]).status, 0);
  assert.match(run(['plan', 'check', plan, '-'], JSON.stringify(wrong)).out, /^-: 1 event, 1 not as the plan says\.$/m);
});

test('plan check: the side, as JSON', () => {
  const { status, out } = run(['plan', 'check', plan, file('order.json', { event: 'Order Completed', properties: { total: 1 } }), '--side', 'client', '--json']);
  assert.equal(status, 1);
  const { events, wrong: found } = JSON.parse(out);
  assert.deepEqual([events, found[0].violations[0].kind], [1, 'wrong_side']);
  assert.equal(run(['plan', 'check', plan, 'order.json', '--side', 'server']).status, 0);
  const problems = JSON.parse(run(['plan', 'check', file('empty.json', {}), '--json']).out);
  assert.deepEqual(problems.problems.map(({ path }) => path), ['format', 'events']);
});

test('what cannot be done ends with 2 and says why', () => {
  const rows = [
    [['plan', 'chek', plan], /there is no command "plan chek plan\.json": plan check, plan advise, types/],
    [['plan', 'check'], /"plan check" needs the file of the plan/],
    [['types', plan, plan], /"types" takes one file, these are 2/],
    [['plan', 'check', 'nowhere.json'], /nowhere\.json cannot be read: there is no such file/],
    [['plan', 'check', plan, '--side', 'page'], /--side is client or server, not "page"/],
    [['plan', 'advise', plan, '--json'], /--json is no option of "plan advise"/],
    [['types', plan, '--outptu', 'x'], /outptu/],
    [['types', plan, '-o', 'no/such/folder.ts'], /no such file or directory/],
  ];
  for (const [args, said] of rows) {
    const { status, out, err } = run(args);
    assert.deepEqual([status, out], [2, ''], args.join(' '));
    assert.match(err, said);
    assert.match(err, /Try --help\.\n$/);
  }
  assert.equal(run([]).status, 2);
});

test('help and version', () => {
  assert.match(run(['--help']).out, /plan check PLAN \[EVENTS\]/);
  assert.equal(run(['-h']).status, 0);
  assert.equal(run(['--version']).out.trim(), JSON.parse(readFileSync(new URL('../../package.json', import.meta.url))).version);
});

test('plan advise: a table, and where the plan says otherwise', () => {
  const { status, out } = run(['plan', 'advise', file('advise.json', {
    format: 1,
    events: { ...PLAN.events, 'Trial Started': { side: 'client', revenue: true, context: true }, Refunded: { revenue: true, offsite: true } },
  })]);
  assert.equal(status, 0);
  assert.equal(out, `EVENT            PLAN    ADVICE      WHY
Product Viewed   client  client      only the page knows of it.
Order Completed  server  server      money is reckoned by it, and a page may be blocked, closed or
                                     forged.
Trial Started    client  server !    money is reckoned by it, and a page may be blocked, closed or
                                     forged; what the page knows of the visit comes along by
                                     track.stitch().
Refunded         both    server (*)  it happens where no page is open; money is reckoned by it, and
                                     a page may be blocked, closed or forged.
! the plan says otherwise.
(*) from both sides it is counted twice, unless both give it the same messageId.
`);
});

test('advice goes by what the plan declares', () => {
  const rows = [
    [{}, 'client', /does not say what it is for/],
    [{ objective: 'behaviour' }, 'client', /trends bear a loss/],
    [{ objective: 'marketing' }, 'client', /campaign, referrer/],
    [{ context: true }, 'client', /campaign, referrer/],
    [{ objective: 'revenue' }, 'server', /for reckoning/],
    [{ objective: 'operations' }, 'server', /running the business/],
    [{ critical: true }, 'server', /each single one/],
    [{ pii: true }, 'server', /who somebody is/],
    [{ properties: { email: { pii: true } } }, 'server', /who somebody is/],
    [{ source: 'server' }, 'server', /only the server/],
    [{ offsite: true, context: true, source: 'page' }, 'server', /no page is open$/],
    [{ source: 'page', revenue: true }, 'client', /let the server confirm it, by track\.when\(\)/],
    [{ revenue: true, context: true }, 'server', /track\.stitch\(\)/],
  ];
  for (const [event, side, why] of rows) {
    const advice = adviceOf(event);
    assert.equal(advice.side, side, JSON.stringify(event));
    assert.match(advice.why.join('; '), why);
  }
});
