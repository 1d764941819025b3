// What the Snowplow dialect sends is what Snowplow's own schemas accept (Iglu Central; they lie beside
// the repository, not in it), each payload with all that is JSON in its texts; and the schemas refuse
// a payload of which anything is wrong, so that their silence means something.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { root } from '../run/suite.mjs';
import { open, shared } from './suite.mjs';

const IGLU = `${shared}/data/iglu/`;
const TOOLS = `${root}build/schemas/node_modules`; // make build/schemas/node_modules
const there = existsSync(IGLU) ? existsSync(TOOLS) || 'build/schemas is not there: make test installs it' : `no ${IGLU}`;

const browser = {
  userAgent: 'Test/1.0', locale: 'en-GB', timezone: 'Europe/London', cookieEnabled: true,
  screen: { width: 1280, height: 720, colorDepth: 24 }, viewport: { width: 1200, height: 600 }, document: { width: 1200, height: 2400, encoding: 'UTF-8' },
};
const page = { url: 'https://shop.example/a?utm_source=mail#b', title: 'T "x"', referrer: 'https://search.example/' };

/** The body of a visit with every call, odd texts among them. */
function visit(options, more) {
  const core = open({ dialect: 'snowplow', ...options }, { browser, page, ...more });
  core.call({ type: 'page' });
  core.call({ type: 'page', category: 'Docs', name: 'Index', properties: { a: [1, { b: null }] } });
  core.call({ type: 'identify', userId: 'user-4711', traits: { plan: 'pro' } });
  core.call({ type: 'track', event: 'Order Completed', properties: { total: 49.99, 'ключ "\\': '\u0001\n' } });
  core.call({ type: 'track', event: '§' });
  core.call({ type: 'group', groupId: 'acme', traits: { seats: 5 } });
  core.call({ type: 'screen', name: 'Settings' });
  core.call({ type: 'alias', userId: 'user-4712' });
  core.call({ type: 'reset' });
  core.call({ type: 'track', event: 'After', messageId: 'not-a-uuid', timestamp: 'yesterday' });
  core.call({ type: 'track', event: 'Later' }, 31 * 60_000); // another session
  return core.body();
}

const VARIANTS = { 'as it is': {}, 'with a vendor': { label: 'com.acme' }, "with a visitor of another's making": {} };
const bodyOf = (variant) => visit(VARIANTS[variant], variant.startsWith("with a visitor") ? { adopted: { anonymousId: 'amp_device-1' } } : {});

describe('Iglu', { skip: there === true ? false : there }, () => {
  const validators = {};
  const validatorOf = (uri) => validators[uri];
  if (there === true) {
    const need = createRequire(`${TOOLS}/`);
    const Ajv = need('ajv-draft-04').default;
    const formats = need('ajv-formats').default;
    const ajv = new Ajv({ strict: false });
    formats(ajv);
    for (const file of readdirSync(IGLU).filter((name) => name.endsWith('.json'))) {
      const { $schema, ...schema } = JSON.parse(readFileSync(IGLU + file, 'utf8'));
      validators[`iglu:${file.replace('.json', '').replaceAll('__', '/')}`] = ajv.compile(schema);
    }
  }

  /** What the schemas have against a value that names its own; the site's own schemas are not ours to know. */
  const against = ({ schema, data }, found = []) => {
    const validate = validatorOf(schema);
    if (!validate) {
      assert.match(schema, /^iglu:(com\.acme|com\.snowplowanalytics\.iglu)\/[a-z0-9_-]+\/jsonschema\/1-0-0$/);
      return found;
    }
    if (!validate(data)) found.push(`${schema} ${JSON.stringify(validate.errors[0])}`);
    if (/\/contexts\//.test(schema)) data.forEach((entity) => against(entity, found));
    if (/\/unstruct_event\//.test(schema)) against(data, found);
    if (/\/payload_data\//.test(schema)) {
      for (const row of data) for (const name of ['co', 'ue_pr']) if (row[name]) against(JSON.parse(row[name]), found);
    }
    return found;
  };

  for (const variant of Object.keys(VARIANTS)) {
    test(`accept every payload of a visit, ${variant}`, () => {
      const body = bodyOf(variant);
      assert.equal(body.data.length, 10);
      assert.deepEqual(against(body), []);
      const entities = body.data.map(({ co }) => JSON.parse(co).data.map(({ schema }) => schema.split('/')[1]));
      assert.ok(entities.every((names) => names.includes('web_page')));
      // The visitor gets an id of ours with the reset.
      const without = variant.startsWith('with a visitor') ? 8 : 0;
      assert.equal(entities.filter((names) => !names.includes('client_session')).length, without);
    });
  }

  test('know the session before', () => {
    const [before, after] = bodyOf('as it is').data.slice(-2).map(({ co }) => JSON.parse(co).data.find(({ schema }) => /client_session/.test(schema)).data);
    assert.equal(after.previousSessionId, before.sessionId);
    assert.equal(after.sessionIndex, before.sessionIndex + 1);
  });

  const entity = (name, change) => (body) => {
    const contexts = JSON.parse(body.data[0].co);
    change(contexts.data.find(({ schema }) => schema.includes(`/${name}/`)).data, contexts);
    body.data[0].co = JSON.stringify(contexts);
  };
  const DOCTORED = {
    'a number for a text': (body) => (body.data[0].dtm = 1),
    'no kind of event': (body) => delete body.data[0].e,
    'no version of the tracker': (body) => delete body.data[0].tv,
    'a member that is not in the protocol': (body) => (body.data[0].messageId = 'x'),
    'a page view that is no UUID': entity('web_page', (data) => (data.id = 'x')),
    'a visitor that is no UUID': entity('client_session', (data) => (data.userId = 'amp_device-1')),
    'a session that is no UUID': entity('client_session', (data) => (data.sessionId = '1')),
    'a session index that is a text': entity('client_session', (data) => (data.sessionIndex = '1')),
    'a session without storage': entity('client_session', (data) => delete data.storageMechanism),
    'a storage that is not there': entity('client_session', (data) => (data.storageMechanism = 'CLAY')),
    'one member too many in the session': entity('client_session', (data) => (data.start = 1)),
    'an entity without a schema': entity('web_page', (data, contexts) => delete contexts.data[0].schema),
    'a schema that is none': entity('web_page', (data, contexts) => (contexts.data[0].schema = 'web_page')),
    'an event that is not self-describing': (body) => (body.data[2].ue_pr = JSON.stringify({ schema: JSON.parse(body.data[2].ue_pr).schema, data: { a: 1 } })),
  };
  for (const [what, doctor] of Object.entries(DOCTORED)) {
    test(`refuse ${what}`, () => {
      const body = bodyOf('as it is');
      doctor(body);
      let found;
      try {
        found = against(body);
      } catch (error) {
        found = [error.message]; // a schema that nobody knows
      }
      assert.ok(found.length > 0);
    });
  }
});
