// @ts-check
// A product in a list: a plain link. The click is reported and nothing waits
// for it, so this is where an event has to outlive its page.

import { track } from './agent.js';
import { picture } from './art.js';
import { el } from './dom.js';
import { described } from './ecommerce.js';
import { money } from './products.js';

/** @typedef {import('./products.js').Product} Product */

/**
 * @param {Product[]} products
 * @param {string} list_id
 * @param {string} [page] where the links go
 * @returns {HTMLElement[]} list items
 */
export const cards = (products, list_id, page = '/product.html') =>
  products.map((product, i) => {
    const clicked = () =>
      track(
        'Product Clicked',
        described(product, { list_id, position: i + 1, quantity: 1 }),
      );
    return el(
      'li',
      el(
        'a.card',
        { href: `${page}?sku=${product.sku}`, click: clicked },
        picture(product),
        el('span.card-name', product.name),
        el('span.card-line', product.line),
        el(
          'span.card-price',
          money(product.pence),
          el('small', product.variant),
        ),
      ),
    );
  });
