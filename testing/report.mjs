// What a failed expectation says: what was wanted, how near the nearest event came,
// and all that did arrive.
import { show, titleOf } from './match.mjs';

const SHOWN = 20; // events, the latest; more would hide the rest
const WIDE = 160; // characters of one of them

const cut = (text) => (text.length > WIDE ? `${text.slice(0, WIDE)}…` : text);

export const wanted = (what, bag) => {
  const name = typeof what === 'string' ? JSON.stringify(what) : show(what);
  return `${name}${bag ? ` with ${show(bag)}` : ''}`;
};

// A page event says its page twice; its path is enough here.
const bagOf = ({ type, properties, traits, context }) => {
  const facts = (type === 'page' && context?.page) || {};
  return Object.fromEntries(Object.entries(properties ?? traits ?? {}).filter(([name, value]) => facts[name] !== value));
};

const line = (event) => {
  const { type, context, request } = event;
  const title = titleOf(event) === type ? '' : ` ${JSON.stringify(titleOf(event))}`;
  const bag = bagOf(event);
  const copies = request?.copies > 1 ? ` (${request.copies} copies)` : '';
  const path = context?.page?.path;
  return cut(`${type}${title}${path ? ` on ${path}` : ''}${Object.keys(bag).length ? ` ${show(bag)}` : ''}`) + copies;
};

/** The events that arrived, a line each. */
export const listed = (events) => {
  if (!events.length) return 'Nothing arrived.';
  const left = events.length - SHOWN;
  return [`What arrived (${events.length}):`, ...(left > 0 ? [`  … ${left} earlier`] : []), ...events.slice(-SHOWN).map((event) => `  ${line(event)}`)].join('\n');
};

const difference = ({ path, wanted: want, found }) =>
  `  ${path || 'the event'}: expected ${show(want)}, ${found === undefined ? 'is not there' : `is ${cut(show(found))}`}`;

/** The event that has least wrong, field by field; an event of the right name comes before any other. */
const nearest = (events, mismatchesOf) => {
  const rated = events.map((event) => ({ event, wrong: mismatchesOf(event) }));
  const rank = ({ wrong }) => wrong.length + (wrong.some(({ isName }) => isName) ? 1000 : 0);
  const [best] = rated.sort((a, b) => rank(a) - rank(b));
  if (!best) return [];
  // Of another name, and different besides: that is no near miss.
  if (best.wrong.some(({ isName }) => isName) && best.wrong.length > 1) return [];
  return [`Nearest: ${line(best.event)}`, ...best.wrong.map(difference)];
};

export const blocks = (...parts) => parts.map((part) => [].concat(part).join('\n')).filter(Boolean).join('\n\n');

export const missing = ({ what, bag, events, mismatchesOf, timeout, notes }) =>
  blocks(`No event ${wanted(what, bag)} within ${timeout} ms.`, nearest(events, mismatchesOf), listed(events), notes);

export const unwanted = ({ what, bag, found, limit, events, notes }) =>
  blocks(`${found.length} ${found.length === 1 ? 'event' : 'events'} ${wanted(what, bag)}, expected ${limit || 'none'}.`,
    found.map((event) => `  ${line(event)}`), found.length === events.length ? '' : listed(events), notes);

export const unplanned = ({ wrong, events, notes }) =>
  blocks(`${wrong.length} of ${events.length} ${events.length === 1 ? 'event is' : 'events are'} not as the plan says.`,
    ...wrong.map(({ event, violations }) => [line(event), ...violations.map(({ path, message }) => `  ${path ? `${path}: ` : ''}${message}`)]), notes);
