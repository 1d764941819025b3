// Forwarding to vendors on loopback: what arrives, what is put aside, what waits.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { replay } from '../../relay/forward/index.mjs';
import { append, event, forward, SEGMENT_OK, until, vendor } from './help.mjs';

const idsOf = ({ requests }) => requests.flatMap(({ json }) => (json.batch ?? [json].flat()).map(({ messageId }) => messageId));

const segment = ({ url }, more) => ({ type: 'segment', key: 'write-key', endpoint: `${url}/v1/batch`, start: 'first', ...more });
const webhook = ({ url }, more) => ({ type: 'webhook', endpoint: url, start: 'first', ...more });

describe('what arrives', () => {
  test('Segment: a batch as its HTTP API has it, numbers as they were written', async (t) => {
    const there = await vendor(t, () => SEGMENT_OK);
    const { log, status } = forward(t, { there: segment(there) });
    const sent = [event({ properties: { n: 1 } }), event({ type: 'page', event: undefined })];
    const [first, second] = sent;
    await log.append([{ messageId: first.messageId, type: 'track', writeKey: 'k', receivedAt: '', body: JSON.stringify(first).replace('"n":1', '"n":0.30000000000000004,"m":1e400') }]);
    await append(log, [second]);
    await until(async () => (await status('there')).delivered === 2);
    assert.match(there.requests[0].text, /"n":0\.30000000000000004,"m":1e400/);
    assert.deepEqual(idsOf(there), [first.messageId, second.messageId]);
    const { url, headers, json } = there.requests[0];
    assert.equal(url, '/v1/batch');
    assert.equal(headers.authorization, `Basic ${Buffer.from('write-key:').toString('base64')}`);
    assert.ok(Date.parse(json.sentAt) > 0);
    await until(async () => (await status('there')).behind === 0);
  });

  test('Amplitude: by mapping, and as the agent itself would send it', async (t) => {
    const there = await vendor(t, () => ({ body: { code: 200, events_ingested: 1 } }));
    const own = { type: 'amplitude', key: 'KEY', endpoint: `${there.url}/2/httpapi`, start: 'first' };
    const { log, status } = forward(t, { mapped: own, agent: { ...own, format: 'agent' } });
    const one = event({ context: { session: { start: 1767225600010, eventIndex: 1 } } });
    await append(log, [one]);
    await until(async () => (await status('mapped')).delivered === 1 && (await status('agent')).delivered === 1);
    const [agent, mapped] = there.requests.map(({ json }) => json).sort((a, b) => b.events.length - a.events.length);
    assert.equal(mapped.api_key, 'KEY');
    assert.deepEqual(mapped.events, [{
      event_type: 'Signed Up', device_id: one.anonymousId, time: 1767225600010, insert_id: one.messageId,
      event_properties: { plan: 'pro' }, platform: 'Web',
    }]);
    assert.deepEqual(agent.events.map(({ event_type: type, insert_id: id }) => [type, id]),
      [['session_start', `${one.messageId}-session`], ['Signed Up', one.messageId]]);
  });

  test('Snowplow and PostHog: the rows of the core', async (t) => {
    const there = await vendor(t, ({ url }) => ({ body: url === '/tp2' ? 'ok' : { status: 1 } }));
    const { log, status } = forward(t, {
      snowplow: { type: 'snowplow', key: 'shop', endpoint: `${there.url}/tp2`, start: 'first' },
      posthog: { type: 'posthog', key: 'phc_1', endpoint: `${there.url}/batch/`, start: 'first' },
    });
    const one = event({ messageId: '4fda63c0-fbc1-8c2a-9b1c-c63c00000001' });
    const two = event({ messageId: 'not a uuid' });
    await append(log, [one, two]);
    await until(async () => (await status('snowplow')).delivered === 2 && (await status('posthog')).delivered === 2);
    const rows = (url, list) => there.requests.filter((request) => request.url === url).flatMap(({ json }) => json[list]);
    const [page, other] = rows('/tp2', 'data');
    assert.deepEqual([page.e, page.eid, page.aid, page.dtm], ['ue', one.messageId, 'shop', '1767225600010']);
    assert.match(other.eid, /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    const [batch] = rows('/batch/', 'batch');
    assert.deepEqual([batch.event, batch.distinct_id, batch.uuid, batch.properties.plan], ['Signed Up', one.anonymousId, one.messageId, 'pro']);
    assert.equal(there.requests.find(({ url }) => url === '/batch/').json.api_key, 'phc_1');
  });

  test('GA4 and Meta: secrets where each wants them', async (t) => {
    const there = await vendor(t, () => ({ status: 204, body: '' }));
    const { log, status } = forward(t, {
      ga4: { type: 'ga4', measurementId: 'G-1', apiSecret: { env: 'GA4' }, endpoint: `${there.url}/mp/collect`, start: 'first' },
      meta: { type: 'meta', pixelId: '42', token: { env: 'META' }, testEventCode: 'T1', endpoint: `${there.url}/v24.0/42/events`, start: 'first' },
    }, { env: { GA4: 'ga-secret', META: 'meta-secret' } });
    const one = event({ event: 'Signed Up', properties: { type: 'mail' }, userId: 'u' });
    await append(log, [one]);
    await until(async () => (await status('ga4')).delivered === 1 && (await status('meta')).delivered === 1);
    const [ga4, meta] = ['/mp', '/v24'].map((start) => there.requests.find(({ url }) => url.startsWith(start)));
    assert.equal(ga4.url, '/mp/collect?measurement_id=G-1&api_secret=ga-secret');
    assert.deepEqual(ga4.json, { events: [{ name: 'sign_up', params: { engagement_time_msec: 1, method: 'mail' } }], client_id: one.anonymousId, user_id: 'u', timestamp_micros: 1767225600010000 });
    assert.equal(meta.headers.authorization, 'Bearer meta-secret');
    assert.deepEqual([meta.json.test_event_code, meta.json.data[0].event_id, meta.json.data[0].event_time], ['T1', one.messageId, 1767225600]);
  });

  test('a webhook: signed, with headers of its own, alone or as a list', async (t) => {
    const there = await vendor(t);
    const { log, status } = forward(t, {
      one: webhook(there, { secret: { env: 'HOOK' }, headers: { 'x-tenant': 'a' } }),
      list: webhook(there, { batch: 10, mapping: { global: { mappings: [{ inputKey: 'messageId', outputKey: 'id' }] } } }),
    }, { env: { HOOK: 'hook-secret' } });
    const sent = [event(), event()];
    await append(log, sent);
    await until(async () => (await status('one')).delivered === 2 && (await status('list')).delivered === 2);
    const single = there.requests.find(({ json }) => !Array.isArray(json));
    assert.equal(single.headers['x-tenant'], 'a');
    assert.equal(single.headers['x-firsthand-signature'], `sha256=${createHmac('sha256', 'hook-secret').update(single.text).digest('hex')}`);
    const lists = there.requests.filter(({ json }) => Array.isArray(json));
    assert.deepEqual(lists.flatMap(({ json }) => json), sent.map(({ messageId }) => ({ id: messageId })));
  });
});

describe('what does not go out', () => {
  test('without the consent of its category, and from write keys that are not its own', async (t) => {
    const there = await vendor(t, () => SEGMENT_OK);
    const consent = (ads) => ({ context: { consent: { categoryPreferences: { analytics: true, ads } } } });
    const { log, status } = forward(t, {
      strict: segment(there, { consent: 'ads' }),
      lenient: segment(there, { key: 'lenient', consent: { category: 'ads', unknown: 'send' }, writeKeys: ['mine'] }),
    });
    const [granted, denied, unknown, other] = [event(consent(true)), event(consent(false)), event(), event(consent(true))];
    await append(log, [granted, denied, unknown], 'mine');
    await append(log, [other], 'theirs');
    await until(async () => (await status('strict')).behind === 0 && (await status('lenient')).behind === 0);
    const ids = (key) => there.requests.filter(({ headers }) => atob(headers.authorization.slice(6)) === `${key}:`).flatMap(({ json }) => json.batch.map(({ messageId }) => messageId));
    assert.deepEqual(ids('write-key'), [granted.messageId, other.messageId]);
    assert.deepEqual(ids('lenient'), [granted.messageId, unknown.messageId]);
    assert.equal((await status('strict')).kept, 2);
  });

  test('what a filter keeps back', async (t) => {
    const there = await vendor(t, () => SEGMENT_OK);
    const { log, status } = forward(t, { there: segment(there, { filters: [{ action: 'deny', events: ['Secret Thing'] }] }) });
    const [shown, hidden] = [event(), event({ event: 'Secret Thing' })];
    await append(log, [hidden, shown]);
    await until(async () => (await status('there')).behind === 0);
    assert.deepEqual(idsOf(there), [shown.messageId]);
  });

  test('what was stored before a destination was, unless it says so', async (t) => {
    const there = await vendor(t, () => SEGMENT_OK);
    const before = forward(t, {});
    await append(before.log, [event()]);
    await before.close();
    const { log, status } = forward(t, { there: segment(there, { start: undefined }) }, { db: before.db });
    const later = event();
    await append(log, [later]);
    await until(async () => (await status('there')).delivered === 1);
    assert.deepEqual(idsOf(there), [later.messageId]);
  });
});

describe('a destination in trouble', () => {
  test('one is down, one hangs, one refuses rows: the healthy one gets everything at once', async (t) => {
    const healthy = await vendor(t, () => SEGMENT_OK);
    let release;
    const held = new Promise((done) => { release = done; });
    const slow = await vendor(t, () => held.then(() => SEGMENT_OK));
    const gone = await vendor(t);
    gone.stop();
    const sent = Array.from({ length: 20 }, (_, i) => event({ event: i % 5 === 0 ? 'Bad' : 'Good' }));
    const bad = new Set(sent.filter((one) => one.event === 'Bad').map(({ messageId }) => messageId));
    const picky = await vendor(t, ({ json }) => {
      const errors = json.batch.filter(({ messageId }) => bad.has(messageId)).map(({ messageId }) => ({ messageId, error: 'no Bad here' }));
      return { status: errors.length ? 207 : 200, body: errors.length ? { success: false, errors } : { success: true } };
    });
    const { log, status } = forward(t, { healthy: segment(healthy), slow: segment(slow), gone: segment(gone), picky: segment(picky) });
    await append(log, sent);
    await until(async () => (await status('healthy')).delivered === 20 && (await status('picky')).dead === 4 && (await status('gone')).failures > 2);
    assert.equal((await status('picky')).delivered, 16);
    assert.equal((await status('slow')).delivered, 0);
    assert.match((await status('gone')).error, /ECONNREFUSED/);
    assert.equal((await status('gone')).behind, 20);
    const letters = await log.deadLetters('picky', {});
    assert.deepEqual(letters.map(({ messageId, reason }) => [messageId, reason]), [...bad].map((id) => [id, 'no Bad here']));

    release();
    const back = await vendor(t, () => SEGMENT_OK, { port: gone.port });
    await until(async () => (await status('slow')).behind === 0 && (await status('gone')).behind === 0);
    assert.deepEqual(idsOf(back), sent.map(({ messageId }) => messageId));
    assert.equal((await status('gone')).error, undefined);
  });

  test('dead letters go out again by replay, and those that are refused again stay', async (t) => {
    let strict = true;
    const there = await vendor(t, ({ json }) => (strict || json.event === 'Never' ? { status: 422, body: 'wrong' } : {}));
    const { log, status, own } = forward(t, { there: webhook(there) });
    await append(log, [event(), event({ event: 'Never' })]);
    await until(async () => (await status('there')).dead === 2 && (await status('there')).behind === 0);
    strict = false;
    assert.deepEqual(await replay(log, own.there), { delivered: 1, failed: 1 });
    assert.deepEqual((await log.deadLetters('there', {})).map(({ reason }) => reason), ['422 wrong']);
  });

  test('a refused batch is halved until the event that is wrong stands alone', async (t) => {
    const there = await vendor(t, ({ json }) => (json.data.some(({ event_name: name }) => name === 'Poison')
      ? { status: 400, body: { error: { message: 'Invalid parameter', code: 100 } } } : { body: { events_received: json.data.length } }));
    const { log, status } = forward(t, { there: { type: 'meta', pixelId: '1', token: 'token', endpoint: there.url, start: 'first' } });
    const sent = Array.from({ length: 30 }, (_, i) => event({ event: i === 17 ? 'Poison' : 'Fine' }));
    await append(log, sent);
    await until(async () => (await status('there')).behind === 0);
    assert.deepEqual([(await status('there')).delivered, (await status('there')).dead], [29, 1]);
    assert.ok(there.requests.length <= 12, `${there.requests.length} requests`);
    const [{ messageId, reason }] = await log.deadLetters('there', {});
    assert.equal(messageId, sent[17].messageId);
    assert.match(reason, /^400 .*Invalid parameter/);
  });

  test('Amplitude names rows: they are put aside, the others go again', async (t) => {
    const there = await vendor(t, ({ json }) => {
      const at = json.events.map(({ event_type: type }, i) => (type === 'Bad' ? i : -1)).filter((i) => i >= 0);
      return at.length ? { status: 400, body: { code: 400, error: 'Invalid field values', events_with_invalid_fields: { time: at } } } : { body: { code: 200, events_ingested: json.events.length } };
    });
    const { log, status } = forward(t, { there: { type: 'amplitude', key: 'K', endpoint: there.url, start: 'first' } });
    await append(log, [event(), event({ event: 'Bad' }), event()]);
    await until(async () => (await status('there')).behind === 0);
    assert.deepEqual([(await status('there')).delivered, (await status('there')).dead, there.requests.length], [2, 1, 2]);
  });

  test('backends that speak Segment\'s format are understood in their own words', async (t) => {
    const there = await vendor(t, () => ({ body: { ok: true } }));
    const { log, status } = forward(t, { there: segment(there, { dialect: 'jitsu' }) });
    await append(log, [event()]);
    await until(async () => (await status('there')).delivered === 1);
    assert.equal(there.requests.length, 1);
  });

  test('413: smaller requests', async (t) => {
    const there = await vendor(t, ({ json }) => (json.batch.length > 3 ? { status: 413 } : SEGMENT_OK));
    const { log, status } = forward(t, { there: segment(there) });
    const sent = Array.from({ length: 10 }, () => event());
    await append(log, sent);
    await until(async () => (await status('there')).behind === 0);
    assert.equal((await status('there')).delivered, 10);
    assert.deepEqual(idsOf({ requests: there.requests.filter(({ json }) => json.batch.length <= 3) }), sent.map(({ messageId }) => messageId));
  });

  test('an answer that acknowledges nothing is none, and a wrong key waits', async (t) => {
    const answers = [{ body: '<html>sign in</html>' }, { status: 401, body: { error: 'bad key' } }, { status: 500 }, { status: 429, headers: { 'retry-after': '0' } }];
    const there = await vendor(t, (_, n) => answers[n - 1] ?? SEGMENT_OK);
    const { log, status, lines } = forward(t, { there: segment(there) });
    await append(log, [event()]);
    await until(async () => (await status('there')).delivered === 1);
    assert.deepEqual([there.requests.length, (await status('there')).dead], [5, 0]);
    assert.equal(new Set(there.requests.map(({ json }) => json.batch[0].messageId)).size, 1);
    assert.deepEqual(lines.map(({ level }) => level), ['warn', 'error', 'warn', 'warn', 'info']);
  });

  test('Retry-After is waited for', async (t) => {
    const at = [];
    const there = await vendor(t, (_, n) => { at.push(performance.now()); return n === 1 ? { status: 503, headers: { 'retry-after': '1' } } : SEGMENT_OK; });
    const { log, status } = forward(t, { there: segment(there) });
    await append(log, [event()]);
    await until(async () => (await status('there')).delivered === 1);
    assert.ok(at[1] - at[0] >= 1000, `${at[1] - at[0]} ms`);
  });

  test('an event that a vendor stumbles over holds up no other, and is given up in the end', async (t) => {
    const there = await vendor(t, ({ json }) => (json.batch.some(({ event: name }) => name === 'Poison') ? { status: 500, body: 'boom' } : SEGMENT_OK));
    let later = 0;
    const { log, status } = forward(t, { there: segment(there, { giveUpHours: 1 }) }, { now: () => Date.now() + later });
    await append(log, [event(), event({ event: 'Poison' }), event()]);
    await until(async () => (await status('there')).delivered >= 1 && (await status('there')).failures > 12);
    assert.equal((await status('there')).dead, 0);
    later = 3_600_001;
    await until(async () => (await status('there')).behind === 0);
    assert.deepEqual([(await status('there')).delivered, (await status('there')).dead], [2, 1]);
  });

  test('what is too large for a vendor, or is refused by its dialect, is put aside with the reason', async (t) => {
    const there = await vendor(t, () => ({ body: { status: 1 } }));
    const { log, status } = forward(t, {
      ga4: { type: 'ga4', measurementId: 'G', apiSecret: 's', endpoint: there.url, start: 'first', mapping: { global: { mappings: [{ inputKey: '.', outputKey: 'all' }] } } },
      posthog: { type: 'posthog', key: 'k', endpoint: there.url, start: 'first' },
    });
    await append(log, [event({ properties: { text: 'x'.repeat(140_000) } }), event({ userId: 'undefined' })]);
    await until(async () => (await status('ga4')).dead === 1 && (await status('posthog')).dead === 1);
    assert.match((await log.deadLetters('ga4', {}))[0].reason, /^too_large: 14\d+ bytes, ga4 takes 130000$/);
    assert.match((await log.deadLetters('posthog', {}))[0].reason, /^invalid_user_id: /);
  });

  test('secrets are neither logged nor kept with a dead letter', async (t) => {
    const there = await vendor(t, ({ headers }) => ({ status: 422, body: `your ${headers.authorization} is not welcome` }));
    const { log, status, lines } = forward(t, { there: webhook(there, { headers: { authorization: { env: 'TOKEN' } } }) }, { env: { TOKEN: 'very-secret' } });
    await append(log, [event()]);
    await until(async () => (await status('there')).dead === 1);
    const [{ reason }] = await log.deadLetters('there', {});
    assert.equal(reason, '422 your *** is not welcome');
    assert.doesNotMatch(JSON.stringify(lines), /very-secret/);
  });
});

describe('the end', () => {
  test('what is under way is finished; what waits goes out at the next start, nothing twice', async (t) => {
    const there = await vendor(t, () => SEGMENT_OK);
    const first = forward(t, { there: segment(there, { batch: 3 }) });
    const sent = Array.from({ length: 400 }, () => event());
    await append(first.log, sent);
    await until(() => there.requests.length > 3);
    await first.close();
    const before = idsOf(there).length;
    assert.ok(before < 400, 'it ended in the middle');
    const { status } = forward(t, { there: segment(there, { batch: 3 }) }, { db: first.db });
    await until(async () => (await status('there')).behind === 0);
    assert.deepEqual(idsOf(there), sent.map(({ messageId }) => messageId));
  });

  test('a vendor that hangs does not hold it up, and gets its events later', async (t) => {
    let hangs = true;
    const there = await vendor(t, () => (hangs ? new Promise(() => {}) : SEGMENT_OK));
    const first = forward(t, { there: segment(there) }, { graceMs: 50 });
    const one = event();
    await append(first.log, [one]);
    await until(() => there.requests.length === 1);
    await first.close();
    hangs = false;
    const { status } = forward(t, { there: segment(there) }, { db: first.db });
    await until(async () => (await status('there')).behind === 0);
    assert.deepEqual(idsOf(there), [one.messageId, one.messageId]);
  });
});
