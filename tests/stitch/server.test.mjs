// firsthand/server in Node: where it finds a bundle, whom it believes, what it gives.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HEADER, stitch } from '../../server/index.mjs';
import { cases } from './suite.mjs';

const [{ stitch: { value: bundle, now } }] = cases.find(({ file }) => file === 'written.json').steps;
const { anonymousId, sessionId, sessionUuid } = bundle;
const at = { now };
const visit = stitch(bundle, at);
const cookie = `_fh=1.${anonymousId}.${sessionUuid}.3.${Math.floor(now / 1000)}.7`;

describe('a source', () => {
  const form = (fields) => Object.entries(fields).reduce((data, [name, value]) => (data.append(name, value), data), new FormData());
  const headers = { [HEADER]: visit.header(), cookie: `a=b; ${cookie}`, 'user-agent': 'UA' };
  const sources = {
    'a Request with the header': [new Request('https://shop.example/', { headers: { [HEADER]: visit.header() } }), 'header'],
    'a Request with the cookie': [{ headers: new Map([['cookie', cookie]]) }, 'cookie'],
    "Node's request": [{ headers, socket: { remoteAddress: '203.0.113.7' } }, 'header'],
    'that of Express, with a form it has parsed': [{ headers: { cookie }, body: { item: '1', ...visit.fields() }, ip: '203.0.113.8', get: () => 'x' }, 'flat'],
    Headers: [new Headers(headers), 'header'],
    FormData: [form(visit.fields()), 'flat'],
    URLSearchParams: [new URLSearchParams(visit.flat()), 'flat'],
    metadata: [{ order: '17', ...visit.flat() }, 'flat'],
    'a bundle': [visit.json(), 'json'],
    'its JSON': [JSON.stringify(visit.json()), 'json'],
    "the header's text": [visit.header(), 'header'],
    "the cookie's value": [cookie.slice(4), 'cookie'],
    'a Cookie header': [`a=b; ${cookie}`, 'cookie'],
  };
  for (const [name, [source, from]] of Object.entries(sources))
    test(name, () => {
      const found = stitch(source, at);
      assert.deepEqual([found.reason, found.from, found.anonymousId, found.sessionId], [undefined, from, anonymousId, sessionId]);
    });

  test('who has a request at hand has address and browser of it', () => {
    const request = sources["Node's request"][0];
    assert.deepEqual(stitch(request, at).amplitude(), { device_id: anonymousId, user_id: 'u-1', session_id: sessionId, ip: '203.0.113.7', user_agent: 'UA', language: 'en-GB' });
    assert.equal(stitch(request, { ...at, ip: '198.51.100.1' }).amplitude().ip, '198.51.100.1');
    assert.equal(stitch(sources['that of Express, with a form it has parsed'][0], at).amplitude().ip, '203.0.113.8');
    const { ip, user_agent } = stitch(request, { ...at, present: false }).amplitude();
    assert.deepEqual([ip, user_agent], [undefined, undefined]);
  });

  test('a text that is too long for the core is refused', () => assert.equal(stitch({ fh_v: 'x'.repeat(2 << 20) }, at).reason, 'too_large'));
});

describe('without a good bundle', () => {
  const trap = new Proxy({}, { get: () => { throw new Error('no'); }, has: () => { throw new Error('no'); }, getOwnPropertyDescriptor: () => { throw new Error('no'); } });
  const rows = [[undefined, 'no_bundle'], [null, 'no_bundle'], [7, 'no_bundle'], [{}, 'no_bundle'], ['', 'no_bundle'], ['{', 'invalid_json'], [new Headers(), 'no_bundle'], [new FormData(), 'no_bundle'],
    [{ headers: {} }, 'no_bundle'], [trap, 'no_bundle'], ['{"v":1}', 'invalid_bundle'], [visit.header().slice(0, -5), 'broken'], [{ ...bundle, at: now - 2 * 864e5 }, 'stale'], ['_fh=0', 'no_consent'],
    [{ ok: false, reason: 'no_consent' }, 'no_bundle']];
  test('there is a reason and a sentence, and every shape works', () => {
    for (const [source, reason] of rows) {
      const found = stitch(source, { ...at, userId: 'u-9' });
      assert.deepEqual([found.ok, found.reason, found.bundle], [false, reason, null]);
      assert.match(found.message, /\w+ \w+/, reason);
      assert.deepEqual(found.segment(), { userId: 'u-9', context: {} });
      assert.deepEqual(found.rudderstack(), { userId: 'u-9', context: {} });
      assert.deepEqual(found.amplitude(), { user_id: 'u-9', session_id: -1 });
      assert.deepEqual(found.snowplow(), { payload: { uid: 'u-9' }, context: [] });
      assert.deepEqual(found.posthog({ a: 1 }), { distinctId: 'u-9', properties: { $user_id: 'u-9', a: 1 } });
      assert.deepEqual(found.ga4([{ name: 'p' }]), { user_id: 'u-9', events: [{ name: 'p', params: {} }] });
      assert.deepEqual([found.flat(), found.fields(), found.json(), found.header()], [{}, {}, {}, '']);
    }
  });
});

