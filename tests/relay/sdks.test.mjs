// Official SDKs deliver to the relay unchanged: only their address is another.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { installed, open } from '../browser/engines/index.mjs';
import { start, stored, until } from './help.mjs';

const SDKS = new URL('../../build/sdks/', import.meta.url);
const require = createRequire(SDKS);

const byType = (relay) => Object.fromEntries(stored(relay).map((event) => [event.type, event]));

// What both server SDKs are told, with `also` what each wants besides.
const CALLS = {
  track: { userId: 'u1', event: 'Order Completed', properties: { total: 49.99, 'ключ': 'é' }, timestamp: new Date('2026-01-31T09:30:00Z') },
  page: { anonymousId: 'a1', name: 'Shoes', properties: { path: '/shoes' } },
  screen: { userId: 'u1', name: 'Home' },
  identify: { userId: 'u1', traits: { plan: 'pro' }, context: { ip: '203.0.113.7', userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)' } },
  group: { userId: 'u1', groupId: 'g1', traits: { seats: 3 } },
  alias: { userId: 'u2', previousId: 'u1' },
};

function check(events, library) {
  assert.deepEqual(Object.keys(events).sort(), Object.keys(CALLS).sort());
  for (const [type, call] of Object.entries(CALLS)) {
    const event = events[type];
    assert.equal(event.context.library.name, library);
    for (const name of ['userId', 'anonymousId', 'event', 'name', 'groupId', 'previousId']) {
      if (call[name] !== undefined) assert.equal(event[name], call[name], `${type}.${name}`);
    }
    for (const [name, value] of Object.entries({ ...call.properties, ...call.traits })) {
      assert.deepEqual((event.properties ?? event.traits)[name], value, `${type} ${name}`);
    }
  }
  const { timestamp, sentAt, receivedAt } = events.track;
  assert.equal(Date.parse(timestamp) - CALLS.track.timestamp, Date.parse(receivedAt) - Date.parse(sentAt));
  // Of the person, as the server tells; the server's own address is not his.
  assert.equal(events.identify.context.ip, '203.0.113.7');
  assert.deepEqual(events.identify.context.os, { name: 'iOS', version: '18.0' });
  assert.equal(events.track.context.ip, undefined);
}

test('@segment/analytics-node delivers', async (t) => {
  const relay = await start(t);
  const { Analytics } = require('@segment/analytics-node');
  const analytics = new Analytics({ writeKey: 'node-key', host: relay.url });
  const failures = [];
  analytics.on('error', (error) => failures.push(error));
  for (const [type, call] of Object.entries(CALLS)) analytics[type](call);
  await analytics.closeAndFlush();
  assert.deepEqual(failures, []);
  check(byType(relay), '@segment/analytics-node');
  assert.equal(relay.log.read(0, 1)[0].writeKey, 'node-key');
});

test('@rudderstack/rudder-sdk-node delivers, compressed as it does by default', async (t) => {
  const relay = await start(t);
  const Rudder = require('@rudderstack/rudder-sdk-node');
  const client = new (Rudder.default ?? Rudder)('rudder-key', { dataPlaneUrl: relay.url, flushInterval: 10, logLevel: 'error' });
  t.after(() => clearTimeout(client.timer));
  const failures = [];
  for (const [type, call] of Object.entries(CALLS)) client[type](call, (error) => { if (error) failures.push(error); });
  await client.flush();
  await until(() => relay.log.count() === Object.keys(CALLS).length);
  assert.deepEqual(failures, []);
  check(byType(relay), 'analytics-node'); // as it calls itself
  assert.equal(relay.log.read(0, 1)[0].writeKey, 'rudder-key');
});

const BUNDLE = new URL('node_modules/@segment/analytics-next/dist/umd/standalone.js', SDKS);

for (const strategy of ['standard', 'batching']) {
  test(`the real analytics-next delivers from Chromium, settings and all (${strategy})`, { skip: installed('chromium') ? false : 'no Chromium' }, async (t) => {
    const relay = await start(t, { site: new URL('./sdks/site', import.meta.url).pathname, mounts: [{ prefix: '/ajs', dir: new URL('.', BUNDLE).pathname }] });
    const browser = await open('chromium');
    t.after(() => browser.cleanup());
    const page = await browser.page();
    await page.goto(`${relay.url}/?strategy=${strategy}`);
    await until(() => relay.log.count() >= 4);
    const events = byType(relay);
    assert.equal(events.track.event, 'Order Completed');
    assert.equal(events.track.properties.total, 49.99);
    assert.equal(events.identify.userId, 'u1');
    assert.equal(events.group.groupId, 'g1');
    assert.equal(events.page.context.page.url.split('?')[0], `${relay.url}/`);
    assert.equal(events.track.context.ip, '127.0.0.1');
    assert.match(events.track.context.browser.name, /Chrom/);
    assert.ok(relay.log.read(0, 9).every(({ writeKey }) => writeKey === 'page-key'));
    // It was told that all arrived: nothing waits to be sent again.
    const metrics = await relay.metrics();
    assert.match(metrics, /requests_total\{call="settings",status="200"\} 1/);
    assert.doesNotMatch(metrics, /status="[45]/);
  });
}

test('the bundle is the one that is pinned', () => {
  const { version } = JSON.parse(readFileSync(new URL('node_modules/@segment/analytics-next/package.json', SDKS)));
  const pinned = JSON.parse(readFileSync(new URL('sdks/package.json', import.meta.url))).dependencies;
  assert.equal(version, pinned['@segment/analytics-next']);
});
