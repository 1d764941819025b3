// @ts-check
import { track } from '../shop/agent.js';
import { picture } from '../shop/art.js';
import { cart, change } from '../shop/cart.js';
import { byId, el } from '../shop/dom.js';
import { counted, described } from '../shop/ecommerce.js';
import { showCount } from '../shop/header.js';
import { money } from '../shop/products.js';

/** @typedef {import('../shop/products.js').Product} Product */

/** @param {Product} product @param {number} by */
const changeAndTell = (product, by) => {
  change(product.sku, by);
  track(
    by > 0 ? 'Product Added' : 'Product Removed',
    described(product, { quantity: Math.abs(by), cart_id: cart().id }),
  );
  show();
};

/**
 * @param {Product} product
 * @param {string} sign
 * @param {string} what
 * @param {number} by
 */
const button = (product, sign, what, by) =>
  el(
    'button',
    {
      type: 'button',
      id: product.sku + sign,
      'aria-label': `${what}: ${product.name}`,
      click: () => changeAndTell(product, by),
    },
    sign,
  );

/** @param {import('../shop/cart.js').Line} line */
const row = ({ product, quantity }) =>
  el(
    'li.line',
    picture(product),
    el(
      'span.line-name',
      el('a', { href: `/product.html?sku=${product.sku}` }, product.name),
      el('small', `${product.variant}, ${money(product.pence)}`),
    ),
    el(
      'span.stepper',
      button(product, '−', 'One less', -1),
      el('output', String(quantity)),
      button(product, '+', 'One more', 1),
    ),
    el('span.line-price', money(quantity * product.pence)),
    el('span.line-end', button(product, 'Remove', 'Remove', -quantity)),
  );

const show = () => {
  const { lines, pence } = cart();
  const focused = document.activeElement?.id ?? '';
  byId('lines').replaceChildren(...lines.map(row));
  document.getElementById(focused)?.focus();
  byId('subtotal').textContent = money(pence);
  byId('filled').hidden = lines.length === 0;
  byId('empty').hidden = lines.length > 0;
  showCount();
};

addEventListener('pageshow', show);
addEventListener('storage', show);
show();

const { id, lines } = cart();
track.page('Cart');
track('Cart Viewed', { cart_id: id, products: counted(lines) });
