// @ts-check
// The basket's count in the header, right also after Back (a page restored as
// it was) and when another tab fills the basket.

import { cart } from './cart.js';
import { byId } from './dom.js';

export const showCount = () => {
  const { count } = cart();
  byId('count').textContent = count || '';
  byId('basket').setAttribute(
    'aria-label',
    `Basket, ${count} ${count === 1 ? 'item' : 'items'}`,
  );
};

addEventListener('pageshow', showCount);
addEventListener('storage', showCount);
showCount(); // pageshow waits for every script, and one may be slow
