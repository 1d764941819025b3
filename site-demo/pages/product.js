// @ts-check
import { track } from '../shop/agent.js';
import { picture } from '../shop/art.js';
import { cards } from '../shop/card.js';
import { cart, change } from '../shop/cart.js';
import { byId, el } from '../shop/dom.js';
import { described } from '../shop/ecommerce.js';
import { facts } from '../shop/facts.js';
import { showCount } from '../shop/header.js';
import { find, money, products } from '../shop/products.js';

/** @typedef {import('../shop/products.js').Product} Product */

/** @param {Product} product */
const show = (product) => {
  document.title = `${product.name}, Tern & Kettle`;
  byId('picture').append(picture(product));
  byId('category').textContent = product.category;
  byId('name').textContent = product.name;
  byId('about').textContent = product.about;
  byId('price').append(money(product.pence), el('small', product.variant));
  byId('facts').append(...facts(product));
  byId('add').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    add(product, Number(byId('quantity').value));
  });
  byId('product').hidden = false;
};

/** @param {Product} product @param {number} quantity */
const add = (product, quantity) => {
  change(product.sku, quantity);
  track('Product Added', described(product, { quantity, cart_id: cart().id }));
  showCount();
  byId('added').replaceChildren(
    'In your basket. ',
    el('a', { href: '/cart.html' }, 'Go to the basket'),
  );
};

const product = find(new URLSearchParams(location.search).get('sku'));

if (product) {
  show(product);
  track.page('Product');
  track('Product Viewed', described(product, { quantity: 1 }));
} else {
  byId('unknown').hidden = false;
  track.page('Product Not Found');
}

const others = products.filter((other) => other !== product);
const kin = others.filter(({ category }) => category === product?.category);
const four = [...new Set([...kin, ...others])].slice(0, 4);
byId('others').append(...cards(four, 'goes-with'));
