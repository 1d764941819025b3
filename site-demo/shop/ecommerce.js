// @ts-check
// The shop's things in the words of Segment's ecommerce spec, so that any
// backend that knows the spec knows this shop.

import { brand, currency } from './products.js';

/** @typedef {import('./products.js').Product} Product */

/** @param {Product} product @param {Record<string, unknown>} [more] */
export const described = (product, more) => ({
  product_id: product.id,
  sku: product.sku,
  name: product.name,
  brand,
  category: product.category,
  variant: product.variant,
  price: product.pence / 100,
  currency,
  ...more,
});

/** A list that was shown, by position.
 * @param {Product[]} products */
export const listed = (products) =>
  products.map((product, i) => described(product, { position: i + 1 }));

/** What is in a basket or an order.
 * @param {import('./cart.js').Line[]} lines */
export const counted = (lines) =>
  lines.map(({ product, quantity }) => described(product, { quantity }));

/** An order. Sums are made in pence and divided once.
 * @param {string} order_id
 * @param {import('./cart.js').Line[]} lines
 * @param {number} shipping in pence */
export const ordered = (order_id, lines, shipping) => {
  const pence = lines.reduce(
    (sum, { product, quantity }) => sum + quantity * product.pence,
    0,
  );
  return {
    order_id,
    affiliation: brand,
    revenue: pence / 100,
    shipping: shipping / 100,
    tax: 0,
    discount: 0,
    total: (pence + shipping) / 100,
    currency,
    products: counted(lines),
  };
};
