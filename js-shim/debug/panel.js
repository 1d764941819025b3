// The panel on the page: what the agent knows, and the last events. In a shadow
// tree, so that the page's styles and scripts and it leave each other alone; of
// DOM calls only and with a constructed stylesheet, so that neither Trusted Types nor
// a policy without 'unsafe-inline' keep it away. It draws at most once a frame.
// FH_STYLE is panel.css, put in by build.mjs.
import { attempt } from './attempt.js';
import { some, tally, whyText } from './words.js';

const REFRESH_MS = 500; // for what no message tells of: consent, the visitor
const MARK = 'M0 5C8 1 13 4 16.5 10C20 3 26 0 34 2C27 4 22 9 19.5 17L17 23L15 15C12 9 7 6 0 5Z';

const WORDS = { handed: 'handed over' };

const el = (name, properties, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};

const mark = () => {
  const make = (name, attribute, value) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    node.setAttribute(attribute, value);
    return node;
  };
  const svg = make('svg', 'viewBox', '0 -5 34 34');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(make('path', 'd', MARK));
  return svg;
};

const setText = (node, text) => node.textContent === text || (node.textContent = text);

const clock = (ms) => new Date(ms).toTimeString().slice(0, 8);

const pretty = (value) => attempt(() => JSON.stringify(value, null, 2)) ?? 'cannot be written as JSON';

// Safari has such sheets since 16.4. FH_STYLE stands here once: it is put in as a whole.
const dress = (root, style = FH_STYLE) => {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(el('style', { textContent: style }));
  }
};

// Values of track.consent, or one for all.
const consentText = (consent) => (typeof consent === 'object' && consent ? Object.entries(consent).map((pair) => pair.join(' ')).join(', ') : consent);

// [what, value, is it bad news?] of all that there is to know.
const facts = ({ anonymousId, userId, groupId, session, consent, held, queue, ledger = {}, options, endpoint, answer }) => [
  ['Visitor', anonymousId],
  ['User', userId ?? (anonymousId && 'not identified')],
  groupId != null && ['Group', groupId],
  ['Session', session && `${session.index}, since ${clock(session.start)}, ${some(session.events || 0, 'event')}, ${some(session.pages || 0, 'page')}`],
  ['Consent', [consentText(consent) || options.consent || 'not asked for', held && `${some(held, 'call')} held`].filter(Boolean).join(', ')],
  ['Queue', queue && (queue.length ? some(queue.length, 'event') : 'empty')],
  ['Dropped', tally(ledger.dropped) || 'none', tally(ledger.dropped)],
  ['Masked', tally(ledger.masked) || 'none'],
  ledger.lost > 0 && ['Lost', `${some(ledger.lost, 'event')} of earlier pages`, true],
  ['Endpoint', endpoint],
  ['Answer', answer && answer.text, answer && !answer.done],
];

/**
 * Shows the panel.
 * @param {{ version?: string, inspect: () => object, close: () => void }} by
 *   inspect gives what facts() shows, close is called by the panel's button
 * @returns show(entry, isGone) of book.js, refresh(), close()
 */
export const openPanel = ({ version = '', inspect, close }) => {
  const rows = new Map(); // by entry
  const states = new Map(); // by entry: as it was counted
  const totals = { refused: 0, queued: 0, sent: 0, handed: 0, acknowledged: 0 };
  const fresh = new Set(); // entries to be drawn
  let frame = 0;

  const host = document.createElement('firsthand-debug');
  const root = host.attachShadow({ mode: 'open' });
  const summed = el('p');
  const known = el('dl');
  const list = el('ol');
  const empty = el('p', { className: 'empty', textContent: 'No event yet.' });
  const body = el('main', {}, el('details', { className: 'state', open: true }, el('summary', { textContent: 'Visitor, queue, endpoint' }), known), list, empty);
  const section = el('section');
  const button = (label, textContent, onclick) => {
    const made = el('button', { type: 'button', title: label, textContent, onclick });
    made.setAttribute('aria-label', label);
    return made;
  };

  const fold = (isSmall) => {
    body.hidden = isSmall;
    section.classList.toggle('small', isSmall);
    folding.setAttribute('aria-expanded', String(!isSmall));
    setText(folding, isSmall ? '▴' : '▾');
    refresh();
  };
  const folding = button('Details', '▾', () => fold(!body.hidden));
  folding.setAttribute('aria-expanded', 'true');

  // A row is built once; of what changes there is little.
  const makeRow = (entry) => {
    const how = el('span', { className: 'how' });
    const why = el('span', { className: 'why' });
    const title = el('b', { textContent: entry.title, title: entry.title });
    const text = el('pre', { tabIndex: 0 });
    const ontoggle = () => setText(text, opening.open ? pretty(entry.event || entry.args) : '');
    const opening = el('details', { ontoggle }, el('summary', {}, el('time', { textContent: clock(entry.at) }), el('span', { className: 'type', textContent: entry.type }), title, how, why), text);
    const row = el('li', {}, opening);
    rows.set(entry, { row, how, why });
    list.prepend(row);
  };

  const draw = () => {
    frame = 0;
    for (const entry of fresh) {
      if (!rows.has(entry)) makeRow(entry);
      const { row, how, why } = rows.get(entry);
      const { state, reason, number } = entry;
      row.className = state;
      setText(how, WORDS[state] || state);
      how.title = number === undefined ? '' : `#${number}`;
      setText(why, state === 'refused' ? `${reason}: ${whyText(reason)}` : '');
      why.hidden = state !== 'refused';
    }
    fresh.clear();
    empty.hidden = rows.size > 0;
    setText(summed, tally(totals).replace(/,(?= )/g, ' ·'));
    summed.title = summed.textContent;
    if (!body.hidden) drawFacts();
  };

  const drawFacts = () => {
    facts(inspect()).filter(Boolean).forEach(([what, value, isBad], i, all) => {
      if (!known.children[2 * i]) known.append(el('dt'), el('dd'));
      const dd = known.children[2 * i + 1];
      setText(known.children[2 * i], what);
      setText(dd, value == null || value === '' ? '–' : String(value));
      dd.className = isBad ? 'bad' : '';
      while (known.children.length > 2 * all.length) known.lastChild.remove();
    });
  };

  const refresh = () => (frame ||= requestAnimationFrame(() => attempt(draw)));

  dress(root);
  section.setAttribute('aria-label', 'Firsthand debugger');
  list.setAttribute('aria-label', 'Events, newest first');
  section.append(el('header', {}, mark(), el('h2', { textContent: 'Firsthand', title: version }), summed, folding, button('Close', '×', close)), body);
  section.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || body.hidden) return;
    fold(true);
    folding.focus();
  });
  root.append(section);
  // What is done in the panel is no matter of the page's shortcuts and trackers.
  for (const type of ['click', 'keydown', 'keyup', 'keypress', 'pointerdown', 'mousedown']) host.addEventListener(type, (event) => event.stopPropagation());
  document.documentElement.append(host);
  const timer = setInterval(refresh, REFRESH_MS);
  refresh();

  return {
    refresh,

    show(entry, isGone) {
      if (isGone) {
        rows.get(entry)?.row.remove();
        for (const kept of [rows, fresh, states]) kept.delete(entry);
        return;
      }
      const was = states.get(entry);
      if (was) totals[was]--;
      totals[entry.state]++;
      states.set(entry, entry.state);
      fresh.add(entry);
      refresh();
    },

    close() {
      clearInterval(timer);
      cancelAnimationFrame(frame);
      host.remove();
    },
  };
};