describe('an event that nobody is present for', () => {
  test('has the user and nothing of the visit, however old its metadata is', () => {
    const renewal = stitch(visit.flat(), { now: now + 400 * 864e5, present: false });
    assert.deepEqual([renewal.ok, renewal.anonymousId, renewal.sessionId], [true, undefined, undefined]);
    assert.deepEqual(renewal.segment(), { userId: 'u-1', context: {} });
    assert.deepEqual(renewal.amplitude(), { user_id: 'u-1', session_id: -1 });
    assert.deepEqual(renewal.posthog(), { distinctId: 'u-1', properties: { $user_id: 'u-1' } });
    for (const shape of ['segment', 'rudderstack', 'amplitude', 'snowplow', 'posthog', 'ga4'])
      assert.doesNotMatch(JSON.stringify(renewal[shape]()), new RegExp(`${anonymousId}|${sessionUuid}|${sessionId}|spring`), shape);
  });
});

describe('the user', () => {
  test("is the server's word, where it has one; and none where it says so", () => {
    assert.equal(stitch(bundle, { ...at, userId: 'mine' }).segment().userId, 'mine');
    assert.equal('userId' in stitch(bundle, { ...at, userId: null }).segment(), false);
    assert.equal(stitch(bundle, at).segment().userId, 'u-1');
  });
});

describe('a signature', () => {
  const secret = 'a secret of the server';
  for (const to of ['json', 'flat', 'fields', 'header']) {
    test(`${to}: only what this secret has signed is believed`, () => {
      const signed = visit[to]({ secret });
      const read = (source, with_ = secret) => stitch(source, { ...at, secret: with_ });
      assert.deepEqual(read(signed).bundle, stitch(visit[to](), at).bundle);
      assert.equal(read(visit[to]()).reason, 'unsigned');
      assert.equal(read(signed, 'another').reason, 'forged');
      const change = { json: () => ({ ...signed, userId: 'eve' }), header: () => stitch({ ...visit.json(), userId: 'eve', sig: visit.json({ secret }).sig }, at).header() };
      const forged = change[to] ? change[to]() : { ...signed, fh_uid: 'eve' };
      assert.match(read(forged).reason, /^(forged|unsigned)$/);
      assert.ok(stitch(signed, at).ok);
    });
  }
  test('goes along with a bundle that has no room left', () => {
    const wide = stitch({ ...bundle, context: { page: { a: 'x'.repeat(2500), b: 'y' }, locale: 'de' } }, at);
    assert.ok(stitch(wide.header({ secret }), { ...at, secret }).ok);
  });
  test('counts under another prefix, too', () => assert.ok(stitch(visit.flat({ secret, prefix: 'pay' }), { ...at, secret, prefix: 'pay' }).ok));
});

test('the shapes are those of the SDKs', () => {
  const { context, integrations } = visit.segment();
  assert.deepEqual(integrations, { 'Actions Amplitude': { session_id: sessionId }, Amplitude: { session_id: sessionId } });
  assert.deepEqual(context.session, { id: sessionUuid, index: 3, start: sessionId });
  assert.deepEqual(context.consent, { categoryPreferences: { analytics: true, ads: false } });
  assert.equal('library' in stitch({ ...bundle, context: { library: { name: 'x' } } }, at).segment().context, false);
  assert.deepEqual(visit.ga4([{ name: 'purchase', params: { value: 1 } }]), {
    client_id: '1176.1767', user_id: 'u-1', consent: { ad_user_data: 'DENIED', ad_personalization: 'DENIED' },
    events: [{ name: 'purchase', params: { session_id: '1767224400', engagement_time_msec: 1, value: 1 } }],
  });
  assert.equal(stitch(cookie, at).ga4().client_id, anonymousId);
  assert.equal(visit.posthog().properties.utm_campaign, 'spring sale');
  assert.equal(stitch(cookie, at).posthog().properties.$process_person_profile, false);
});
