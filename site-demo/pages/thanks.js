// @ts-check
import { track } from '../shop/agent.js';
import { byId, el } from '../shop/dom.js';
import '../shop/header.js';
import { money } from '../shop/products.js';
import { forget, load } from '../shop/storage.js';

const asked = new URLSearchParams(location.search).get('order');
const order = load('order');

/** @param {string} what @param {number} price */
const sum = (what, price) =>
  el('li', el('span', what), el('span', money(price * 100)));

if (order?.order_id === asked) {
  byId('order').textContent = order.order_id;
  byId('customer').textContent = load('customer').id;
  for (const { name, quantity, price } of order.products) {
    byId('summary').append(sum(`${quantity} × ${name}`, quantity * price));
  }
  byId('summary').append(
    sum('Delivery', order.shipping),
    sum('Total', order.total),
  );
  byId('known').hidden = false;
} else {
  byId('unknown').hidden = false;
}

// The order was reported where it was placed. Reported here, each reload of
// this page would place it again.
track.page('Thanks');

byId('forget').addEventListener('click', () => {
  track.reset();
  forget();
  location.assign('/');
});
