// @ts-check
import { el } from './dom.js';

/** @param {import('./products.js').Product} product @returns {HTMLElement[]} */
export const facts = (product) =>
  Object.entries(product.facts).flatMap(([term, fact]) => [
    el('dt', term),
    el('dd', fact),
  ]);
