// The page: asks the relay for its ledger by day and for its state, and shows both.
import { bars, columns, share } from './charts.js';
import { el, table } from './dom.js';
import { showLive } from './live.js';

const AGAIN_MS = 30_000; // the ledger reads a table whole
const DAY_MS = 86_400_000;
const REASONS = 5; // shown by name; the others together

const $ = (id) => document.getElementById(id);
const whole = (value) => new Intl.NumberFormat('en').format(value);
const sum = (values) => values.reduce((a, b) => a + b, 0);
const droppedOf = ({ dropped }) => sum(Object.values(dropped));
const KINDS = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'];

const UNITS = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1000, 's'], [1, 'ms']];
function spanOf(ms) {
  const [size, unit] = UNITS.find(([least]) => ms >= least) ?? UNITS.at(-1);
  return `${ms / size} ${unit}`;
}

let range = /^#(7|30|90)$/.exec(location.hash)?.[1] ?? '30';
let picked;
let known;

/** Each day of the range, also those without anything. */
function allDays({ since, agesMs, days }) {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const empty = () => ({
    streams: 0, expected: 0, received: 0, doubledOnTheWire: 0, missing: 0, late: 0,
    dropped: {}, stored: {}, ages: agesMs.map(() => 0).concat(0),
  });
  return Array.from({ length: Number(range) }, (_, i) => {
    const day = new Date(Date.parse(since) + i * DAY_MS).toISOString().slice(0, 10);
    return byDay.get(day) ?? { day, ...empty() };
  });
}

/** The keys of some counts, the biggest first. */
function keysOf(counts) {
  const sums = new Map();
  for (const [key, n] of counts.flatMap(Object.entries)) sums.set(key, (sums.get(key) ?? 0) + n);
  return [...sums].sort((a, b) => b[1] - a[1]).map(([key]) => key);
}

const reasonsOf = ({ dropped }) => Object.entries(dropped).map(([reason, n]) => `${reason} ${whole(n)}`).join(', ');

const sayDay = (day) => [
  `${day.day}: expected ${whole(day.expected)}, received ${whole(day.received)}, missing ${whole(day.missing)}`,
  `dropped ${whole(droppedOf(day))}${reasonsOf(day) && ` (${reasonsOf(day)})`}`,
  `doubled on the wire ${whole(day.doubledOnTheWire)}, late ${whole(day.late)}, page views ${whole(day.streams)}`,
  `stored ${whole(sum(Object.values(day.stored)))}${day.partial ? '. Retention has removed a part of this day' : ''}`,
].join('; ');

function showTiles(days) {
  const total = (name) => sum(days.map((day) => day[name]));
  const expected = total('expected');
  const missing = total('missing');
  const tiles = [
    ['arrived', expected > 0 ? share(total('received') / expected) : '–'],
    ['expected', whole(expected)],
    ['received', whole(total('received'))],
    ['missing', whole(missing), missing > 0 ? 'missing' : ''],
    ['dropped', whole(sum(days.map(droppedOf)))],
    ['doubled on the wire', whole(total('doubledOnTheWire'))],
    ['late', whole(total('late'))],
  ];
  $('tiles').replaceChildren(...tiles.map(([name, value, kind = '']) =>
    el('div', { class: `tile ${kind}` }, el('b', {}, value), el('span', {}, name))));
}

function showFates(days) {
  if (!days.some((day) => day.day === picked)) picked = days.at(-1).day;
  columns($('fates'), {
    name: 'Events by day: received, dropped, missing',
    series: [{ name: 'received', kind: 'received' }, { name: 'dropped', kind: 'c1' }, { name: 'missing', kind: 'missing' }],
    columns: days.map((day) => ({ label: day.day, title: sayDay(day), values: [day.received, droppedOf(day), day.missing] })),
    picked,
    pick(label) {
      picked = label;
      showFates(days);
    },
  });
  $('picked').textContent = sayDay(days.find((one) => one.day === picked));
}

function showLost(days) {
  const reasons = keysOf(days.map(({ dropped }) => dropped));
  const shown = reasons.slice(0, REASONS);
  const others = reasons.slice(REASONS);
  columns($('lost'), {
    name: 'Events by day that did not arrive: missing, and dropped by reason',
    series: [
      { name: 'missing', kind: 'missing' },
      ...shown.map((name, i) => ({ name, kind: KINDS[i + 1] ?? KINDS[5] })),
      ...(others.length > 0 ? [{ name: 'other reasons', kind: 'c0' }] : []),
    ],
    columns: days.map((day) => ({
      label: day.day, title: `${day.day}: missing ${whole(day.missing)}${reasonsOf(day) && `, ${reasonsOf(day)}`}`,
      values: [
        day.missing, ...shown.map((reason) => day.dropped[reason] ?? 0),
        ...(others.length > 0 ? [sum(others.map((reason) => day.dropped[reason] ?? 0))] : []),
      ],
    })),
  });
}

