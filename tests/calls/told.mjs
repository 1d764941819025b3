// Events as they are kept and compared: what the calls have decided, and nothing
// that is another at each run or of the machine. It knows nothing of whose they are.
import { SHOP } from './site.mjs';

// Of the envelope, or of the moment.
const DROPPED = ['sentAt', 'writeKey', '_metadata'];
const MADE_ID = /^(ajs-next-\d+-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const RANDOM = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const LIBRARIES = ['analytics.js', 'firsthand'];
const NOW_MS = 600_000; // no timestamp of a call is so near

/**
 * @param {object[]} events of one visitor
 * @param {string} host of his copy of the shop
 * @param {object} environment members of context that no call has given
 */
export function told(events, host, environment) {
  const ids = new Map(); // random ones, in the order of their coming
  const of = (value) => {
    if (typeof value === 'string') {
      if (!RANDOM.test(value)) return value.replaceAll(host, SHOP);
      if (!ids.has(value)) ids.set(value, `anonymousId#${ids.size + 1}`);
      return ids.get(value);
    }
    if (Array.isArray(value)) return value.map(of);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.keys(value).sort().map((name) => [name, of(value[name])]));
  };
  return events.map((event) => of(decided(event, environment)));
}

function decided(event, environment) {
  const rest = { ...event, context: { ...event.context } };
  for (const name of DROPPED) delete rest[name];
  if (MADE_ID.test(rest.messageId)) delete rest.messageId;
  if (Math.abs(Date.parse(rest.timestamp) - Date.now()) < NOW_MS) delete rest.timestamp;
  const { context } = rest;
  for (const name in environment) if (context[name] === environment[name]) delete context[name];
  if (LIBRARIES.includes(context.library?.name)) delete context.library;
  return rest;
}
