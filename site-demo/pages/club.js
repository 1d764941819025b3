// @ts-check
import { track } from '../shop/agent.js';
import { picture } from '../shop/art.js';
import { cart } from '../shop/cart.js';
import { byId, el } from '../shop/dom.js';
import '../shop/header.js';
import { club, find, money } from '../shop/products.js';

const join = async () => {
  const answer = await fetch('/club', { method: 'POST' });
  if (!answer.ok) throw new Error(`the shop answered ${answer.status}`);
  return answer.json();
};

/** @param {Promise<any>} joining */
const tell = async (joining) => {
  const [href, text] = cart().count
    ? ['/checkout.html', 'Check out']
    : ['/', 'Choose a tea'];
  try {
    await joining;
    byId('said').replaceChildren('You are in. ', el('a', { href }, text));
  } catch {
    byId('said').textContent = 'That did not work. Please try again.';
  }
};

byId('picture').append(picture(/** @type {any} */ (find('TK-402'))));
byId('price').textContent = money(club.price * 100);
byId('join').addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  const joining = join();
  // Who it is comes first, so that the event of the trial has the customer.
  joining.then(({ customer }) => track.identify(customer)).catch(() => {});
  track.when(
    joining,
    'Trial Started',
    (/** @type {any} */ { id, price, currency }) => ({
      plan: id,
      price,
      currency,
    }),
    { failed: 'Trial Failed' },
  );
  tell(joining);
});

track.page('Tea Club');
