// The five ways to an id. Those of the page itself give it at once: _read(entry). Those
// that ask a vendor promise it: _asks(entry, anonymousId, signal).

const MOST_BYTES = 16384; // of an answer
const MOST_CHARS = 256; // of an id; the events carry it

/** The id, or undefined: a text of bounded length without control characters. One that is too long is none: cut, it would be another's. */
export const clean = (value) => {
  const text = typeof value === 'string' ? value.trim() : Number.isSafeInteger(value) ? `${value}` : '';
  return text && text.length <= MOST_CHARS && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text) ? text : undefined;
};

// What an object has at "a.b.c", of its own only.
const at = (object, path) =>
  path.split('.').reduce((value, name) => (value && typeof value === 'object' && Object.hasOwnProperty.call(value, name) ? value[name] : undefined), object);

const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    // It is no JSON, but a text.
  }
};

// A text, or what its JSON has at the path. A number by itself is its text: JavaScript
// would round it.
const pick = (text, path, otherwise) => {
  const value = parse(text);
  if (path || (otherwise && value && typeof value === 'object')) return at(value, path || otherwise);
  return typeof value === 'string' ? value : text;
};

const cookie = (name) => {
  const found = document.cookie.split('; ').find((one) => one.startsWith(`${name}=`));
  const value = found && found.slice(name.length + 1);
  try {
    return decodeURIComponent(value || '');
  } catch {
    return value;
  }
};

const fill = (source, anonymousId) => new URL(source.replace(/\{anonymousId\}/g, encodeURIComponent(anonymousId)), document.baseURI).href;

// As much of an answer as an id could need.
const textOf = async ({ body }) => {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > MOST_BYTES) throw new Error('the answer is too long');
    text += decoder.decode(value, { stream: true });
  }
};

export const METHODS = {
  fetch: {
    _asks: async ({ source, path, key, credentials = 'include' }, anonymousId, signal) => {
      const answer = await fetch(fill(source, anonymousId), { credentials, signal, cache: 'no-store', referrerPolicy: 'no-referrer' });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return answer.body ? pick(await textOf(answer), path, key) : undefined;
    },
  },

  // Tells the vendor our id, by which he knows the visitor from then on.
  matchPixel: {
    _asks: ({ source }, anonymousId, signal) =>
      new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve(anonymousId);
        image.onerror = () => reject(new Error('no image'));
        signal.addEventListener('abort', () => (image.src = ''));
        image.referrerPolicy = 'no-referrer';
        image.src = fill(source, anonymousId);
      }),
  },

  urlParams: { _read: ({ source }) => new URLSearchParams(location.search).get(source) },
  localStorage: { _read: ({ source, path }) => pick(localStorage.getItem(source) || '', path) },
  firstPartyCookie: { _read: ({ source, path }) => pick(cookie(source) || '', path) },
};

/** What a read gives; undefined where storage is denied. */
export const readHere = (entry) => {
  try {
    return clean(METHODS[entry.method]._read(entry));
  } catch {
    // The page does without.
  }
};

/** What a vendor answers, within the entry's time; rejects where he does not. */
export const askVendor = (entry, anonymousId) =>
  new Promise((resolve, reject) => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${entry.timeout} ms`));
      stop.abort();
    }, entry.timeout);
    METHODS[entry.method]
      ._asks(entry, anonymousId, stop.signal)
      .finally(() => clearTimeout(timer))
      .then((value) => (clean(value) ? resolve(clean(value)) : reject(new Error('the answer has no id'))), reject);
  });
