// docs/BENCH.md, from the results that there are.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { sizesOf } from '../../scripts/size.mjs';

const HEAD = `# What it costs, beside its peers

Written by \`make bench\`; do not edit.

One browser, one collector, the same page and event (8 properties) for all: Firsthand, other agents as npm has them, with their default
batching and their automatic captures off, and the *floor*, the least that still delivers, written by hand (tests/bench/floor.js:
\`crypto.randomUUID\`, an array, \`JSON.stringify\` and one request for 50 events; no storage, no retry, no context). Umami and Plausible
have no queue: what their \`fetch\` does not deliver is lost. Snowplow, Segment, Mixpanel, RudderStack and Amplitude keep theirs in storage.

Other work shares this machine, and makes all times longer: read the ratios, which are to the floor (×). Subjects take turns, a fresh tab
without cookies and storage each; figures are medians of as many visits as the first table says, and but for loading less those of the same page without
an agent. CPU is the main thread's own, and tasks are measured by it, so that waiting for the processor does not count.
`;

const NOTES = `† not all of the 1,000 were delivered in the end (in the table: how many): the cost of an unfinished job. *Stuck*: no answer of the page for a minute.
`;

export function writeReport(file, { subjects, results, plan }) {
  const facts = factsOf(subjects, results, plan);
  const [, chromium] = execFileSync(process.env.CHROMIUM ?? '/usr/lib/chromium/chromium', ['--version'], { encoding: 'utf8' }).match(/([\d.]+)/);
  const days = results.map(({ at }) => at.slice(0, 10)).sort();
  const parts = [
    HEAD,
    `Chromium ${chromium}, ${[...new Set([days[0], days.at(-1)])].join(' to ')}. Firsthand: build \`${subjects.firsthand.digest}\`.\n`,
    '## What was aimed at\n', verdicts(facts),
    '## Loading, the empty page included\n', loading(facts),
    '## A call, as the page sees it\n', calls(facts),
    '## 1,000 events in a burst, until all of it is delivered\n', whole(facts), NOTES,
    '## 100 events on the wire: ten bursts of ten, 100 ms apart\n', wire(facts),
  ];
  writeFileSync(file, `${parts.join('\n').trimEnd()}\n`);
}

/** By subject: what the tables are made of. */
export function factsOf(subjects, results, plan) {
  const of = (id, name) => results.filter(({ subject, visit, failed }) => subject === id && visit === name && !failed);
  const raw = Object.fromEntries(Object.values(subjects).map((subject) => {
    const { id } = subject;
    const figure = (name, read) => median(of(id, name).map(read));
    const counts = plan.map(({ name }) => of(id, name).length).filter(Boolean);
    return [id, {
      subject,
      size: sizesOf(Buffer.from(subject.script + (subject.more ?? []).map((file) => readFileSync(file, 'latin1')).join(''))),
      requests: figure('wire', ({ code, config }) => code + config),
      start: { cpu: figure('start', (r) => r.cpuMs), ready: figure('start', (r) => r.readyMs), longest: figure('start', (r) => r.longestMs) },
      slow: { cpu: figure('start 4x', (r) => r.cpuMs), ready: figure('start 4x', (r) => r.readyMs), longest: figure('start 4x', (r) => r.longestMs) },
      one: { p50: figure('calls', (r) => quantile(r.one.each, 0.5)), p99: figure('calls', (r) => quantile(r.one.each, 0.99)) },
      ten: { call: figure('calls', (r) => quantile(r.ten.bursts, 0.5) / 10), p50: figure('calls', (r) => quantile(r.ten.each, 0.5)), p99: figure('calls', (r) => quantile(r.ten.each, 0.99)) },
      many: { call: figure('drain', (r) => r.burstUs / 1000), p50: figure('drain', (r) => quantile(r.each, 0.5)), p99: figure('drain', (r) => quantile(r.each, 0.99)) },
      cpu: figure('drain', (r) => r.cpuMs),
      delivered: figure('drain', (r) => r.delivered),
      memory: figure('drain', (r) => r.memory / 1024),
      wasm: figure('drain', (r) => r.wasm / 1024),
      last: figure('drain', (r) => r.lastMs),
      tasks: { long: figure('drain 4x', (r) => r.long), longest: figure('drain 4x', (r) => r.longestMs) },
      wire: { up: figure('wire', (r) => r.upBytes), bodies: figure('wire', (r) => r.bodies), requests: figure('wire', (r) => r.requests), first: figure('wire', (r) => r.firstMs), delivered: figure('wire', (r) => r.delivered) },
      stuck: results.some(({ subject: one, failed }) => one === id && failed),
      visits: counts.length ? `${Math.min(...counts)}–${Math.max(...counts)}` : '0',
    }];
  }));
  const { none, ...measured } = raw;
  return Object.values(measured).map((fact) => ({
    ...fact,
    net: {
      start: fact.start.cpu - none.start.cpu,
      slow: fact.slow.cpu - none.slow.cpu,
      one: fact.one.p50 - none.one.p50,
      ten: fact.ten.call - none.ten.call,
      many: fact.many.call - none.many.call,
      cpu: fact.cpu - none.cpu,
      memory: fact.memory - none.memory,
    },
  }));
}

