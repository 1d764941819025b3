// What Segment's own destinations make of tests/forward/events.mjs, kept in
// tests/forward/segment.json so that `make test` needs none of their 100 MB.
//
//   make destinations-record
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { EVENTS } from './events.mjs';

const need = createRequire(`${process.cwd()}/build/destinations/node_modules/`);
const { defaultValues, transform } = need('@segment/actions-core');
const { parseFql, validate } = need('@segment/destination-subscriptions');

const SETTINGS = { apiKey: 'KEY', secretKey: 's', endpoint: 'north_america', measurementId: 'G-1', apiSecret: 'SECRET', pixelId: '42' };

// What the documentation of each asks the site to map itself, as our agent has it.
const PROVIDERS = '$.context.providers';
const FBC = { '@path': `${PROVIDERS}.facebookTag._fbc` };
const FBP = { '@path': `${PROVIDERS}.facebookTag._fbp` };
const OWN = {
  amplitude: () => ({}),
  'google-analytics-4': () => ({
    client_id: { '@path': `${PROVIDERS}.googleAnalytics4.clientID` },
    clientId: { '@path': `${PROVIDERS}.googleAnalytics4.clientID` },
    user_id: { '@path': '$.userId' },
  }),
  'facebook-conversions-api': ({ user_data: user }) => ({ action_source: 'website', user_data: { ...user, fbc: FBC, fbp: FBP } }),
};

// Subscriptions, as the presets have them; of those without presets each action's own,
// and for what none of these takes the action for custom events.
function subscriptions(name, { presets, actions }) {
  if (presets) {
    return presets.filter(({ partnerAction }) => actions[partnerAction])
      .map(({ subscribe, partnerAction, mapping }) => ({ action: partnerAction, subscribe, mapping }));
  }
  const custom = actions.customEvent ? 'customEvent' : 'custom';
  const own = Object.entries(actions)
    .filter(([id, { defaultSubscription: one }]) => one && id !== 'generateLead' && id !== custom && !id.endsWith('2'))
    .map(([action, { defaultSubscription: subscribe }]) => ({ action, subscribe }));
  return [...own, { action: custom, subscribe: 'type = "track"', last: true }];
}

/** What the framework does with a field that takes several: one becomes a list. */
function listed(payload, fields) {
  for (const [key, { multiple }] of Object.entries(fields)) {
    if (multiple && payload[key] !== undefined && !Array.isArray(payload[key])) payload[key] = [payload[key]];
  }
  return payload;
}

async function bodiesOf(name, event) {
  const destination = need(`@segment/action-destinations/dist/destinations/${name}`).default;
  const fitting = subscriptions(name, destination).filter(({ subscribe }) => validate(parseFql(subscribe), event));
  const chosen = fitting.filter(({ last }) => !last || fitting.length === 1);
  const bodies = [];
  for (const { action, mapping } of chosen) {
    const { perform, fields } = destination.actions[action];
    const defaults = { ...defaultValues(fields), ...mapping };
    const payload = listed(transform({ ...defaults, ...OWN[name](defaults) }, event), fields);
    const request = async (url, { json, body } = {}) => {
      bodies.push(json ?? { identification: JSON.parse(body.get('identification')) });
      return { data: {}, status: 200 };
    };
    await perform(request, { payload, settings: SETTINGS, rawData: event, features: {} });
  }
  return JSON.parse(JSON.stringify(bodies));
}

const made = {};
for (const name of Object.keys(OWN)) {
  made[name] = {};
  for (const event of JSON.parse(JSON.stringify(EVENTS))) {
    made[name][event.messageId] = await bodiesOf(name, event).catch((error) => [{ refused: error.message }]);
  }
}
writeFileSync('tests/forward/segment.json', `${JSON.stringify(made, null, 1)}\n`);
for (const [name, of] of Object.entries(made)) console.log(name, Object.values(of).filter((bodies) => bodies.length > 0).length, 'events make requests');
