// The newest events as they are stored.
import { el } from './dom.js';

const ROWS = 15;
const LONGEST = 120;

const text = (value) => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, LONGEST) : '');

const nameOf = ({ type, event, name, userId, groupId, previousId }) =>
  text({ track: event, identify: userId, group: groupId, alias: previousId }[type] ?? name);

/** @param {Element} list @param {Element} state */
export function showLive(list, state) {
  const source = new EventSource('../events');
  source.onopen = () => { state.textContent = '· connected'; };
  source.onerror = () => { state.textContent = '· not connected, trying again'; };
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    list.prepend(el('li', {},
      el('time', {}, text(event.receivedAt).slice(11, 19)), el('span', {}, text(event.type)), el('span', {}, nameOf(event))));
    while (list.children.length > ROWS) list.lastChild.remove();
  };
}
