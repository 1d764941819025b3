// Where a request comes from: the address of the visitor behind trusted proxies.
import { isIP } from 'node:net';

/**
 * @param {string|undefined} peer address of the socket's other end.
 * @param {string|undefined} forwarded header "X-Forwarded-For": each proxy adds
 *   whom it was asked by at the end.
 * @param {number} proxies so many of the last hops are our own; what stands
 *   before them anyone may have written.
 * @returns {string|undefined}
 */
export function addressOf(peer, forwarded = '', proxies) {
  const hops = [...forwarded.split(',').map((hop) => hop.trim()), peer].filter(Boolean);
  const address = hops[Math.max(0, hops.length - 1 - proxies)];
  const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '');
  return plain && isIP(plain) ? plain : undefined;
}

/** Without its host: the first 24 bits of IPv4, the first 48 of IPv6. */
export function truncate(address) {
  if (isIP(address) === 4) return address.replace(/\d+$/, '0');
  return networkOf(address, 3);
}

/** What one subscriber has of IPv6: its first 64 bits. IPv4 as it is. */
export const subscriberOf = (address) => (isIP(address) === 6 ? networkOf(address, 4) : address);

/** The first groups of an IPv6 address, of 16 bits each. */
function networkOf(address, count) {
  const [head, tail] = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1).split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array(8 - left.length - right.length).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, count).join(':')}::`;
}
