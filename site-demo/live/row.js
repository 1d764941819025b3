// @ts-check
// One event as a line that opens, in the list of all.

import { el } from '../shop/dom.js';
import { pretty } from './json.js';
import { calledAt, details, hue, name, span, text, time, visitor } from './words.js';

const LATE_MS = 5000;

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

/**
 * @param {string} json as it was stored
 * @param {HTMLElement} summary
 * @returns {HTMLElement} a list item: the summary, and the JSON behind it
 */
export const opening = (json, summary) => {
  const full = el('pre');
  // Five hundred closed ones cost nothing: the text is there while it is open.
  const toggle = () => full.replaceChildren(node.open ? pretty(json) : '');
  const node = el('details', { toggle }, summary, full);
  return el('li', node);
};

/**
 * @param {string} json as it was stored
 * @param {any} event the same, parsed
 * @returns {HTMLElement} a list item
 */
export const row = (json, event) => {
  const page = event.context?.page;
  // Not from `timestamp`: the relay has corrected that one by the visitor's
  // clock, and the time on the wire went with the error. Here both clocks are
  // usually one.
  const latency =
    Date.parse(text(event.receivedAt)) -
    Date.parse(text(event.originalTimestamp ?? event.timestamp));
  const type = text(event.type);

  const summary = el(
    'summary',
    el('span.time', time(calledAt(event))),
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
  return opening(json, summary);
};
