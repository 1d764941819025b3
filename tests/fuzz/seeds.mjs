// What fuzzing starts from: the cases of tests/cases and tests/dialects/cases (of plans,
// tests/plan/cases) as bytes for each target, rows that the module has made, and a dictionary of the words that
// the core knows. A target that is not named here starts from tests/fuzz/seeds/<name>.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { callText } from '../run/interpreter.mjs';
import { limits, wasm } from '../run/suite.mjs';

const MAX = 64 * 1024; // more does not fit into io
const STATUSES = [200, 207, 400, 401, 404, 410, 413, 422, 429, 500, 503, 0, 1, 2, 204, 302];
const REPLY_STATUSES = [200, 204, 207, 400, 401, 410, 413, 429, 500, 0, 201, 422, 302, 503, 999, -5];
const DIALECTS = ['segment', 'amplitude', 'snowplow', 'posthog', 'rudderstack', 'hightouch', 'jitsu', 'metarouter'];
// In the order of fuzz_agent.c's.
const KINDS = 'start event refused due take ack journal adopt adoptRaw giveUp forget acknowledged restore wait state reload leave jump burst grown'.split(' ');
const WHY = { due: 0, now: 1, last: 2, net: 3 };
const ERRORS = Math.max(...[...readFileSync('src/errors.def', 'utf8').matchAll(/, -(\d+), "/g)].map(([, code]) => Number(code)));

const casesIn = (dir) =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, ...JSON.parse(readFileSync(`${dir}/${name}`, 'utf8')) }));
const cases = ['tests/cases', 'tests/dialects/cases'].flatMap(casesIn);
const bytes = (text) => (typeof text === 'string' ? Buffer.from(text) : Buffer.from(text ?? ''));
const call = (value) => bytes(callText(value));
const all = (test) => [...(test.start ? [{ start: test.start }] : []), ...test.steps];
const dialectOf = (test) => Math.max(0, DIALECTS.indexOf(test.start?.options?.dialect));

// Milliseconds as fuzz_agent.c's ms_of reads them, rounded up.
const msBytes = (ms) => {
  const unit = [1, 100, 10000, 3600000].findIndex((one) => ms / one < 0x3fff);
  const value = unit < 0 ? 0xffff : (unit << 14) | Math.ceil(ms / [1, 100, 10000, 3600000][unit]);
  return [value & 255, value >> 8];
};
const step = (kind, argument = 0, ms = 0, payload = Buffer.alloc(0)) => {
  const cut = payload.subarray(0, 0xffff);
  return Buffer.concat([Buffer.from([KINDS.indexOf(kind), argument & 255, ...msBytes(ms), cut.length & 255, cut.length >> 8]), cut]);
};
const index = (list, value) => Math.max(0, list.indexOf(value));

// A case as a list of calls. "deliver" becomes a few rounds of it.
const playable = (test) => {
  let mono = test.clock?.mono ?? 0;
  const out = [];
  for (const s of all(test)) {
    const ms = Math.max(0, (s.at ?? mono) - mono);
    mono += ms;
    const times = Math.min(s.repeat ?? 1, 255);
    if ('start' in s) out.push(step('start', 0, ms, call(s.start)));
    else if ('event' in s || 'raw' in s) out.push(step(times > 1 ? 'burst' : 'event', times, ms, call(s.event ?? s.raw)));
    else if ('refused' in s) out.push(step('refused', -s.refused, ms));
    else if ('poll' in s) out.push(step('due', 0, ms));
    else if ('take' in s) out.push(step('take', WHY[s.take], ms));
    else if ('ack' in s) out.push(step('ack', index(STATUSES, s.ack) | Math.min(s.retryAfter ?? 0, 15) << 4, ms, bytes(s.body)));
    else if ('journal' in s) out.push(step('journal', 0, ms));
    else if ('adopt' in s && s.error) out.push(step('giveUp', -s.error - 1, ms));
    else if ('adopt' in s) out.push(step('adopt', 0, ms, Buffer.from(s.byte ? [s.byte[0] & 255, s.byte[0] >> 8, s.byte[1]] : [])));
    else if ('forget' in s) out.push(step('forget', 0, ms));
    else if ('acknowledged' in s) out.push(step('acknowledged', 0, ms, bytes(s.acknowledged)));
    else if ('restore' in s) out.push(step('restore', 0, ms, call(s.restore)));
    else if ('wait' in s) out.push(step('wait', Math.max(0, Math.min(255, Math.ceil(s.wait / 1000))), ms));
    else if ('state' in s) out.push(step('state', Math.max(0, s.state + ERRORS), ms));
    else if ('deliver' in s) for (let i = 0; i < 3; i++) out.push(step('due', 0, ms), step('ack', i, 0, bytes(i ? '' : '{"success":true}')));
  }
  out.push(step('reload'), step('leave'));
  return Buffer.concat(out);
};

