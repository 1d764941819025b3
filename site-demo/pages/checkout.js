// @ts-check
import { track } from '../shop/agent.js';
import { cart, empty } from '../shop/cart.js';
import { byId, el } from '../shop/dom.js';
import { counted } from '../shop/ecommerce.js';
import '../shop/header.js';
import { brand, currency, money } from '../shop/products.js';
import { load, newId, save } from '../shop/storage.js';

const form = byId('checkout');

/** Delivery, in pence. */
const shipping = () => Number(form.elements.delivery.value);

/** As Segment's spec has it. Sums are made in pence and divided once. */
const order = () => {
  const { lines, pence } = cart();
  return {
    order_id: form.elements.order.value,
    affiliation: brand,
    revenue: pence / 100,
    shipping: shipping() / 100,
    tax: 0,
    discount: 0,
    total: (pence + shipping()) / 100,
    currency,
    products: counted(lines),
  };
};

const show = () => {
  const { lines, pence } = cart();
  // By Back after an order, or by its address: there is nothing to pay for.
  if (!lines.length) return location.replace('/cart.html');
  byId('summary').replaceChildren(
    ...lines.map(({ product, quantity }) =>
      el(
        'li',
        el('span', `${quantity} × ${product.name}`),
        el('span', money(quantity * product.pence)),
      ),
    ),
  );
  byId('shipping').textContent = money(shipping());
  byId('total').textContent = money(pence + shipping());
};

// The form leaves the page by itself, at once: the calls have this moment only.
const place = () => {
  const placed = order();
  if (!placed.products.length) return; // the second half of a double click
  const { id, orders } = load('customer') ?? { id: newId('cust_'), orders: 0 };
  save('customer', { id, orders: orders + 1 });
  save('order', placed);
  track.identify(id, { orders: orders + 1 });
  track('Order Completed', placed);
  empty();
};

form.elements.order.value = newId('TK-');
form.addEventListener('change', show);
form.addEventListener('submit', place);
addEventListener('pageshow', show);
show();

if (cart().lines.length) {
  track.page('Checkout');
  track('Checkout Started', order());
}
