// The ids that another agent has left in this browser, read from its cookies and
// from localStorage, so that a site can move from it without losing its
// visitors. All of it is untrusted. Formats: docs/BRIDGE.md.
import { attempt } from './attempt.js';

// What fits into our cookie, and is no placeholder that all visitors share.
const ANONYMOUS_ID = /^(?!null$|undefined$|[0-]+$)[\w~-]{1,64}$/;

// Not what JSON or C could not take: lone surrogates, control characters.
const NO_USER_ID = /^(null|undefined)?$|[\p{Cc}\p{Cs}]/u;
const MAX_USER_BYTES = 256;

const utf8 = (bytes) => decodeURIComponent(escape(bytes));

// A text, or what it is as JSON where it is quoted or an object.
const open = (text) => {
  const value = /^["{]/.test(text) ? JSON.parse(text) : text;
  const coded = /^RS_ENC_v3_(.*)/.exec(value);
  return coded ? open(utf8(atob(coded[1]))) : value;
};

// An id in an entry of its own, the user's in another.
const two = (anonymous, user) => [RegExp(`^${anonymous}$`), (id, all) => [id, all(user).find(Boolean)]];

const first = (value) => value.split('.', 1);

// By peer: which entries it has, in cookies or localStorage, and how to read
// [anonymous id, user id] from one; `all` gives the opened entries of a name.
const PEERS = {
  __proto__: null,
  segment: two('ajs_anonymous_id', 'ajs_user_id'),
  rudderstack: two('rl_anonymous_id', 'rl_user_id'),
  amplitude: [
    /^amp_/i,
    (value) => {
      if (value.deviceId) return [value.deviceId, value.userId];
      const state = attempt(() => JSON.parse(decodeURIComponent(atob(value))));
      if (state) return [state.deviceId, state.userId];
      // Before 2.0: device.user.optOut.session.lastEvent.…
      const [id, user, ...rest] = value.split('.');
      return rest.length > 3 && [id, attempt(() => utf8(atob(user)))];
    },
  ],
  snowplow: [/^_sp_id\./, first],
  posthog: [
    /^ph_.+_posthog$/,
    // The cookie wins, and has a part only.
    (_, all, name) => {
      const state = Object.assign({}, ...all(name).reverse());
      const { distinct_id: id, $device_id: device = id, $user_state: said } = state;
      // After a reset an anonymous id may differ from the device's.
      return (said ? said === 'identified' : id !== device) ? [device, id] : [id];
    },
  ],
  mixpanel: [
    /^mp_.+_mixpanel$/,
    ({ $device_id, distinct_id, $user_id }) => [$device_id || distinct_id.replace('$device:', ''), $user_id],
  ],
  matomo: [/^_pk_id\./, (value) => /^[\da-f]{16}\b/.test(value) && first(value)],
  jitsu: two('__eventn_id', '__eventn_uid'),
};

const userIdOf = (id) => {
  const text = typeof id === 'object' ? '' : String(id);
  if (!NO_USER_ID.test(text) && new TextEncoder().encode(text).length <= MAX_USER_BYTES) return text;
};

/**
 * @param {string} cookieText document.cookie
 * @param {Storage} [storage] localStorage; undefined where it is denied
 * @param {string} wanted peers in the order of preference, or "all"
 * @returns {{ anonymousId: string, userId?: string } | undefined} of the first
 *   peer that has left an anonymous id we can take. Never throws.
 */
export const adoptIds = (cookieText, storage, wanted) => {
  const cookie = (pair) => {
    const at = pair.indexOf('=');
    const value = pair.slice(at + 1);
    return [pair.slice(0, at), () => attempt(() => decodeURIComponent(value)) ?? value];
  };
  const stored = (name) => [name, () => storage[name]];
  const entries = [...cookieText.split('; ').map(cookie), ...(attempt(() => Object.keys(storage)) || []).map(stored)];
  const opened = (read) => attempt(() => open(read()));
  const all = (wantedName) => entries.filter(([name]) => name === wantedName).map(([, read]) => opened(read));

  for (const peer of wanted === 'all' ? Object.keys(PEERS) : String(wanted).split(/[\s,]+/)) {
    const [pattern, idsIn] = PEERS[peer] || [];
    for (const [name, read] of pattern ? entries : []) {
      const [id, user] = (pattern.test(name) && attempt(() => idsIn(opened(read), all, name))) || [];
      if (attempt(() => ANONYMOUS_ID.test(id))) return { anonymousId: String(id), userId: userIdOf(user) };
    }
  }
};
