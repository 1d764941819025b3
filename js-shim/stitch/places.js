// Where a bundle may go: the page's own origin, and hosts that the site lists.
import { attempt } from './attempt.js';

/**
 * Tells of an address, absolute or as the page writes it, whether it may have the bundle.
 * @param {string} hosts "api.shop.example, pay.example": each is that host, at its usual
 *   port or the one that is given; subdomains are to be listed. Of a page that came by
 *   https only https
 */
export const places = (hosts) => {
  const origins = (hosts || '').split(/[\s,]+/).filter(Boolean);
  const listed = origins.map((host) => attempt(() => new URL(`${location.protocol}//${host}`).origin));
  return (address) => attempt(() => {
    const { origin } = new URL(address, document.baseURI);
    return origin === location.origin || listed.includes(origin);
  });
};
