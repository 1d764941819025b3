// Does an event have what a test expects of it, and if not, where not?

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as a test's author would write it, on one line. */
export const show = (value) => {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return value.name || 'what the function wants';
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}: ${show(member)}`);
  return members.length ? `{ ${members.join(', ')} }` : '{}';
};

const fits = (wanted, found) => {
  if (typeof wanted === 'function') return Boolean(wanted(found));
  if (wanted instanceof RegExp) return typeof found === 'string' && new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, '')).test(found);
  return Object.is(wanted, found) || wanted === found;
};

/**
 * Where `found` is not as `wanted`. An object must have at least the wanted members,
 * a list just the wanted elements; undefined wants absence. A RegExp tests a text, a
 * function the value.
 *
 * @returns {{ path: string, wanted, found }[]} empty: it matches
 */
export const mismatches = (wanted, found, path = '') => {
  if (wanted instanceof RegExp || !(isObject(wanted) || Array.isArray(wanted))) {
    return fits(wanted, found) ? [] : [{ path, wanted, found }];
  }
  const sameKind = Array.isArray(wanted) ? Array.isArray(found) && found.length === wanted.length : isObject(found);
  if (!sameKind) return [{ path, wanted, found }];
  return Object.keys(wanted).flatMap((name) => {
    const inner = Array.isArray(wanted) ? `${path}[${name}]` : path ? `${path}.${name}` : name;
    const own = Object.hasOwn(found, name) ? found[name] : undefined;
    return mismatches(wanted[name], own, inner);
  });
};

/** What the event is called: `event` of track, else the page's name, else its type. */
export const titleOf = ({ event, name, type }) => event ?? name ?? type;

const bagOf = ({ type }) => (type === 'identify' || type === 'group' ? 'traits' : 'properties');

/**
 * What a test asks for, made into a question about one event.
 *
 * @param {string | RegExp | object | Function} what a text is the `event` of track, the
 *   `name` of page and screen, or a type ('identify'); an object or a function is
 *   held against the whole event
 * @param {object} [bag] of its properties; of identify and group: its traits
 * @returns {(event) => { path, wanted, found }[]} mismatches
 */
export const question = (what, bag) => (event) => {
  const inBag = bag ? mismatches(bag, event[bagOf(event)] ?? {}, bagOf(event)) : [];
  if (typeof what !== 'string' && !(what instanceof RegExp)) return [...mismatches(what, event), ...inBag];
  const names = [event.event, event.name, event.event === undefined ? event.type : undefined];
  if (names.some((name) => name !== undefined && fits(what, name))) return inBag;
  return [{ path: event.type === 'track' ? 'event' : event.name === undefined ? 'type' : 'name', wanted: what, found: titleOf(event), isName: true }, ...inBag];
};
