// What a request of an agent says, as leaf paths and their values, however it was
// wrapped: JSON, a form, base64, gzip, the query of an address, a header.
import { gunzipSync } from 'node:zlib';
import { COLLECTOR } from './site.mjs';

// Those that the browser adds; the others are the agent's.
const BROWSERS = new RegExp(`^(${[
  'host|connection|content-length|content-type|content-encoding|accept|accept-.*|user-agent|origin|referer|cookie',
  'cache-control|pragma|priority|dnt|sec-.*|upgrade-insecure-requests',
].join('|')})$`);

/**
 * @param {{ page, at, method, url, headers, body: Buffer }} request
 * @param {{ split }} sdk of sdks.mjs
 * @returns {object[]} messages: { page, at, request, call?, body }: one of the
 *   request itself, whose body is { query, header, body: all but the events },
 *   then one of each event in it
 */
export function messagesOf({ page, at, method, url, headers, body }, sdk) {
  const { origin, pathname, searchParams } = new URL(url);
  const about = { page, at, request: `${method} ${origin === COLLECTOR ? '' : origin}${pathname}` };
  const own = Object.entries(headers).filter(([name]) => !BROWSERS.test(name));
  const { events = [], envelope } = sdk.split(parse(body, headers));
  return [
    { ...about, body: { query: Object.fromEntries(searchParams), header: Object.fromEntries(own), body: unpacked(envelope) } },
    ...events.map((event) => ({ ...about, call: sdk.call(event), body: unpacked(event) })),
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

/**
 * The ends of a value: a path such as context.page.url, and what is there. []
 * stands for any index, and the values of a list become one list; an address as
 * the name of a member becomes <url>; what is empty is no end.
 */
export function leavesOf(value, path = '', leaves = {}) {
  if (Array.isArray(value)) for (const item of value) leavesOf(item, `${path}[]`, leaves);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const step = name.includes('://') ? '<url>' : name;
      leavesOf(member, path ? `${path}.${step}` : step, leaves);
    }
  } else if (path.includes('[]')) (leaves[path] ??= []).push(value);
  else if (value !== undefined) leaves[path] = value;
  return leaves;
}
