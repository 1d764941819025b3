// @ts-check
// One event as a line that opens. Whatever an event holds was chosen by a
// stranger: each value is checked, cut, and shown as text.

import { el } from '../shop/dom.js';
import { pretty } from './json.js';

const LONGEST = 160;
const LATE_MS = 5000;

/** @param {unknown} value @returns {string} '' for what is no plain value */
const text = (value) => {
  // Parsing may have changed a bigger number: only the full text tells it.
  const plain =
    typeof value === 'number'
      ? Math.abs(value) < 2 ** 53
      : typeof value === 'string' || typeof value === 'boolean';
  return plain ? String(value).slice(0, LONGEST) : '';
};

/** @param {any} event */
const name = (event) => {
  switch (event.type) {
    case 'track':
      return text(event.event);
    case 'identify':
      return text(event.userId) || 'anonymous';
    case 'group':
      return text(event.groupId);
    case 'alias':
      return `${text(event.previousId)} → ${text(event.userId)}`;
    default: // page and screen
      return [event.category, event.name].map(text).filter(Boolean).join(', ');
  }
};

/** What it says about itself, in a few words.
 * @param {any} event */
const details = ({ type, properties, traits }) =>
  Object.entries((type === 'track' ? properties : traits) ?? {})
    .map(([key, value]) => [
      key,
      Array.isArray(value) ? `[${value.length}]` : text(value),
    ])
    .filter(([, value]) => value)
    .map((pair) => pair.join(' '))
    .join(' · ')
    .slice(0, LONGEST);

/** @param {any} event */
export const visitor = ({ anonymousId, userId }) =>
  text(anonymousId) || text(userId);

/** The colour stays the visitor's, before and after a name is known.
 * @param {string} id */
const hue = (id) =>
  [...id].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 3600, 7) / 10;

/** @param {any} event */
const who = (event) => {
  const [user, anonymous] = [text(event.userId), text(event.anonymousId)];
  const node = el(
    'span.who',
    { title: `${user} ${anonymous}`.trim() },
    user || anonymous.slice(0, 8),
  );
  node.style.setProperty('--hue', hue(visitor(event)));
  return node;
};

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** @param {number} ms */
const span = (ms) => {
  if (!(ms >= 0)) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
};

/**
 * @param {string} json as it was stored
 * @param {any} event the same, parsed
 * @returns {HTMLElement} a list item
 */
export const row = (json, event) => {
  const page = event.context?.page;
  const called = Date.parse(text(event.timestamp));
  // Not from `timestamp`: the relay has corrected that one by the visitor's
  // clock, and the time on the wire went with the error. Here both clocks are
  // usually one.
  const latency =
    Date.parse(text(event.receivedAt)) -
    Date.parse(text(event.originalTimestamp ?? event.timestamp));
  const time = Number.isNaN(called) ? '–' : clock.format(called);
  const type = text(event.type);
  const full = el('pre');

  const summary = el(
    'summary',
    el('span.time', time),
    el('span.type', { 'data-type': type }, type),
    el('span.what', el('b', name(event)), ' ', el('small', details(event))),
    el(
      'span.place',
      { title: text(page?.url) },
      text(page?.path) + text(page?.search),
    ),
    who(event),
    el('span.latency', { 'data-late': latency > LATE_MS }, span(latency)),
  );
  // Five hundred closed ones cost nothing: the text is there while it is open.
  const toggle = () => full.replaceChildren(opening.open ? pretty(json) : '');
  const opening = el('details', { toggle }, summary, full);
  return el('li', opening);
};
