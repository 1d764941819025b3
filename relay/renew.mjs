// POST /v1/renew and /v1/clear: the visitor's id outlives the cookie that the page
// writes. Safari keeps what a script has written for 7 days; what a server of the
// page's own origin sets, it keeps for as long as it is told. So the relay sets a copy
// of `_fh` that no script can read, the twin, and gives it back when `_fh` is gone.
//
//   _fh_srv=<the text of _fh>; Domain=…; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax
//
// The visitor's word comes first: `_fh` is there only while he allows it, so the twin
// is made from nothing else, and goes when `_fh` says that he has refused.
import { isIP } from 'node:net';
import { isSameOrigin } from './origin.mjs';
import { refuse } from './refuse.mjs';

const NAME = '_fh';
const TWIN = '_fh_srv';
const ACK = '_fh_ack';
const REFUSED = '0';
const YEAR_S = 31_536_000;

// A twin that has been set so recently is not set again: the last activity in it
// would change with each event.
const FRESH_S = 86_400;

// src/identity.c: version, anonymous id, session, its index, last activity in s,
// events, and page views where there are any.
const STATE = /^1\.([\w~-]{1,64})\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,10}\.(\d{1,12})\.\d{1,10}(?:\.\d{1,10})?$/;

// A name to which cookies may be bound: letters, digits and hyphens between dots.
const HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/**
 * @param {string[]} sites domains whose pages may have their ids renewed, as the
 *   agent's cookie has them: `shop.example` is for its subdomains too. An address or a
 *   name without a dot is for itself only.
 * @returns {{paths: Map<string, (request) => object>, refresh: (request) => string[]}}
 *   `paths`: answers, `{status, value, headers}`, by path; they throw an error of
 *   `refuse`: 403 for another origin's page, 404 for a host that is none of the sites.
 *   `refresh`: values of Set-Cookie for the answer to any request of such a page.
 * @throws for what is no domain.
 */
export function createRenewal(sites) {
  for (const site of sites) {
    if (typeof site !== 'string' || !HOST.test(site)) throw new Error(`"${site}" is no domain whose cookies could be renewed, such as shop.example.`);
  }

  /** The attribute that says for whom a cookie is; undefined for a host that is not ours. */
  function domainOf({ host }) {
    const name = host.toLowerCase().replace(/:\d+$/, '');
    const site = sites.find((one) => name === one || (isShared(one) && name.endsWith(`.${one}`)));
    if (site === undefined || !HOST.test(name)) return undefined;
    return isShared(site) ? `; Domain=${site}` : '';
  }

  function printer(request) {
    const secure = request.secure ? '; Secure' : '';
    const domain = domainOf(request);
    return {
      twin: (text) => `${TWIN}=${text}${domain}; Path=/; Max-Age=${YEAR_S}; HttpOnly; SameSite=Lax${secure}`,
      // A cookie is removed where it was set, with a domain or without.
      remove: (name) => [...new Set(['', domain])].map((where) => `${name}=${where}; Path=/; Max-Age=0; SameSite=Lax${secure}`),
    };
  }

  function refresh(request) {
    if (domainOf(request) === undefined || !isSameOrigin(request)) return [];
    const { own, twin } = cookiesIn(request);
    const { twin: print, remove } = printer(request);
    if (own === REFUSED) return twin === undefined ? [] : remove(TWIN);
    return read(own) && !isFresh(read(own), read(twin)) ? [print(own)] : [];
  }

  function renew(request) {
    check(request);
    const { own, twin } = cookiesIn(request);
    const { twin: print, remove } = printer(request);
    const state = [own, twin].find(read);
    if (own === REFUSED || !state) return answer({}, twin === undefined ? [] : remove(TWIN));
    return answer(state === own ? {} : { cookie: state }, [print(state)]);
  }

  function clear(request) {
    check(request);
    const { remove } = printer(request);
    const names = cookiesIn(request).own === REFUSED ? [TWIN, ACK] : [NAME, TWIN, ACK];
    return answer({}, names.flatMap(remove));
  }

  function check(request) {
    if (domainOf(request) === undefined) {
      throw refuse(404, 'The relay renews no cookies for this host; the option "renew" names those for which it does.');
    }
    if (!isSameOrigin(request)) throw refuse(403, 'Only a page of this very origin may ask for its visitor\'s id.');
  }

  const paths = ['', '/v1'].flatMap((under) => [[`${under}/renew`, renew], [`${under}/clear`, clear]]);
  return { paths: new Map(paths), refresh };
}

const answer = (more, cookies) => ({
  status: 200, value: { success: true, ...more }, headers: cookies.length > 0 ? { 'Set-Cookie': cookies } : {},
});

const isShared = (site) => site.includes('.') && !isIP(site);

/** The text of each of our two cookies; of several of a name the first, as in the page. */
function cookiesIn({ headers: { cookie = '' } }) {
  const pairs = cookie.split(';').map((pair) => pair.trim());
  const valueOf = (name) => pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return { own: valueOf(NAME), twin: valueOf(TWIN) };
}

/** Nothing but the form of the agent's own cookie passes, so nothing can break a header. */
function read(text) {
  const [, id, last] = STATE.exec(text ?? '') ?? [];
  return id && { id, last: Number(last) };
}

const isFresh = (own, twin) => twin?.id === own.id && Math.abs(own.last - twin.last) < FRESH_S;
