// @ts-check
// Elements in one expression: el('a.card', { href }, 'text', child). Text goes
// in as text nodes only, so no string can turn into markup.

/**
 * @param {string} selector a tag, and classes as in CSS
 * @param {...any} rest children, after an object of attributes where there are
 *   any: a function is a listener, false leaves its attribute out
 * @returns {any}
 */
export const el = (selector, ...rest) => {
  const [tag, ...classes] = selector.split('.');
  const node = document.createElement(tag);
  node.classList.add(...classes);
  const attributes = rest[0]?.constructor === Object ? rest.shift() : {};
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== false) node.setAttribute(name, value);
  }
  node.append(...rest);
  return node;
};

/**
 * @param {string} id
 * @returns {any} the element; a page that has lost it should fail at once
 */
export const byId = (id) => {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no element #${id}`);
  return node;
};
