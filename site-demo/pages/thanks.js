// @ts-check
import { track } from '../shop/agent.js';
import { byId, el } from '../shop/dom.js';
import '../shop/header.js';
import { money } from '../shop/products.js';
import { forget } from '../shop/storage.js';

const asked = new URLSearchParams(location.search).get('order') ?? '';

/** @param {string} what @param {number} price */
const sum = (what, price) =>
  el('li', el('span', what), el('span', money(price * 100)));

/** @param {any} confirmation of the server */
const show = ({ order, customer }) => {
  track.identify(customer.id, { orders: customer.orders });
  byId('order').textContent = order.order_id;
  byId('customer').textContent = customer.id;
  for (const { name, quantity, price } of order.products) {
    byId('summary').append(sum(`${quantity} × ${name}`, quantity * price));
  }
  byId('summary').append(
    sum('Delivery', order.shipping),
    sum('Total', order.total),
  );
  byId('member').hidden = !customer.isMember;
  byId('guest').hidden = customer.isMember;
  byId('known').hidden = false;
};

const confirm = async () => {
  try {
    const answer = await fetch(`/orders/${encodeURIComponent(asked)}`);
    if (!answer.ok) throw new Error('no such order');
    show(await answer.json());
  } catch {
    byId('unknown').hidden = false;
  }
  // The order was reported by the server that took it. Reported here, each
  // reload of this page would place it again.
  track.page('Thanks');
};

byId('forget').addEventListener('click', async () => {
  track.reset();
  forget();
  await fetch('/forget', { method: 'POST' }).catch(() => {});
  location.assign('/');
});

confirm();
