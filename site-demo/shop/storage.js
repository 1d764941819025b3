// @ts-check
// The shop's own small store: one localStorage key for everything, so that the
// shop and the agent never meet. Where storage is refused the value lives as
// long as the page does.

const KEY = 'tern-and-kettle';

/** @type {Record<string, any>} */
let memory = {};

const everything = () => {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (stored && typeof stored === 'object') return stored;
  } catch {
    /* refused, or not ours: what this page remembers is the best there is */
  }
  return memory;
};

/** @param {string} name */
export const load = (name) => everything()[name];

/** @param {string} name @param {unknown} value */
export const save = (name, value) => {
  memory = { ...everything(), [name]: value };
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
  } catch {
    /* kept in memory */
  }
};

export const forget = () => {
  memory = {};
  try {
    localStorage.removeItem(KEY);
  } catch {
    /* nothing was kept */
  }
};

/** Such as `cart_9f86d081`. `crypto.randomUUID` is missing on plain http, as on
 * a phone that looks at this shop on a laptop.
 * @param {string} prefix */
export const newId = (prefix) =>
  prefix +
  Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
