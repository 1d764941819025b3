// Links to other sites.
import { onLink } from './link.js';

/** @param options domains, link: hosts that are not other sites, subdomains included */
export const links = (track, { domains, link: linked }) => {
  const own = `${location.hostname} ${domains} ${linked}`.split(/[\s,]+/).map((host) => `.${host.replace(/^www\./, '')}`);
  return onLink(({ protocol, hostname }, about) => {
    if (/^http/.test(protocol) && !own.some((host) => `.${hostname}`.endsWith(host))) track('Outbound Link Clicked', { ...about, outbound: true });
  });
};
