// What connects the agent to others, in a second file that is loaded only where
// it is asked for: ids of other agents, other sites, calls in the address,
// consent platforms, what the receiver knows of who the visitor is.
//
// It is a plugin. The agent calls its load(track, agent) once, where `agent` provides:
//
//   options             as configured: adopt, link, query, cmp, renew; what is absent is off
//   domain              of its cookie: the root domain found, or the host
//   start(found)        { adopted?: { anonymousId, userId? }, linked?: cookie's text,
//                       cookie?: the text that the receiver has kept }, untrusted.
//                       Called once, in the same task as load(), or, where it has asked
//                       the receiver, later: a plugin that does nothing comes then;
//                       the core may be started now. Calls that waited come only
//                       after load() has returned, since the page's address and
//                       `call` below go before them
//   call(verb, ...args) 'setAnonymousId', 'identify' or 'track', of the address
//   consent(categories) { analytics?, ads? }: 'granted', 'denied' or 'pending'; at
//                       any time from then on
//   state()             the text of the cookie as it would be now, at once, no
//                       promise; nothing ('' or undefined) where the visitor is
//                       not to be known: before consent, cookieless, not started
//
// It is told its own way in by `track.use(bridge)`, which the script (tag.js)
// calls on window[data-global].
import { adoptIds } from './adopt.js';
import { attempt } from './attempt.js';
import { watchConsent } from './cmp.js';
import { readLink, sites, stripLink, watchLinks } from './link.js';
import { queryCalls, queryOf } from './query.js';
import { askRenewal, watchDenial } from './renew.js';

// The identity that a link of another site has brought. Who comes from a site that
// is none of ours may have been given somebody's link.
const arrive = (isOurs) => {
  const { href } = location;
  const rest = stripLink(href);
  if (rest === href) return;
  history.replaceState(history.state, '', rest);
  const { referrer } = document;
  if (!referrer || isOurs(referrer)) return readLink(href, Date.now() / 1000);
};

const connect = (track, agent) => {
  const { adopt, link, query, cmp, renew } = agent.options;
  const has = (option) => option != null && option !== false;

  const adopted = has(adopt) ? attempt(() => adoptIds(document.cookie, attempt(() => localStorage), adopt)) : undefined;
  const calls = has(query) && attempt(() => queryCalls(queryOf(location), query));
  let linked;
  if (has(link))
    attempt(() => {
      const isListed = sites(link);
      // Shares the cookie; which domain that is may be known only after start().
      const isOwn = (href) => sites(`${agent.domain},${location.hostname}`)(href);
      watchLinks((href) => isListed(href) && !isOwn(href), () => agent.state());
      linked = arrive((href) => isListed(href) || isOwn(href));
    });
  const go = (cookie) => {
    attempt(() => agent.start(cookie ? { adopted, linked, cookie } : { adopted, linked }));
    for (const call of calls || []) attempt(() => agent.call(...call));
    if (has(cmp)) attempt(() => watchConsent(cmp, (categories) => agent.consent(categories)));
  };
  if (has(renew)) attempt(() => watchDenial(track, agent.options));
  const asked = has(renew) && !linked ? askRenewal(agent.options) : undefined;
  if (!asked) return go();
  asked.then((cookie) => {
    go(cookie);
    attempt(() => track.use({ name: 'renewed' })); // lets go what has waited
  });
};

/** Connects an agent, by track.use(bridge); see above. Never throws. */
export const bridge = { name: 'bridge', load: connect };
