// @ts-check
import { track } from '../shop/agent.js';
import { cards } from '../shop/card.js';
import { byId } from '../shop/dom.js';
import { listed } from '../shop/ecommerce.js';
import '../shop/header.js';
import { products } from '../shop/products.js';

const LIST = 'everything';

byId('grid').append(...cards(products, LIST));

track.page('Home');
track('Product List Viewed', {
  list_id: LIST,
  category: 'All',
  products: listed(products),
});

// A window over the right half of the screen, where the browser allows one;
// else the link goes there as any link does.
byId('beside').addEventListener('click', (/** @type {Event} */ event) => {
  const { availWidth, availHeight } = screen;
  const half = Math.round(availWidth / 2);
  const place = `popup,left=${half},top=0,width=${half},height=${availHeight}`;
  if (open('/live/', 'live', place)) event.preventDefault();
});
