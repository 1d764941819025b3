// Links at the moment of their use: Enter is a click, the middle button an auxclick.
import { on } from './on.js';

/**
 * @param {(link, about: object) => void} used is given the link, and properties of an event
 * @returns the undo
 */
export const onLink = (used) =>
  on('click auxclick', (event) => {
    // What a script clicks is no doing of the visitor's; the right button opens a menu.
    if (!event.isTrusted || event.button > 1) return;
    const link = event.composedPath().find(({ localName, href }) => /^(a|area)$/.test(localName) && href);
    const { href, hostname, id, className } = link;
    used(link, { link_url: href, link_domain: hostname, link_id: id || undefined, link_classes: className || undefined });
  });
