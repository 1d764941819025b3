// Calls in the page's address, as Segment's analytics-next knows them: a link in
// a mail can say who follows it. Off unless configured, since anybody can write
// a link.

const decoded = (text) => {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
};

/** The query of an address; without one, that in its hash, where routers have theirs. */
export const queryOf = ({ search, hash }) => search || (/\?[^?#]*(?=(#[^?]*)?$)/.exec(hash) || [''])[0];

/**
 * The calls of a query, [verb, ...arguments], in the order in which to make them.
 * @param {string} query begins with ?
 * @param {{ aid?: RegExp, uid?: RegExp }} [patterns] ids that do not match are left out
 */
export const queryCalls = (query, { aid, uid } = {}) => {
  const params = { __proto__: null };
  for (const pair of query.slice(1).split('&')) {
    const [name, value] = pair.split('=');
    if (value != null) params[name] = decoded(value);
  }
  const starting = (prefix) => {
    const values = {};
    for (const name in params) if (name.startsWith(prefix)) values[name.slice(prefix.length)] = params[name];
    return values;
  };
  const { ajs_aid, ajs_uid, ajs_event } = params;
  const passes = (id, pattern) => id && (!pattern || pattern.test(id));
  return [
    passes(ajs_aid, aid) && ['setAnonymousId', ajs_aid],
    passes(ajs_uid, uid) && ['identify', ajs_uid, starting('ajs_trait_')],
    ajs_event && ['track', ajs_event, starting('ajs_prop_')],
  ].filter(Boolean);
};
