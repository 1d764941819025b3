// @ts-check
// The basket: quantities by sku, kept between pages and shared by tabs. It is
// read afresh each time, since another tab may have changed it.

import { find } from './products.js';
import { load, newId, save } from './storage.js';

/** @typedef {import('./products.js').Product} Product */
/** @typedef {{ product: Product, quantity: number }} Line */

/** @returns {{ id: string, quantities: Record<string, number> }} */
const stored = () => {
  if (!load('cart')) save('cart', { id: newId('cart_'), quantities: {} });
  return load('cart');
};

/** @returns {{ id: string, lines: Line[], count: number, pence: number }} */
export const cart = () => {
  const { id, quantities } = stored();
  const lines = Object.entries(quantities).flatMap(([sku, quantity]) => {
    const product = find(sku);
    return product && quantity > 0 ? [{ product, quantity }] : [];
  });
  const sum = (/** @type {(line: Line) => number} */ of) =>
    lines.reduce((total, line) => total + of(line), 0);
  return {
    id,
    lines,
    count: sum((line) => line.quantity),
    pence: sum((line) => line.quantity * line.product.pence),
  };
};

/** Put in `by` more, or take out when negative.
 * @param {string} sku @param {number} by */
export const change = (sku, by) => {
  const { id, quantities } = stored();
  save('cart', {
    id,
    quantities: {
      ...quantities,
      [sku]: Math.max(0, (quantities[sku] ?? 0) + by),
    },
  });
};

export const empty = () => save('cart', undefined);
