// Finds the carrier of a bundle in what a server has at hand: a request of either kind,
// its headers, a form, metadata, a text. What is in it nobody has looked at yet.

/** The header's name. */
export const HEADER = 'x-fh-context';

const isObject = (value) => typeof value === 'object' && value !== null;

// A function that looks a header up, of Headers, a Request, or Node's request.
const headersOf = (source) => {
  const { headers } = source;
  if (isObject(headers)) return typeof headers.get === 'function' ? (name) => headers.get(name) : (name) => headers[name];
  if (typeof Headers !== 'undefined' && source instanceof Headers) return (name) => source.get(name);
};

// Names of the flat map and of forms' fields, src/carrier.h.
const NAMES = ['v', 'aid', 'sid', 'pv', 'uid', 'utm', 'ga', 'fb', 'ctx', 'sig'];

// Those of them that are texts. Whoever has one means a bundle, be it a broken one.
const flatIn = (look, prefix) => {
  const named = NAMES.map((name) => [`${prefix}_${name}`, look(`${prefix}_${name}`)]);
  const texts = named.filter(([, value]) => typeof value === 'string');
  if (texts.length) return { from: 'flat', value: Object.fromEntries(texts) };
};

const textCarrier = (text) => {
  const trimmed = text.trim();
  if (trimmed.startsWith('{'))
    try {
      return { from: 'json', value: JSON.parse(trimmed) };
    } catch {
      return { reason: 'invalid_json' };
    }
  if (/^[\w-]+$/.test(trimmed) && trimmed !== '0') return { from: 'header', value: trimmed };
  return trimmed ? { from: 'cookie', value: trimmed } : { reason: 'no_bundle' };
};

const ownText = (object) => (name) => (Object.hasOwn(object, name) ? object[name] : undefined);

/**
 * @param source Request, IncomingMessage (Express's, too), Headers, FormData,
 *   URLSearchParams, an object (metadata, a parsed form, a bundle), a text
 * @param prefix of names in forms and metadata
 * @returns { from, value } as src/stitch.h takes them, or { reason }
 */
export const carrierIn = (source, prefix = 'fh') => {
  if (typeof source === 'string') return textCarrier(source);
  if (!isObject(source)) return { reason: 'no_bundle' };
  const header = headersOf(source);
  if (header) {
    const value = header(HEADER);
    if (typeof value === 'string') return { from: 'header', value };
    // Where a framework has parsed it: a stream has none of these names.
    const fields = isObject(source.body) && flatIn(ownText(source.body), prefix);
    if (fields) return fields;
    const cookie = header('cookie');
    if (typeof cookie === 'string' && /(?:^|;\s*)_fh=/.test(cookie)) return { from: 'cookie', value: cookie };
    return { reason: 'no_bundle' };
  }
  // FormData and URLSearchParams
  if (typeof source.get === 'function') return flatIn((name) => source.get(name), prefix) ?? { reason: 'no_bundle' };
  const flat = flatIn(ownText(source), prefix);
  if (flat) return flat;
  return ['v', 'sessionUuid', 'anonymousId'].some((name) => Object.hasOwn(source, name)) ? { from: 'json', value: source } : { reason: 'no_bundle' };
};

/** What a request tells of who makes it, where the source is one: { ip, userAgent }. */
export const requestFacts = (source) => {
  const header = isObject(source) && headersOf(source);
  if (!header) return {};
  const { ip, socket } = source; // Express's, by its own rules for proxies; Node's
  return { ip: ip ?? socket?.remoteAddress, userAgent: header('user-agent') ?? undefined };
};
