// Segment's own destination code for Amplitude, GA4 and Meta, fed with our events and with those of Segment's
// browser library of the same visit, makes the same requests of both. Needs build/destinations (100 MB), so it
// is a target of its own: make destinations.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';
import { record } from '../../parity/record.mjs';
import { kept } from '../../parity/recorded.mjs';
import { ours } from '../../parity/sdks.mjs';

const need = createRequire(`${process.cwd()}/build/destinations/node_modules/`);
const { defaultValues, transform } = need('@segment/actions-core');
const destination = (name) => need(`@segment/action-destinations/dist/destinations/${name}`).default;

const SETTINGS = { apiKey: 'k', secretKey: 's', endpoint: 'north_america', measurementId: 'G-1', apiSecret: 's', pixelId: '1', token: 't' };

// Per destination the actions that its presets have for these calls; what the site maps itself, as the
// documentation of each asks it to.
const clientId = { clientId: { '@path': '$.anonymousId' } };
const ACTIONS = [
  ['amplitude', 'logEventV2', ['page', 'track']],
  ['amplitude', 'logPurchase', ['track']],
  ['amplitude', 'identifyUser', ['identify']],
  ['google-analytics-4', 'pageView', ['page'], clientId],
  ['google-analytics-4', 'customEvent', ['track'], clientId],
  ['facebook-conversions-api', 'pageView', ['page']],
  ['facebook-conversions-api', 'custom', ['track']],
];

/** A recording's messages as they were: fields.path of each, put together again. */
function rebuilt({ messages, fields }) {
  const events = messages.map(({ page, call }) => ({ page, call, event: {} }));
  for (const [path, values] of Object.entries(fields)) {
    if (path.includes('<url>') || /^(body|header|query)\./.test(path)) continue;
    for (const [value, where] of values) for (const index of where) set(events[index].event, path.split('.'), value);
  }
  return events.filter(({ call }) => call);
}

function set(object, [name, ...rest], value) {
  if (name.endsWith('[]')) {
    const list = (object[name.slice(0, -2)] ??= []);
    if (!rest.length) list.push(...value);
    else value.forEach((item, i) => set((list[i] ??= {}), rest, item));
  } else if (rest.length) set((object[name] ??= {}), rest, value);
  else object[name] = value;
}

/** The requests that a destination makes of an event, or why it makes none. */
async function requests(name, action, mapping, event) {
  const { perform, fields } = destination(name).actions[action];
  const made = [];
  const request = async (url, options = {}) => {
    const { body, ...rest } = options;
    const form = body instanceof URLSearchParams ? { form: Object.fromEntries(body) } : body && { body: String(body) };
    made.push({ url, ...rest, ...form });
    return { data: {}, content: '', status: 200 };
  };
  const payload = transform({ ...defaultValues(fields), ...mapping }, event);
  try {
    await perform(request, { payload, settings: SETTINGS, rawData: event, features: {}, statsContext: undefined });
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  return JSON.parse(JSON.stringify(made));
}

describe("Segment's destinations", () => {
  let mine;
  let theirs;
  before(async () => {
    mine = (await record(ours(), { quietMs: 0 })).filter(({ call }) => call).map(({ page, call, body }) => ({ page, call, event: body }));
    theirs = rebuilt(kept('segment'));
  });

  // Meta gets hashes: those of the ids are each visit's own, so both events get the same ids before.
  const same = (event) => ({ ...event, anonymousId: 'anon-1', messageId: 'message-1', timestamp: '2026-01-01T00:00:00.000Z', originalTimestamp: undefined, sentAt: undefined });

  for (const [name, action, types, mapping] of ACTIONS) {
    test(`${name}: ${action}`, async () => {
      let compared = 0;
      for (const { page, call, event } of theirs.filter((one) => types.includes(one.event.type))) {
        const our = mine.find((one) => one.page === page && one.call === call);
        assert.ok(our, `${call} of page ${page}`);
        const [a, b] = [await requests(name, action, mapping, same(our.event)), await requests(name, action, mapping, same(event))];
        assert.deepEqual(explained(name, a), explained(name, b), `${call} of page ${page}`);
        compared += Array.isArray(b) && b.length > 0 && ['json', 'form', 'body'].some((part) => Object.keys(b[0][part] ?? {}).length > 0);
      }
      assert.ok(compared > 0, 'nothing was sent for any of them');
    });
  }

  test('an event of which anything is another makes another request', async () => {
    const { event } = mine.find(({ call }) => call === 'Product Viewed');
    const once = await requests('amplitude', 'logEventV2', {}, same(event));
    const doctored = [
      { ...event, event: 'Other' }, { ...event, properties: {} }, { ...event, userId: 'other' },
      { ...event, context: { ...event.context, locale: 'xx' } }, { ...event, context: { ...event.context, campaign: { source: 'other' } } },
    ];
    assert.deepEqual(once[0].json.events[0].event_properties, { sku: 'B-42', price: 79.5 });
    for (const other of doctored) assert.notDeepEqual(explained('amplitude', await requests('amplitude', 'logEventV2', {}, same(other))), explained('amplitude', structuredClone(once)));
  });
});

// What Amplitude's makes another of ours, and why: it knows the platform by the name of Segment's library, so with
// ours the site maps "platform" to Web; Segment's says null for a user who is not known, we nothing; and our page has
// its hash, and its address where the canonical one is another.
const KNOWN = ['library', 'platform', 'user_id', 'hash', 'tab_url'];

/** The same without these. */
function explained(name, made) {
  if (name !== 'amplitude') return made;
  for (const request of made) {
    if (request.form) request.json = { events: [JSON.parse(request.form.identification)].flat() };
    delete request.form?.identification;
  }
  for (const event of made.flatMap(({ json }) => json.events)) {
    for (const member of KNOWN) if (event[member] !== 'user-4711' && event[member] !== 'other') delete event[member];
    for (const member of KNOWN) delete event.event_properties?.[member];
  }
  return made;
}
