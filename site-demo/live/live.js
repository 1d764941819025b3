// @ts-check
// The viewer: events from the stream, into a bounded list, newest first.

import { byId, el } from '../shop/dom.js';
import { row, visitor } from './row.js';
import { follow } from './stream.js';

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

/** Shows and hides. @param {Arrival[]} [some] */
const filter = (some = rows) => {
  const type = byId('filter').elements.type.value;
  const words = byId('text').value.trim().toLowerCase();
  for (const { item, json, event } of some) {
    const fits =
      (type === ALL || type === event.type) &&
      json.toLowerCase().includes(words);
    if (item) item.hidden = !fits;
  }
  byId('waiting').hidden = rows.length > 0;
  byId('none').hidden = !rows.length || rows.some(({ item }) => !item?.hidden);
};

const draw = () => {
  frame = 0;
  if (!paused) {
    const fresh = waiting.reverse();
    waiting = [];
    for (const one of fresh) one.item = row(one.json, one.event);
    byId('events').prepend(...fresh.map(({ item }) => item));
    rows.unshift(...fresh);
    for (const { item } of rows.splice(LIMIT)) item?.remove();
    filter(fresh);
  }
  showCounts();
};

/** @param {string} json */
const receive = (json) => {
  const event = JSON.parse(json);
  for (const type of [ALL, event.type]) counts.set(type, counted(type) + 1);
  visitors.add(visitor(event));
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
  byId('events').replaceChildren();
  filter();
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
byId('filter').addEventListener('input', () => filter());
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

follow({
  event: receive,
  restart: clear,
  state: (state) => {
    byId('state').dataset.state = state;
    byId('state').textContent = STATES[state];
  },
});