// --- Tables ----------------------------------------------------------------------

const table = (heads, rows) => `${[heads, heads.map((_, i) => (i ? '---:' : '---')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
const nameOf = ({ subject: { name, version, isOurs } }) => (isOurs ? `**${name}**` : `${name} ${version}`.trim());
const floorOf = (facts) => facts.find(({ subject }) => subject.id === 'floor');

/** A figure with its ratio to the floor's. */
const times = (facts, read, digits) => (fact) => {
  const value = read(fact);
  return Number.isFinite(value) ? `${number(value, digits)} (${number(value / read(floorOf(facts)), 1)}×)` : '–';
};

function loading(facts) {
  const cpu = times(facts, ({ start }) => start.cpu, 1);
  const slow = times(facts, ({ slow: at4 }) => at4.cpu, 1);
  return table(
    ['', 'raw', 'gzip', 'brotli', 'requests', 'CPU until ready, ms', 'ready after, ms', 'at 4 ×: CPU, ms', 'longest task, ms', 'ready after, ms', 'visits'],
    facts.map((fact) => [nameOf(fact), ...['raw', 'gzip', 'brotli'].map((how) => number(fact.size[how])), number(fact.requests), cpu(fact), number(fact.start.ready), slow(fact), number(fact.slow.longest), number(fact.slow.ready), fact.visits]),
  );
}

function calls(facts) {
  const cell = (read, digits = 1) => times(facts, read, digits);
  const [one, ten, many, p99] = [cell(({ net }) => net.one), cell(({ net }) => net.ten), cell(({ net }) => net.many), cell(({ ten: t }) => t.p99, 0)];
  return table(
    ['µs', 'alone: p50', 'p99', 'in bursts of 10: a call', 'p50', 'p99', 'in a burst of 1,000: a call', 'p50', 'p99'],
    facts.map((fact) => [nameOf(fact), one(fact), number(fact.one.p99), ten(fact), number(fact.ten.p50), p99(fact), many(fact), number(fact.many.p50), number(fact.many.p99)]),
  );
}

function whole(facts) {
  const cpu = times(facts, ({ net }) => net.cpu, 0);
  return table(
    ['', 'CPU, µs an event', 'delivered', 'all delivered after, ms', 'heap, buffers and Wasm memory after it, KB', 'of it Wasm', 'at 4 ×: tasks over 50 ms', 'longest task, ms'],
    facts.map((fact) => [nameOf(fact), `${cpu(fact)}${fact.delivered < 1000 ? ' †' : ''}`, number(fact.delivered), number(fact.last), number(fact.net.memory), number(fact.wasm), fact.stuck ? '*stuck*' : number(fact.tasks.long), number(fact.tasks.longest)]),
  );
}

function wire(facts) {
  const up = times(facts, ({ wire: w }) => w.up, 0);
  return table(
    ['', 'requests', 'bytes up, at the socket', 'of it bodies', 'first event delivered after, ms', 'delivered'],
    facts.map((fact) => [nameOf(fact), number(fact.wire.requests), up(fact), number(fact.wire.bodies), number(fact.wire.first), number(fact.wire.delivered)]),
  );
}

// --- What was aimed at -----------------------------------------------------------

/** Each aim: [what, what was measured, the bound, does it hold]. */
export function judged(facts) {
  const ours = facts.find(({ subject }) => subject.id === 'firsthand');
  const floor = floorOf(facts);
  const peers = facts.filter(({ subject }) => subject.package || subject.id === 'umami');
  const least = (list, read) => list.filter((fact) => Number.isFinite(read(fact))).sort((a, b) => read(a) - read(b))[0];
  const durable = least(peers.filter(({ subject, delivered }) => subject.isDurable && delivered === 1000), ({ net }) => net.cpu);
  const small = least(peers.filter(({ subject }) => subject.isQueue), ({ size }) => size.brotli);
  const soon = least(peers.filter(({ subject }) => subject.isQueue), ({ net }) => net.start);
  const terse = least(peers, ({ wire: w }) => w.up);
  const aims = [];
  const aim = (what, value, bound, say) => aims.push([what, say, value <= bound]);
  const x = (value) => `${number(value, 2)} ×`;
  aim('main-thread CPU per event: 2.0 × the floor at most', ours.net.cpu / floor.net.cpu, 2, x(ours.net.cpu / floor.net.cpu));
  if (durable) aim(`… and a twentieth of the fastest peer that delivers all and has a durable queue (${durable.subject.name})`, ours.net.cpu, durable.net.cpu / 20, `1/${number(durable.net.cpu / ours.net.cpu, 1)}`);
  if (small) aim(`bytes to load (brotli): below every peer with a queue (${small.subject.name} is the smallest)`, ours.size.brotli, small.size.brotli - 1, `${number(ours.size.brotli)} of ${number(small.size.brotli)}`);
  if (soon) aim(`CPU until ready: below every peer with a queue (${soon.subject.name} is the fastest)`, ours.net.start, soon.net.start, x(ours.net.start / soon.net.start));
  if (terse) aim(`bytes on the wire for 100 events: half of the smallest peer's (${terse.subject.name})`, ours.wire.up, terse.wire.up / 2, `${number(ours.wire.up)} of ${number(terse.wire.up / 2)}`);
  aim('no task over 50 ms for 1,000 events in a burst, at 4 × CPU throttle', ours.tasks.long, 0, `${number(ours.tasks.long)}; the longest ${number(ours.tasks.longest)} ms`);
  aim('a call in bursts of ten: 7 µs where the floor takes 5.5, so 1.27 × the floor', ours.net.ten / floor.net.ten, 7 / 5.5, x(ours.net.ten / floor.net.ten));
  aim("p99 of such a call: below the floor's", ours.ten.p99, floor.ten.p99, x(ours.ten.p99 / floor.ten.p99));
  aim('heap and Wasm memory after 1,000 events: 600 KB', ours.net.memory, 600, `${number(ours.net.memory)} KB`);
  aim('loading at 4 × CPU throttle: no task over 50 ms', ours.slow.longest, 50, `${number(ours.slow.longest)} ms`);
  aim('… and 20 ms in all', ours.net.slow, 20, `${number(ours.net.slow)} ms`);
  return aims;
}

function verdicts(facts) {
  return table(['', 'measured', ''], judged(facts).map(([what, say, holds]) => [what, say, holds ? 'met' : '**not met**']));
}

// --- Numbers -----------------------------------------------------------------------

const number = (value, digits = 0) => (Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits }) : '–');
const median = (all) => quantile(all.filter(Number.isFinite), 0.5);

function quantile(all, q) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.ceil(at)] - sorted[low]) * (at - low);
}
