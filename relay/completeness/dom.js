// Elements made of names and texts. What is shown came from strangers: no markup is
// ever parsed here, so nothing in it can be any.

/** @param {string} name @param {Record<string, any>} [attributes] @param {...(Node|string|number)} children */
export const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/** The same for SVG. */
export const svg = (name, attributes, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

function fill(node, attributes = {}, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children); // a text becomes a text node
  return node;
}

/** Fills a table: rows of cells; a cell is a text, or {text, class}. */
export function table(node, heads, rows, empty) {
  const cell = (content) => {
    const { text = content, class: kind } = Object(content) === content ? content : {};
    return el('td', { class: kind }, text);
  };
  const body = rows.length > 0 ? rows.map((row) => el('tr', {}, ...row.map(cell)))
    : [el('tr', {}, el('td', { colspan: heads.length, class: 'empty' }, empty))];
  node.replaceChildren(
    el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
    el('tbody', {}, ...body),
  );
}
