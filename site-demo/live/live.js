// @ts-check
// The viewer: events from the stream, bounded, newest first, in two views: by
// person and visit, and as a list of all.

import { byId, el } from '../shop/dom.js';
import { row } from './row.js';
import { follow } from './stream.js';
import { arrange, createTimelines } from './timeline.js';
import { text } from './words.js';

const LIMIT = 500;
const ALL = '';
const TYPES = [ALL, 'track', 'page', 'identify', 'group', 'alias', 'screen'];
const STATES = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Lost, trying again',
};

/** @typedef {{ json: string, event: any, item?: HTMLElement }} Arrival */

/** Not drawn yet: until the next frame, or while the list stands still.
 * @type {Arrival[]} */
let waiting = [];

/** Drawn, newest first.
 * @type {Arrival[]} */
let rows = [];

/** @type {Set<string>} */
let visitors = new Set();

/** @type {Map<string, number>} by type */
let counts = new Map();

let paused = false;
let frame = 0;

/** @param {string} type */
const counted = (type) => counts.get(type) ?? 0;

const showCounts = () => {
  byId('total').textContent = counted(ALL);
  byId('visitors').textContent = visitors.size;
  for (const type of TYPES) byId(`count-${type}`).textContent = counted(type);
  byId('held').textContent = paused ? `, ${waiting.length} held` : '';
};

const timelines = createTimelines(byId('people'));

const isList = () => location.hash === '#all';

/** What the form asks for. @returns {(arrival: Arrival) => boolean} */
const wanted = () => {
  const type = byId('filter').elements.type.value;
  const words = byId('text').value.trim().toLowerCase();
  return ({ json, event }) =>
    (type === ALL || type === event.type) &&
    (!words || json.toLowerCase().includes(words));
};

/** Its line in the list of all, made when it is first seen there.
 * @param {Arrival} one */
const listed = (one) => (one.item ??= row(one.json, one.event));

/** Draws the view that is seen. */
const show = () => {
  const fits = wanted();
  if (isList()) {
    for (const one of rows) listed(one).hidden = !fits(one);
    arrange(byId('events'), rows.map(listed));
  } else {
    timelines([...rows].reverse(), fits);
  }
  byId('events').hidden = byId('heads').hidden = !isList();
  byId('people').hidden = isList();
  byId('to-events').setAttribute('aria-current', isList());
  byId('to-people').setAttribute('aria-current', !isList());
  byId('waiting').hidden = rows.length > 0;
  byId('none').hidden = !rows.length || rows.some(fits);
};

const draw = () => {
  frame = 0;
  if (!paused) {
    const fresh = waiting.reverse();
    waiting = [];
    rows.unshift(...fresh);
    rows.splice(LIMIT);
    show();
  }
  showCounts();
};

/** @param {string} json */
const receive = (json) => {
  const event = JSON.parse(json);
  for (const type of [ALL, event.type]) counts.set(type, counted(type) + 1);
  if (text(event.anonymousId)) visitors.add(text(event.anonymousId));
  waiting.push({ json, event });
  // No frame comes in a hidden tab, and more than this would not be shown.
  if (waiting.length > LIMIT) waiting.shift();
  frame ||= requestAnimationFrame(draw);
};

const clear = () => {
  waiting = [];
  rows = [];
  visitors = new Set();
  counts = new Map();
  show();
  showCounts();
};

const pause = () => {
  paused = !paused;
  byId('pause').setAttribute('aria-pressed', paused);
  draw();
};

/** @param {string} type */
const choice = (type) =>
  el(
    'label',
    el('input', { type: 'radio', name: 'type', value: type }),
    el('span', `${type || 'all'} `, el('b', { id: `count-${type}` }, '0')),
  );

byId('types').append(...TYPES.map(choice));
byId('types').querySelector('input').checked = true;
byId('filter').addEventListener('input', show);
addEventListener('hashchange', show);
byId('filter').addEventListener('submit', (/** @type {Event} */ event) =>
  event.preventDefault(),
);
byId('clear').addEventListener('click', clear);
byId('pause').addEventListener('click', pause);

// Read out now and then; each single event would be noise.
setInterval(() => {
  const told = `${counted(ALL)} events, ${visitors.size} visitors`;
  if (byId('told').textContent !== told) byId('told').textContent = told;
}, 5000);

show();
follow({
  event: receive,
  restart: clear,
  state: (state) => {
    byId('state').dataset.state = state;
    byId('state').textContent = STATES[state];
  },
});
