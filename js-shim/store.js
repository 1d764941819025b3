// The visitor's state in this browser: a first-party cookie, which wins, and
// localStorage. Either may be denied; then the page does without.

const NAME = '_fh';
const YEAR_S = 31536000;

const attempt = (work) => {
  try {
    return work();
  } catch {
    // Storage is denied, empty or full.
  }
};

/** What was stored, with fresh entropy, for the core's start. */
export const loadState = () => ({
  cookie: attempt(() => document.cookie.match(/(?:^|; )_fh=([^;]*)/)[1]),
  store: attempt(() => localStorage.getItem(NAME)),
  entropy: [...crypto.getRandomValues(new Uint32Array(4))],
});

/** What the receiver has told of the batches whose answers no page has seen. */
export const loadAcks = () => attempt(() => document.cookie.match(/(?:^|; )_fh_ack=([^;]*)/)[1]);

/** Stores what `state(0)` (the cookie) and `state(1)` (the rest) give. */
export const saveState = (state) => {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  attempt(() => (document.cookie = `${NAME}=${state(0)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`));
  attempt(() => localStorage.setItem(NAME, state(1)));
};
