// @ts-check
// People's timelines: a card for each person, in it the visits, in them the
// events of the browser and of the server, newest first. What belongs to no
// visit stands between them and says so.

import { el } from '../shop/dom.js';
import { broughtBy, peopleOf, sourceOf } from './people.js';
import { opening } from './row.js';
import { calledAt, details, hue, name, text, time } from './words.js';

/** @typedef {import('./people.js').Arrival} Arrival */
/** @typedef {import('./people.js').Person} Person */
/** @typedef {import('./people.js').Run} Run */

const SOURCES = { browser: 'Browser', server: 'Server', system: 'System' };

/** @param {keyof SOURCES} source @param {any[]} more */
const badge = (source, ...more) =>
  el('span.source', { 'data-source': source }, SOURCES[source], ...more);

/** Where a browser's event was made; how a server's came into the visit.
 * @param {any} event */
const place = (event) => {
  const { page, library, session } = event.context ?? {};
  const by = text(library?.name);
  switch (sourceOf(event)) {
    case 'browser':
      return text(page?.path) + text(page?.search);
    case 'server':
      return `joined session ${text(session?.index)}, by ${by}`;
    default:
      return `by ${by || 'an unknown sender'}`;
  }
};

/** @param {Arrival} arrival */
const step = ({ json, event }) => {
  const where = place(event);
  const type = text(event.type);
  const item = opening(
    json,
    el(
      'summary.step',
      el('span.time', time(calledAt(event))),
      badge(sourceOf(event)),
      el(
        'span.what',
        el('b', name(event) || type),
        ' ',
        type === 'track' ? el('small.details', details(event)) : el('small', type),
      ),
      el('span.place', { title: where }, where),
    ),
  );
  item.dataset.source = sourceOf(event);
  return item;
};

/** @type {Record<string, (words: string[]) => string>} */
const BROUGHT = {
  campaign: (words) => `came by ${words.join(' / ')}`,
  referrer: ([domain]) => `came from ${domain}`,
  direct: () => 'came directly',
};

/** @param {Run} run */
const heading = (run) => {
  if (!run.session) {
    return [
      el('h3', 'Outside of any session'),
      el('p', 'No session and no anonymous id: nobody was present.'),
    ];
  }
  const { kind, words } = broughtBy(run);
  return [
    el('h3', `Session ${run.index}`.trim()),
    run.isStart
      ? el('p', { class: kind }, BROUGHT[kind](words))
      : el('p', 'continued'),
  ];
};

/** @param {Person} person */
const title = ({ users, anonymous, counts }) => [
  el('h2', users[0] ?? `Visitor ${anonymous[0].slice(0, 8)}`),
  el(
    'p.ids',
    ...users.slice(1).map((id) => el('span', id)),
    ...anonymous
      .slice(users.length ? 0 : 1)
      .map((id) => el('span', { title: id }, `anonymous ${id.slice(0, 8)}`)),
  ),
  el(
    'p.sources',
    ...Object.entries(counts)
      .filter(([, count]) => count)
      .map(([source, count]) =>
        badge(/** @type {keyof SOURCES} */ (source), ' ', el('b', String(count))),
      ),
  ),
];

/** Makes the children these nodes, and leaves alone what is in its place: what
 * a person has opened stays open, and focused.
 * @param {Element} parent @param {Element[]} nodes */
export const arrange = (parent, nodes) => {
  nodes.forEach((node, i) => {
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
  });
  while (parent.children.length > nodes.length) parent.lastElementChild?.remove();
};

/**
 * @param {HTMLElement} root
 * @returns {(arrivals: Arrival[], fits: (arrival: Arrival) => boolean) => void}
 *   draws them, oldest first, and hides what does not fit
 */
export const createTimelines = (root) => {
  /** @type {WeakMap<Arrival, HTMLElement>} */
  const steps = new WeakMap();
  /** By key, of what was drawn last. @type {Map<string, any>} */
  let drawn = new Map();

  return (arrivals, fits) => {
    const next = new Map();
    const kept = (/** @type {string} */ key, /** @type {() => any} */ make) => {
      const value = drawn.get(key) ?? make();
      next.set(key, value);
      return value;
    };

    const list = (/** @type {Arrival} */ arrival) => {
      const item = steps.get(arrival) ?? step(arrival);
      steps.set(arrival, item);
      item.hidden = !fits(arrival);
      return item;
    };

    const visit = (/** @type {Run} */ run) => {
      const { node, head, items } = kept(`run ${run.key}`, () => {
        const head = el('header');
        const items = el('ol');
        return { head, items, node: el('section.run', { 'data-session': run.session }, head, items) };
      });
      head.replaceChildren(...heading(run));
      arrange(items, run.arrivals.map(list));
      return node;
    };

    const card = (/** @type {Person} */ person) => {
      const { node, head, runs } = kept(`person ${person.key}`, () => {
        const head = el('header');
        const runs = el('div');
        const node = el('article.person', head, runs);
        node.style.setProperty('--hue', hue(person.key.slice(1)));
        return { head, runs, node };
      });
      head.replaceChildren(...title(person));
      arrange(runs, person.runs.map(visit));
      return node;
    };

    arrange(root, peopleOf(arrivals).map(card));
    drawn = next;
  };
};
