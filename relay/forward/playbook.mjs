// MetaRouter's playbooks as our mappings. What a playbook says in Lua cannot be
// converted; all else can.
import { isObject } from '../json.mjs';

const CODE = 'is Lua';

const SCALARS = { string: 'string', float: 'number', truncated_int: 'integer', int: 'integer', bool: 'boolean' };
const CASES = { uppercase: 'uppercase', lowercase: 'lowercase', trim: 'trim' };
const HASHES = { sha256: 'sha256', md5: 'md5' };
const TIMES = { inSeconds: 'seconds', inMillis: 'milliseconds', seconds: 'seconds', milliseconds: 'milliseconds' };

// Layouts of Go's time package that are ISO 8601 in UTC, as we write it but for the
// milliseconds.
const ISO = new Set(['2006-01-02T15:04:05Z07:00', '2006-01-02T15:04:05.000Z']);

class Unknown extends Error {}

/**
 * Converts a playbook.
 *
 * @param {object} playbook {params, global, default, eventSpecific}.
 * @param {{partial?: boolean}} [options] partial: what cannot be converted is left out
 *   and told, instead of refused.
 * @returns {{mapping: object, left: {path: string, why: string}[], params: string[]}}
 *   `params` are those that have no value yet: they are null in the mapping, and it
 *   does not load until each has one.
 * @throws {Error} naming each place that cannot be converted, unless `partial`.
 */
export function convertPlaybook(playbook, { partial = false } = {}) {
  if (!isObject(playbook)) throw new Error('A playbook is a JSON object.');
  const left = [];
  const leave = (path, why) => { left.push({ path, why }); };

  const given = playbook.params ?? [];
  const params = Object.fromEntries(given.map(({ name, defaultValue }) => [name, defaultValue ?? null]));
  const mapping = {
    ...given.length > 0 && { params },
    ...playbook.global && { global: section(playbook.global, 'global', leave) },
    ...playbook.default && { default: section(playbook.default, 'default', leave) },
    ...playbook.eventSpecific && {
      eventSpecific: Object.fromEntries(Object.entries(playbook.eventSpecific)
        .map(([name, one]) => [name, section(one, `eventSpecific.${name}`, leave)])),
    },
  };
  if (left.length > 0 && !partial) {
    const places = left.map(({ path, why }) => `\n  ${path} ${why}`);
    throw new Error(`The playbook says more than can be converted:${places.join('')}`);
  }
  return { mapping, left, params: Object.keys(params).filter((name) => params[name] === null) };
}

function section(from, path, leave) {
  const { filters = [], enrichments = [], mappings = [], spreadings = [], expressions = [], ...more } = from;
  const each = (list, name, convert) => list.flatMap((one, i) => {
    try {
      return [convert(one)];
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      leave(`${path}.${name}[${i}]`, error.message);
      return [];
    }
  });
  expressions.forEach((_, i) => leave(`${path}.expressions[${i}]`, CODE));
  Object.keys(more).forEach((name) => leave(`${path}.${name}`, 'is not known'));
  const lines = [
    ...each(enrichments, 'enrichments', enrichment),
    ...each(mappings, 'mappings', line),
    ...each(spreadings, 'spreadings', spreading),
  ];
  const kept = each(filters, 'filters', filter);
  return { ...kept.length > 0 && { filters: kept }, ...lines.length > 0 && { mappings: lines } };
}

function pick(table, key, what) {
  if (!Object.hasOwn(table, key)) throw new Unknown(`has ${what} ${JSON.stringify(key)}, which is not known`);
  return table[key];
}

/** Constants. Those that tell of the moment tell of the event's, so that a copy is the same. */
function enrichment({ outputKey, ...more }) {
  const [[kind, value]] = Object.entries(more);
  switch (kind) {
    case 'staticString': case 'staticBool': case 'staticFloat': return { value, outputKey };
    case 'staticInt': return { value: Number(value), outputKey };
    case 'timestamp': {
      const transforms = [pick(TIMES, value, 'the time')];
      return { inputKey: ['receivedAt', 'timestamp'], outputKey, transforms };
    }
    case 'uuid': return { inputKey: 'messageId', outputKey, transforms: ['uuid'] };
    default: throw new Unknown(`has ${kind}, which is not known`);
  }
}

const DEFAULTS = ['defaultString', 'defaultInt', 'defaultFloat', 'defaultBool'];

function line({ inputKey, outputKey, transforms = [], ...more }) {
  const fallback = DEFAULTS.find((name) => Object.hasOwn(more, name));
  const stranger = Object.keys(more).find((name) => !DEFAULTS.includes(name));
  if (stranger) throw new Unknown(`has ${stranger}, which is not known`);
  const steps = transforms.map(transform).filter(Boolean);
  return {
    inputKey, outputKey,
    ...steps.length > 0 && { transforms: steps },
    ...fallback && { default: more[fallback] },
  };
}

function transform(one) {
  const [[kind, value]] = Object.entries(one);
  switch (kind) {
    case 'expression': throw new Unknown(CODE);
    case 'modifyString': return pick(CASES, value, 'the case');
    case 'toHash': return pick(HASHES, value, 'the hash');
    case 'toScalar': return pick(SCALARS, value, 'the scalar');
    case 'toTimestamp': return pick(TIMES, value, 'the time');
    case 'pluckValues': return { pluck: value.extractKey };
    case 'joinValues': return { join: value.separator };
    case 'substring': return { substring: [value.start, value.end] };
    case 'toDateTime':
      if (ISO.has(value.inputFormat) && ISO.has(value.outputFormat)) return 'iso8601';
      throw new Unknown(`has the layout ${value.outputFormat}, which is not known`);
    default: throw new Unknown(`has the transform ${kind}, which is not known`);
  }
}

function spreading({ inputKey, flatten, ...more }) {
  if (!flatten || Object.keys(more).length > 0) throw new Unknown('spreads in a way that is not known');
  const { separator, prefix, depth } = flatten;
  return { inputKey, spread: { separator, ...prefix && { prefix }, ...depth && { depth } } };
}

function filter({ byEventNames, byConditions }) {
  if (byEventNames) return { action: byEventNames.action, events: byEventNames.events };
  if (byConditions) return { action: byConditions.action, when: condition(byConditions.when) };
  throw new Unknown('filters in a way that is not known');
}

function condition(one) {
  const [[kind, { inputPath, value, ignoreCase, conditions }]] = Object.entries(one);
  const compare = { [ignoreCase ? 'matches' : 'equals']: [inputPath, value] };
  switch (kind) {
    case 'inputPathExists': return { exists: inputPath };
    case 'inputPathIsString': return { isString: inputPath };
    case 'inputPathIsObject': return { isObject: inputPath };
    case 'stringEqual': case 'booleanEqual': return compare;
    case 'stringNotEqual': case 'booleanNotEqual': return { not: compare };
    case 'matchesAll': return { all: conditions.map(condition) };
    case 'matchesAny': return { any: conditions.map(condition) };
    default: throw new Unknown(`has the condition ${kind}, which is not known`);
  }
}
