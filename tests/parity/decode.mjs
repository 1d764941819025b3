// What a request of an agent says, as leaf paths and their values, however it was
// wrapped: JSON, a form, base64, gzip, the query of an address, a header.
import { gunzipSync } from 'node:zlib';

// Those that the browser adds; the others are the agent's.
const BROWSERS = /^(host|connection|content-length|content-type|content-encoding|accept|accept-.*|user-agent|origin|referer|cookie|cache-control|pragma|priority|dnt|sec-.*|upgrade-insecure-requests)$/;

/**
 * @param {{ at, method, url, headers, body: Buffer }} request
 * @param {{ events, call }} sdk of sdks.mjs
 * @returns {object[]} messages: { request, call?, leaves }: one of the request
 *   itself (address, headers, envelope), then one of each event in it. `leaves`
 *   maps a path such as context.page.url to a value; [] stands for any index,
 *   where the values of a list become one list.
 */
export function messagesOf({ at, method, url, headers, body }, sdk) {
  const { pathname, searchParams } = new URL(url);
  const request = `${method} ${pathname}`;
  const own = Object.entries(headers).filter(([name]) => !BROWSERS.test(name));
  const value = parse(body, headers);
  const events = (value && (sdk.events ? sdk.events(value) : undefined)) ?? [];
  const envelope = events.length ? { ...value } : value;
  for (const name in envelope) if (envelope[name] === events) delete envelope[name];
  const single = !events.length && value && sdk.call(value);
  const about = leavesOf({ query: unpacked(Object.fromEntries(searchParams)), header: Object.fromEntries(own), body: single || Array.isArray(value) && events === value ? undefined : envelope });
  const all = single ? [value] : events;
  return [
    { request, at, leaves: about },
    ...all.map((event) => ({ request, at, call: sdk.call(event), leaves: leavesOf(unpacked(event)) })),
  ];
}

/** A body as a value, or undefined if there is none. */
function parse(body, { 'content-encoding': encoding }) {
  if (!body.length) return undefined;
  const raw = encoding === 'gzip' || (body[0] === 0x1f && body[1] === 0x8b) ? gunzipSync(body) : body;
  let text = raw.toString();
  if (/^[\w.%-]+=/.test(text)) {
    const form = Object.fromEntries(new URLSearchParams(text));
    if (!('data' in form)) return form;
    text = form.data;
  }
  if (!/^\s*[[{]/.test(text)) text = Buffer.from(text, 'base64').toString();
  return JSON.parse(text);
}

/** The same with what is JSON in a text opened, of Snowplow and of whoever else. */
function unpacked(value) {
  if (typeof value === 'string') return opened(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unpacked);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, unpacked(member)]));
}

function opened(text) {
  for (const attempt of [text, /^[\w+/=-]{24,}$/.test(text) && Buffer.from(text, 'base64').toString()]) {
    if (!attempt || !/^[[{]/.test(attempt)) continue;
    try {
      return bySchema(JSON.parse(attempt));
    } catch {} // no JSON after all
  }
  return text;
}

/** Snowplow's entities under the names of their schemas. */
function bySchema(value) {
  const name = (schema) => schema.split('/').at(-3);
  if (!value?.schema?.startsWith?.('iglu:')) return value;
  if (!Array.isArray(value.data)) return value;
  return Object.fromEntries(value.data.map(({ schema, data }) => [name(schema), data]));
}

function leavesOf(value, path = '', leaves = {}) {
  if (value === undefined) return leaves;
  if (Array.isArray(value)) {
    if (!value.length) leaves[`${path}[]`] = [];
    value.forEach((item) => leavesOf(item, `${path}[]`, leaves));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) leavesOf(member, path ? `${path}.${name}` : name, leaves);
    if (path && !Object.keys(value).length) leaves[path] = {};
  } else if (path.includes('[]')) (leaves[path] ??= []).push(value);
  else leaves[path] = value;
  return leaves;
}
