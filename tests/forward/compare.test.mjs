// What our mappings make of events is what Segment's own destinations make of them, but
// for what docs/FORWARDING.md lists ("What differs from Segment's"). Theirs is recorded
// (record.mjs).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createCore } from '../../relay/core.mjs';
import { EVENTS } from './events.mjs';

const THEIRS = JSON.parse(readFileSync(new URL('./segment.json', import.meta.url)));

function mapped(name) {
  const core = createCore();
  core.mapping(readFileSync(new URL(`../../relay/forward/mappings/${name}.json`, import.meta.url)));
  return (event) => {
    const text = core.map(JSON.stringify(event));
    return text === '' ? undefined : JSON.parse(text);
  };
}

/** Takes the members at these paths out of a payload, and gives it back. */
function without(payload, paths) {
  for (const path of paths) {
    const names = path.split('.');
    const last = names.pop();
    const at = names.reduce((inner, name) => inner?.[name], payload);
    if (at !== undefined) delete at[last];
  }
  return payload;
}

const AMPLITUDE = {
  // Amplitude drops copies by it, and we may send one twice.
  ours: ['insert_id', 'user_agent', 'platform'],
  // Read out of the user agent, which we send, so that Amplitude reads it; a member
  // that Amplitude does not document; the framework's own switch.
  theirs: ['os_name', 'os_version', 'device_model', 'products', 'use_batch_endpoint'],
};

const same = {
  amplitude: {
    ours: (payload) => without(payload, AMPLITUDE.ours),
    theirs: ([body]) => without(body.events[0], AMPLITUDE.theirs),
  },
  ga4: {
    ours: (payload) => without(payload, ['events.0.params.session_id', 'events.0.params.session_number']),
    theirs: ([body]) => body,
  },
  meta: {
    ours: (payload) => without(payload, ['user_data.country']),
    theirs: ([body]) => ({ ...body.data[0], event_time: Date.parse(body.data[0].event_time) / 1000 | 0 }),
  },
};

const NAMES = { amplitude: 'amplitude', ga4: 'google-analytics-4', meta: 'facebook-conversions-api' };

for (const [name, theirName] of Object.entries(NAMES)) {
  test(`${name}: the same payloads as Segment's ${theirName}`, () => {
    const map = mapped(name);
    let compared = 0;
    for (const event of EVENTS.filter(({ type }) => type !== 'identify')) {
      const theirs = THEIRS[theirName][event.messageId];
      // Segment's refuses a search that names no product.
      if (theirs[0].refused) continue;
      assert.deepEqual(same[name].ours(map(event)), same[name].theirs(theirs), event.event ?? event.type);
      compared += 1;
    }
    assert.ok(compared >= 18, `${compared} compared`);
  });
}

test('amplitude: identify has the traits inside $set, and is an event of its own', () => {
  const event = EVENTS.find(({ type }) => type === 'identify');
  const { user_properties: { $set, $setOnce, ...traits }, ...theirs } = THEIRS.amplitude[event.messageId][0].identification;
  const ours = mapped('amplitude')(event);
  assert.deepEqual(ours.user_properties, { $set: { ...traits, ...$set }, $setOnce });
  assert.deepEqual(
    without(ours, [...AMPLITUDE.ours, 'event_type', 'time', 'session_id', 'ip', 'library', 'user_properties']),
    without(theirs, [...AMPLITUDE.theirs, 'library']));
});

test('ga4 and meta get track and page, and nothing of identify', () => {
  const identify = EVENTS.find(({ type }) => type === 'identify');
  for (const name of ['ga4', 'meta']) {
    assert.equal(mapped(name)(identify), undefined);
    assert.equal(THEIRS[NAMES[name]][identify.messageId].length, 0);
  }
});

test('ga4: a visit without Google\'s cookie has the session of ours', () => {
  const event = structuredClone(EVENTS[2]);
  delete event.context.providers;
  const { client_id: client, events: [{ params }] } = mapped('ga4')(event);
  assert.deepEqual([client, params.session_id, params.session_number], [event.anonymousId, 1767225600, 3]);
});

test('meta: what the page has hashed is not hashed again', () => {
  const hash = 'b'.repeat(64);
  const event = structuredClone(EVENTS[2]);
  Object.assign(event.context.traits, { email: hash, phone: hash.toUpperCase() });
  const { user_data: { em, ph } } = mapped('meta')(event);
  assert.deepEqual([em, ph], [hash, hash.toUpperCase()]);
});
