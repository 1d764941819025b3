// The visitor's state in this browser: a first-party cookie, which wins,
// localStorage, and the tab's id in sessionStorage. Each may be denied; then the
// page does without.

const NAME = '_fh';
const ACKS = '_fh_ack'; // the receiver's cookie
const YEAR_S = 31536000;

/** What works with storage, without its errors. */
export const attempt = (work) => {
  try {
    return work();
  } catch {
    // Storage is denied, empty or full.
  }
};

// Not by an error where there is none: the first one that is thrown costs a page 1.5 ms
// (Chromium 156).
const readCookie = (name) => attempt(() => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1]);

let root; // the answer of rootDomain

/**
 * The widest domain that takes cookies, so that subdomains share the visitor; ''
 * where none does (an address, a single name). Found by trying: the list of public
 * suffixes is in the browser. Nothing of it stays.
 */
export const rootDomain = () => {
  if (root != null) return root;
  root = '';
  // WebKitGTK 2.50 would take "0.1" at 127.0.0.1.
  const labels = /\.\d+$/.test(location.hostname) ? [] : location.hostname.split('.');
  for (let n = labels.length; n--; ) {
    const domain = labels.slice(n).join('.');
    const probe = (rest) => attempt(() => (document.cookie = `_fh_probe=1; Domain=${domain}; Path=/${rest}`));
    probe('');
    if (readCookie('_fh_probe')) {
      probe('; Max-Age=0');
      return (root = domain);
    }
  }
  return root;
};

/** What was stored, for the core. */
export const loadState = () => ({
  cookie: readCookie(NAME),
  store: attempt(() => localStorage.getItem(NAME)),
  tab: attempt(() => sessionStorage.getItem(NAME)),
});

/** What the receiver has told of the batches whose answers no page has seen. */
export const loadAcks = () => readCookie(ACKS);

export const clearAcks = () => loadAcks() && attempt(() => (document.cookie = `${ACKS}=; Path=/; Max-Age=0`));

// Of two attributes of one name the later counts, so `attributes` wins.
const writeCookie = (value, attributes) => {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  const domain = rootDomain() && `; Domain=${root}`;
  attempt(() => (document.cookie = `${NAME}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}${domain}; ${attributes}`));
};

/**
 * Stores what `state(FH_STATE_…)` gives.
 * @param attributes of the cookie, where the site wants others: "SameSite=None; Partitioned"
 */
export const saveState = (state, attributes = '') => {
  writeCookie(state(FH_STATE_COOKIE), attributes);
  attempt(() => localStorage.setItem(NAME, state(FH_STATE_STORE)));
  attempt(() => sessionStorage.setItem(NAME, state(FH_STATE_TAB)));
};

/**
 * Deletes all of it. Where there is nothing it writes nothing, so not even a probe.
 * @param isRefused leaves a cookie that says so, and nothing else
 */
export const clearState = (attributes = '', isRefused) => {
  const { cookie, store } = loadState();
  if (isRefused || cookie === '0') writeCookie('0', attributes);
  else if (cookie || store) writeCookie('', `${attributes}; Max-Age=0`);
  clearAcks();
  attempt(() => localStorage.removeItem(NAME));
  attempt(() => sessionStorage.removeItem(NAME));
};
