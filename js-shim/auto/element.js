// Elements that visitors use: which one it was, and where it is; never what is in it.
import { on } from './capture.js';

/** An attribute, or undefined: element.id may be a field of a form. */
export const attributeOf = (element, name) => element.getAttribute(name) || undefined;

/** Leads to the element from the nearest id above it, or from the root. */
const pathOf = (element) => {
  const { localName, parentElement } = element;
  const id = attributeOf(element, 'id');
  if (id) return `#${CSS.escape(id)}`;
  let n = 1;
  for (let other = element; (other = other.previousElementSibling); ) if (other.localName === localName) n++;
  return `${parentElement ? `${pathOf(parentElement)}>` : ''}${localName}:nth-of-type(${n})`;
};

/** Properties of an event. */
export const aboutElement = (element) => ({ element_path: pathOf(element), element_tag: element.localName });

const ORDERS = /^data-fh-(?!(?:event|view|when|failed|action)$)(.*)/;

/** What an element's data-fh-* are as properties, but for those that say what to do. */
export const propertiesOf = ({ attributes }) => {
  const properties = {};
  for (const { name, value } of attributes) {
    const [, key] = ORDERS.exec(name) || [];
    if (key) properties[key.replace(/-/g, '_')] = value;
  }
  return properties;
};

/** What does something when it is clicked. */
export const CONTROLS = 'a,button,summary,input,select,textarea,label,[role=button],[role=tab],[role^=menuitem],[onclick]';

/**
 * A visitor's click on what he may expect to do something; once where a label hands it
 * on to its field. What a script clicks is no doing of his.
 */
export const onClick = (selector, clicked) =>
  on('click', (event) => {
    const { isTrusted, target } = event;
    const label = target.closest('label')?.control;
    const element = target.closest(selector);
    if (isTrusted && element && (!label || label.contains(target)) && !target.closest('[data-fh-ignore]')) clicked(element, event);
  });

/**
 * A link at the moment of its use: Enter is a click, the middle button an auxclick.
 * @param {(link, about: object) => void} used is given the link, and properties of an event
 */
export const onLink = (used) =>
  on('click auxclick', (event) => {
    const link = event.composedPath().find(({ localName, href }) => /^(a|area)$/.test(localName) && href);
    if (event.isTrusted && event.button < 2)
      used(link, { link_url: link.href, link_domain: link.hostname, link_id: attributeOf(link, 'id'), link_classes: attributeOf(link, 'class') });
  });
