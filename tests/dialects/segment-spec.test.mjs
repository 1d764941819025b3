// The examples of Segment's spec, each as the call that it is, go through each dialect: what the page gave
// arrives as it was given. The data lie beside the repository, not in it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { open, shared } from './suite.mjs';

const FILE = `${shared}/data/segment-spec/examples.json`;
const skip = !existsSync(FILE) && `no ${FILE}`;

const TYPES = ['track', 'page', 'screen', 'identify', 'group', 'alias'];
const ofPage = new Set(['path', 'referrer', 'search', 'title', 'url', 'hash', 'tab_url']);

/** The call of an example: what a page can give. */
function callOf({ type, event, name, category, properties, traits, userId, groupId, previousId, integrations }) {
  const call = { type, event, name, category, properties, traits, integrations };
  const ids = { identify: { userId }, group: { groupId }, alias: { userId, previousId } };
  return Object.fromEntries(Object.entries({ ...call, ...ids[type] }).filter(([, value]) => value !== undefined && value !== null));
}

// What of the call each has where; a page's own facts have places of their own.
const without = (properties, names) => Object.fromEntries(Object.entries(properties ?? {}).filter(([name]) => !names.has(name)));
const given = (all, part, here) => {
  for (const [name, value] of Object.entries(part ?? {})) assert.deepEqual(all?.[name], value, `${here}: ${name}`);
};
const CHECKS = {
  segment({ batch: [event] }, call, here) {
    const { properties, ...rest } = call;
    given(event, rest, here);
    given(event.properties, properties, here);
  },
  amplitude({ events }, call, here) {
    const event = events.at(-1);
    given(event.event_properties, without(call.properties, call.type === 'page' ? ofPage : new Set()), here);
    const traits = Object.fromEntries(Object.entries(call.traits ?? {}).filter(([, value]) => value !== null));
    if (call.type === 'identify') given(event.user_properties.$set, traits, here);
    if (call.type === 'group') given(events.at(-2).group_properties.$set, traits, here);
  },
  snowplow({ data: [event] }, call, here) {
    if (call.type === 'page') return;
    const { type, ...told } = JSON.parse(event.ue_pr).data.data;
    assert.equal(type, call.type);
    given(told, { event: call.event, groupId: call.groupId, ...(call.traits && { traits: call.traits }) }, here);
    given(told.properties, call.properties, here);
  },
  posthog({ batch: [event] }, call, here) {
    given(event.properties, without(call.properties, call.type === 'page' ? ofPage : new Set()), here);
    if (call.type === 'identify') given(event.$set, call.traits, here);
    if (call.type === 'group') given(event.properties.$group_set, call.traits, here);
  },
};

for (const [dialect, check] of Object.entries(CHECKS)) {
  test(`examples of Segment's spec as ${dialect}`, { skip }, () => {
    const examples = JSON.parse(readFileSync(FILE, 'utf8')).filter(({ json }) => TYPES.includes(json.type));
    let seen = 0;
    for (const { page, block, json } of examples) {
      const call = callOf(json);
      const core = open({ dialect }, { page: { url: 'https://shop.example/a', title: 'T', referrer: '' } });
      core.call(call);
      check(core.body(), call, `${page}, block ${block}`);
      seen++;
    }
    assert.ok(seen > 30, `${seen} examples`);
  });
}
