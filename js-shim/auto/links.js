// Links to other sites.
import { capture } from './capture.js';
import { onLink } from './element.js';

/** @param options domains, link: hosts that are not other sites, subdomains included */
export const links = capture((track, { domains, link }) => {
  const own = `${location.hostname} ${domains} ${link}`.split(/[\s,]+/).map((host) => `.${host.replace(/^www\./, '')}`);
  onLink(({ protocol, hostname }, about) => {
    if (/^http/.test(protocol) && !own.some((host) => `.${hostname}`.endsWith(host))) track('Outbound Link Clicked', { ...about, outbound: true });
  });
});
