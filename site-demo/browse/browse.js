// @ts-check
// The single-page part: the list and the notes are drawn here, and the address
// changes by history.pushState. The routes are query strings, so that a reload
// of any of them works on a server that knows only files.

import { track } from '../shop/agent.js';
import { picture } from '../shop/art.js';
import { cards } from '../shop/card.js';
import { cart, change } from '../shop/cart.js';
import { byId, el } from '../shop/dom.js';
import { described, listed } from '../shop/ecommerce.js';
import { facts } from '../shop/facts.js';
import { showCount } from '../shop/header.js';
import { money, products } from '../shop/products.js';

/** @typedef {import('../shop/products.js').Product} Product */

const LIST = 'tea-notes';
const ALL = 'All';
const teas = products.filter(({ taste }) => taste);
const categories = [ALL, ...new Set(teas.map(({ category }) => category))];

/** @param {string} category */
const chip = (category) =>
  el(
    'a',
    { href: `/browse/?category=${encodeURIComponent(category)}` },
    category,
  );

/** @param {string} category */
const list = (category) => {
  const shown = teas.filter(
    (tea) => category === ALL || category === tea.category,
  );
  const chips = categories.map(chip);
  chips[categories.indexOf(category)].setAttribute('aria-current', 'page');
  track('Product List Viewed', {
    list_id: LIST,
    category,
    products: listed(shown),
  });
  return [
    el('p.kicker', 'Tea notes'),
    el('h1', { tabindex: -1 }, 'What does it taste like?'),
    el('nav.chips', { 'aria-label': 'Kind of tea' }, ...chips),
    el('ul.grid', ...cards(shown, LIST, '/browse/')),
  ];
};

/** @param {[string, number]} taste out of five */
const taste = ([name, strength]) => [
  el('dt', name),
  el(
    'dd.dots',
    { role: 'img', 'aria-label': `${strength} of 5` },
    '●'.repeat(strength).padEnd(5, '○'),
  ),
];

/** @param {Product} tea */
const buy = (tea) => {
  const said = el('span', { role: 'status' });
  const add = () => {
    change(tea.sku, 1);
    track('Product Added', described(tea, { quantity: 1, cart_id: cart().id }));
    showCount();
    said.textContent = 'In your basket.';
  };
  return el(
    'p.buy',
    el(
      'button.button',
      { type: 'button', click: add },
      `Add, ${money(tea.pence)}`,
    ),
    said,
  );
};

/** @param {Product} tea */
const notes = (tea) => {
  const next = teas[(teas.indexOf(tea) + 1) % teas.length];
  track('Product Viewed', described(tea, { quantity: 1 }));
  return [
    el('p.kicker', el('a', { href: '/browse/' }, '← Tea notes')),
    el(
      'article.detail',
      picture(tea),
      el(
        'div',
        el('h1', { tabindex: -1 }, tea.name),
        el('p.lead', tea.line),
        el(
          'dl.facts',
          ...Object.entries(tea.taste ?? {}).flatMap(taste),
          ...facts(tea),
        ),
        buy(tea),
        el('a', { href: `/browse/?sku=${next.sku}` }, `Next: ${next.name} →`),
      ),
    ),
  ];
};

const show = () => {
  const query = new URLSearchParams(location.search);
  const tea = teas.find(({ sku }) => sku === query.get('sku'));
  const category = query.get('category') ?? ALL;
  document.title = `${tea?.name ?? 'Tea notes'}, Tern & Kettle`;
  track.page('Tea Notes', tea?.name ?? 'List');
  byId('view').replaceChildren(
    ...(tea
      ? notes(tea)
      : list(categories.includes(category) ? category : ALL)),
  );
};

// Where a browser would load a page, a reader starts at its top.
const move = () => {
  show();
  byId('view').querySelector('h1').focus({ preventScroll: true });
};

/** Asked for a new tab or window? @param {MouseEvent} event */
const isElsewhere = (event) =>
  event.button ||
  event.metaKey ||
  event.ctrlKey ||
  event.shiftKey ||
  event.altKey;

byId('view').addEventListener('click', (/** @type {any} */ event) => {
  const link = event.target.closest('a');
  if (!link || isElsewhere(event)) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  move();
  scrollTo(0, 0);
});

addEventListener('popstate', move);
show();