// Rows as the module makes them of each case's events.
const rows = (test) => {
  const core = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
  const io = new Uint8Array(core.memory.buffer, core.io(), limits.FH_IO_BYTES);
  const give = (text) => (text.length > io.length ? limits.FH_ERR_LARGE : (io.set(text), text.length));
  const made = [];
  for (const s of all(test)) {
    if (s.start) core.start(give(call({ ...s.start, options: undefined })), 1767225600000, 0);
    if (s.event) core.event(give(call(s.event)), 1767225600000, 0);
    const length = core.journal();
    if (length) made.push(Buffer.concat([io.slice(0, length), Buffer.alloc(length % 8 ? 8 - (length % 8) : 0)]));
  }
  return made;
};

const strings = (value) => (typeof value === 'string' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(strings) : []);
const texts = (test, names) =>
  all(test).flatMap((s) => Object.entries(s).flatMap(([name, value]) => (names.includes(name) && typeof value !== 'number' ? [call(value)] : [])));

const TIME = '2026-01-01T00:00:00.000Z';
const objects = (test) => all(test).map(({ event }) => event).filter((event) => event && typeof event === 'object');

const makers = {
  agent: (test) => [playable(test)],
  event: (test) => texts(test, ['event', 'raw']).map((text) => Buffer.concat([Buffer.from([dialectOf(test)]), text])),
  config: (test) => texts(test, ['start']),
  restore: (test) => texts(test, ['restore']),
  json: (test) => texts(test, ['start', 'event', 'raw', 'restore']).concat(all(test).flatMap((s) => (s.body ? [bytes(s.body)] : []))),
  reply: (test) =>
    all(test)
      .filter((s) => 'ack' in s)
      .flatMap((s) => [0, 16].map((asks) => Buffer.concat([Buffer.from([dialectOf(test), index(REPLY_STATUSES, s.ack) | asks]), bytes(s.body)]))),
  row: rows,
  request: (test) => {
    const events = objects(test).map((event) => ({ userId: 'u', messageId: 'm', context: { userAgent: 'UA' }, ...event }));
    return [...events.map((event) => [0, event]), [1, { writeKey: 'k', sentAt: TIME, batch: events }]].map(([type, value]) => Buffer.concat([Buffer.from([type]), call(value)]));
  },
  rows: (test) => [
    ...objects(test).flatMap((event) => [1, 2, 3].map((dialect) => Buffer.concat([Buffer.from([dialect, 0]), call({ anonymousId: 'a', messageId: 'm', timestamp: TIME, ...event })]))),
    ...all(test).filter((s) => 'ack' in s).map((s) => Buffer.concat([Buffer.from([dialectOf(test), 16 | index(REPLY_STATUSES, s.ack)]), bytes(s.body)])),
  ],
  address: (test) => strings(test).filter((text) => /[/=]/.test(text) && text.length < 4096).map(bytes),
  cookie: (test) => [...strings([test.start?.cookie]), ...test.steps.flatMap((s) => [...strings(s.acknowledged), ...strings(s.restore?.cookie)])].map(bytes),
  plan: ({ plan, checks }) => checks.map(({ event }) => bytes(`${JSON.stringify(plan)}\n${JSON.stringify(event)}`)),
};

/** Writes the seeds of a target into `dir`. */
export const writeSeeds = (target, dir) => {
  mkdirSync(dir, { recursive: true });
  const known = new Set();
  for (const test of target === 'plan' ? casesIn('tests/plan/cases') : cases)
    for (const seed of makers[target]?.(test) ?? []) {
      const key = seed.toString('latin1');
      if (!seed.length || seed.length > MAX || known.has(key)) continue;
      known.add(key);
      writeFileSync(`${dir}/seed-${known.size}`, seed);
    }
};

/** Writes a dictionary of every literal of the core that is a word. */
export const writeDictionary = (file) => {
  const words = new Set(['1.', '.', '{', '}', '[', ']', '":', ',"', '\\u0000', '\\ud800', 'true', 'null', '1e400', '[[0,1]]', '&', ';', '%', '?', '//']);
  for (const name of readdirSync('src').filter((n) => n.endsWith('.c')))
    for (const [, literal] of readFileSync(`src/${name}`, 'utf8').matchAll(/"((?:[^"\\\n]|\\.)*)"/g))
      for (const word of literal.split('\\0')) if (/^[\w$.:/ -]{2,40}$/.test(word) && !word.endsWith('.h')) words.add(word);
  const escaped = [...words].map((word) => `"${word.replace(/[\\"]/g, '\\$&')}"`);
  writeFileSync(file, `${escaped.join('\n')}\n`);
};
