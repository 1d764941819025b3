// What we send beside what Segment sends, field by field, and the list of what may
// differ: differences.json.

/**
 * @param {object[]} segment events of told.mjs
 * @param {object[]} ours the same
 * @returns {object[]} differences, as { path, segment, ours }, of which one of the
 *   latter is left out where there is none
 */
export function compare(segment, ours) {
  const theirs = segment.map(label);
  const mine = ours.map(label);
  const differences = [];
  if (!same(theirs, mine)) {
    const path = same([...theirs].sort(), [...mine].sort()) ? 'order' : 'events';
    differences.push({ path, segment: theirs, ours: mine });
  }
  // In whatever order: each with the next of ours that is called so.
  const left = [...ours];
  for (const event of segment) {
    const at = left.findIndex((one) => label(one) === label(event));
    if (at >= 0) differences.push(...fields(event, left.splice(at, 1)[0]));
  }
  return differences;
}

/** How the calls of a shape are told apart. */
const label = ({ type, event, name }) => [type, event ?? name].filter((word) => word !== undefined).join(' ');

/** A member that only one of them has is one difference, however much is in it. */
function fields(segment, ours, path = '') {
  if (!isObject(segment) || !isObject(ours)) return same(segment, ours) ? [] : [{ path, segment, ours }];
  const names = [...new Set([...Object.keys(segment), ...Object.keys(ours)])];
  return names.flatMap((name) => {
    const inner = path ? `${path}.${name}` : name;
    if (!Object.hasOwn(ours, name)) return [{ path: inner, segment: segment[name] }];
    if (!Object.hasOwn(segment, name)) return [{ path: inner, ours: ours[name] }];
    return fields(segment[name], ours[name], inner);
  });
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {object[]} list of differences.json: { fields, shapes, is, segment, ours, why }.
 *   A difference is allowed by the first one of the list of which all hold: `fields`
 *   has its path; `shapes`, if given, has the shape's id, or the file's name; `is` is
 *   "missing" if we leave it out, "added" if Segment does; `segment` and `ours` are
 *   the values
 * @returns {(id: string, difference: object) => object | undefined} with `unused()`:
 *   those of the list that have never been asked for
 */
export function allowances(list) {
  const used = new Set();
  const allow = (id, difference) => {
    const rule = list.find((one) => holds(one, id, difference));
    if (rule) used.add(rule);
    return rule;
  };
  allow.unused = () => list.filter((rule) => !used.has(rule));
  return allow;
}

function holds({ fields: paths, shapes, is, ...values }, id, difference) {
  const kind = !('ours' in difference) ? 'missing' : !('segment' in difference) ? 'added' : 'other';
  return paths.includes(difference.path)
    && (!shapes || shapes.some((one) => id === one || id.startsWith(`${one}: `)))
    && (!is || is === kind)
    && ['segment', 'ours'].every((who) => !(who in values) || same(values[who], difference[who]));
}
