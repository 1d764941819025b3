// One visitor on two sites: a link to a site that belongs to this one carries
// the text of our cookie for two minutes,
//
//   https://other.example/a?b=c&_fh=1.<anonymousId>.<session id>.<index>.<last s>…~<s>#d
//
// and the agent over there reads it and takes it out of the address.
import { attempt } from './attempt.js';

const NAME = '_fh';
const isOurs = (pair) => pair.startsWith(`${NAME}=`);
const LIFE_S = 120;
const AHEAD_S = 60; // by so much may the other site's clock be ahead
const MAX_CHARS = 512;

// [before, query, pairs of it, hash]; no query is not the same as an empty one.
const partsOf = (href) => {
  const [, before, query = '', hash] = /^([^?#]*)(\?[^#]*)?([^]*)$/.exec(href);
  return [before, query, query.slice(1).split('&'), hash];
};

const valueOf = (state, nowS) => `${state}~${nowS}`;

/** The address without our parameter, all else byte for byte. */
export const stripLink = (href) => {
  const [before, , pairs, hash] = partsOf(href);
  const others = pairs.filter((pair) => !isOurs(pair));
  if (others.length === pairs.length) return href;
  return before + (others.length ? `?${others.join('&')}` : '') + hash;
};

/** The address with the parameter, all else byte for byte. */
export const decorate = (url, state, nowS) => {
  const [before, query, , hash] = partsOf(stripLink(url));
  return `${before}${query ? `${query}&` : '?'}${NAME}=${encodeURIComponent(valueOf(state, nowS))}${hash}`;
};

/** The cookie's text that an address carries, if it is well-formed and not too old. */
export const readLink = (href, nowS) => {
  const pair = partsOf(href)[2].find(isOurs);
  const text = attempt(() => decodeURIComponent(pair.slice(NAME.length + 1, MAX_CHARS)));
  const [, state, at] = /^(1(?:\.[\w~-]+){4,})~(\d+)$/.exec(text) || [];
  if (nowS - at <= LIFE_S && at - nowS <= AHEAD_S) return state;
};

/**
 * Tells of an address whether it is of one of these hosts or a subdomain of one.
 * @param {string} list host names: "other.example, third.example"
 */
export const sites = (list) => {
  const hosts = list.split(/[\s,]+/).map((host) => host && attempt(() => new URL(`http://${host}`).hostname));
  return (href) => {
    const { protocol, hostname } = new URL(href, document.baseURI);
    return /^http/.test(protocol) && hosts.some((host) => host && (hostname === host || hostname.endsWith(`.${host}`)));
  };
};

/**
 * Decorates links and GET forms at the moment of their use, and takes it back
 * in the next task: the browser has then read the address, and nobody finds it
 * in the document.
 * @param {(href: string) => boolean} isOther is the address of another site of ours?
 * @param {() => string | undefined} state the cookie's text; without one links stay
 */
export const watchLinks = (isOther, state) => {
  const nowS = () => Math.floor(Date.now() / 1000);
  const on = (work, ...types) => {
    for (const type of types) addEventListener(type, (event) => attempt(() => work(event)), true);
  };

  // Enter on a link is a click, the middle button an auxclick; of a menu's "open
  // in a new tab" there is no event but the menu's own.
  on(
    (event) => {
      const link = event.composedPath().find(({ localName }) => /^(a|area)$/.test(localName));
      const text = isOther(link.href) && state();
      if (!text) return;
      const before = stripLink(link.getAttribute('href'));
      const after = decorate(link.href, text, nowS());
      link.setAttribute('href', after);
      // What the page has set meanwhile stays.
      setTimeout(() => link.getAttribute('href') === after && link.setAttribute('href', before));
    },
    'click',
    'auxclick',
    'contextmenu',
  );

  // A GET form replaces the query of its address by its fields.
  on(({ target, submitter }) => {
    const say = (name) => (submitter && submitter.getAttribute(`form${name}`)) || target.getAttribute(name) || '';
    const text = !/^(post|dialog)$/i.test(say('method')) && isOther(say('action')) && state();
    if (!text) return;
    const input = document.createElement('input');
    Object.assign(input, { type: 'hidden', name: NAME, value: valueOf(text, nowS()) });
    target.append(input);
    setTimeout(() => input.remove());
  }, 'submit');
};