function showTypes(days) {
  const types = keysOf(days.map(({ stored }) => stored)).slice(0, KINDS.length);
  columns($('types'), {
    name: 'Stored events by day and type',
    series: types.map((name, i) => ({ name, kind: KINDS[i] })),
    columns: days.map(({ day, stored }) => ({
      label: day, title: `${day}: ${types.map((type) => `${type} ${whole(stored[type] ?? 0)}`).join(', ')}`,
      values: types.map((type) => stored[type] ?? 0),
    })),
  });
}

function showAges(days, agesMs) {
  const counts = agesMs.map(() => 0).concat(0).map((_, at) => sum(days.map(({ ages }) => ages[at])));
  const all = sum(counts);
  const within = (part) => {
    let seen = 0;
    const at = counts.findIndex((n) => (seen += n) >= part * all);
    return at < agesMs.length ? `within ${spanOf(agesMs[at])}` : `in more than ${spanOf(agesMs.at(-1))}`;
  };
  $('ages-said').textContent = (all > 0 ? `Half ${within(0.5)}, 99 % ${within(0.99)}. ` : '')
    + 'By the sender\'s own clock. An event is on disk before its sender hears so; the way over the network cannot be told by two clocks.';
  const labels = [...agesMs.map((ms) => `≤ ${spanOf(ms)}`), `> ${spanOf(agesMs.at(-1))}`];
  bars($('ages'), counts.map((value, i) => ({ label: labels[i], value, kind: 'received' })), 'Stored events by their age when they were sent');
}

function showTable(days) {
  table($('days'),
    ['day (UTC)', 'expected', 'received', 'missing', 'dropped', 'doubled', 'late', 'stored', 'reasons of drops'],
    days.filter((day) => day.expected + sum(Object.values(day.stored)) > 0).reverse().map((day) => [
      `${day.day}${day.partial ? ' (in part)' : ''}`, whole(day.expected), whole(day.received),
      { text: whole(day.missing), class: day.missing > 0 ? 'bad' : '' }, whole(droppedOf(day)), whole(day.doubledOnTheWire), whole(day.late),
      whole(sum(Object.values(day.stored))), { text: reasonsOf(day), class: 'words' },
    ]), 'Nothing has been stored in these days.');
}

function showForwarding(forwarding) {
  table($('forwarding'), ['destination', 'delivered', 'behind', 'dead letters', 'kept back', 'state'],
    Object.entries(forwarding).map(([name, one]) => [
      name, whole(one.delivered), whole(one.behind), { text: whole(one.letters), class: one.letters > 0 ? 'bad' : '' }, whole(one.kept),
      one.since ? { text: `${one.error}, since ${one.since.slice(0, 16).replace('T', ' ')}`, class: 'words bad' } : { text: 'goes well', class: 'words' },
    ]), 'No destinations are configured.');
}

function show() {
  const days = allDays(known.ledger);
  showTiles(days);
  showFates(days);
  showLost(days);
  showTypes(days);
  showAges(days, known.ledger.agesMs);
  showTable(days);
  showForwarding(known.health.forwarding);
}

async function ask(path) {
  const response = await fetch(`../${path}`);
  if (!response.ok) throw new Error(`answers ${response.status} at /${path}`);
  return response.json();
}

async function refresh() {
  const asked = range;
  try {
    const [ledger, health] = await Promise.all([ask(`ledger?days=${asked}`), ask('healthz')]);
    if (asked !== range) return;
    known = { ledger, health };
    show();
    $('news').textContent = `as of ${new Date().toLocaleTimeString()}`;
    $('news').className = '';
  } catch (error) {
    // The old numbers stay, and it is said that they are old.
    $('news').textContent = `The relay ${error instanceof TypeError ? 'does not answer' : error.message}; trying again.`;
    $('news').className = 'bad';
  }
}

function choose(value) {
  range = value;
  for (const button of $('ranges').children) button.setAttribute('aria-pressed', button.value === range);
  refresh();
}

$('ranges').addEventListener('click', ({ target }) => {
  if (!target.value) return;
  history.replaceState(null, '', `#${target.value}`);
  choose(target.value);
});
setInterval(() => document.hidden || refresh(), AGAIN_MS);
document.addEventListener('visibilitychange', () => document.hidden || refresh());
choose(range);
showLive($('live'), $('live-state'));
