// @ts-check
import { track } from '../shop/agent.js';
import { cart, empty } from '../shop/cart.js';
import { byId, el } from '../shop/dom.js';
import { ordered } from '../shop/ecommerce.js';
import '../shop/header.js';
import { money } from '../shop/products.js';
import { newId } from '../shop/storage.js';

const form = byId('checkout');

/** Delivery, in pence. */
const shipping = () => Number(form.elements.delivery.value);

const order = () =>
  ordered(form.elements.order.value, cart().lines, shipping());

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

// The form leaves the page by itself, at once: the call has this moment only. It
// says what the visitor did; what became of it the server says, by an event of
// its own, "Order Completed".
const submit = () => {
  const { lines } = cart();
  if (!lines.length) return; // the second half of a double click
  form.elements.basket.value = lines
    .map(({ product, quantity }) => `${product.sku}:${quantity}`)
    .join(' ');
  track('Order Submitted', order());
  empty();
};

form.elements.order.value = newId('TK-');
form.addEventListener('change', show);
form.addEventListener('submit', submit);
addEventListener('pageshow', show);
show();

if (cart().lines.length) {
  track.page('Checkout');
  track('Checkout Started', order());
}
