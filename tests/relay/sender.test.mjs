// What the relay adds of who sent: address, user agent, place.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addressOf, subscriberOf, truncate } from '../../relay/address.mjs';
import { openGeo } from '../../relay/geo.mjs';
import { createSenders } from '../../relay/sender.mjs';
import { batch, place, post, start, stored, track } from './help.mjs';
import { mmdb } from './mmdb.mjs';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const PHONE = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const ORIGIN = { Origin: 'https://shop.example' };

const ADDRESSES = [
  // socket, X-Forwarded-For, proxies, the visitor's
  ['203.0.113.9', undefined, 0, '203.0.113.9'],
  ['::ffff:203.0.113.9', undefined, 0, '203.0.113.9'],
  ['10.0.0.1', '1.2.3.4', 0, '10.0.0.1'], // nobody is trusted
  ['10.0.0.1', '203.0.113.9', 1, '203.0.113.9'],
  ['10.0.0.1', '6.6.6.6, 203.0.113.9', 1, '203.0.113.9'], // the first was made up
  ['10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9'],
  ['10.0.0.1', '203.0.113.9', 2, '203.0.113.9'], // came past one of them
  ['10.0.0.1', undefined, 1, '10.0.0.1'],
  ['10.0.0.1', '2001:db8::1', 1, '2001:db8::1'],
  ['10.0.0.1', 'unknown', 1, undefined],
  [undefined, undefined, 0, undefined],
];

for (const [peer, forwarded, proxies, address] of ADDRESSES) {
  test(`of ${peer}, forwarded for ${forwarded}, with ${proxies} proxies the visitor is ${address}`, () => {
    assert.equal(addressOf(peer, forwarded, proxies), address);
  });
}

test('an address is cut to its network', () => {
  const cut = { '203.0.113.9': '203.0.113.0', '2001:db8:1:2:3:4:5:6': '2001:db8:1::', '2001:db8::1': '2001:db8:0::', '::1': '0:0:0::' };
  for (const [whole, network] of Object.entries(cut)) assert.equal(truncate(whole), network);
  assert.equal(subscriberOf('2001:db8:1:2:3:4:5:6'), subscriberOf('2001:db8:1:2::9'));
  assert.equal(subscriberOf('203.0.113.9'), '203.0.113.9');
});

async function contextOf(t, event, headers, { more, ...options } = {}) {
  const relay = await start(t, options);
  const { status } = await post(`${relay.url}/v1/batch`, batch([track(event)], more), headers);
  assert.equal(status, 200);
  return stored(relay)[0].context;
}

test('of a page the relay tells address and user agent, and what that says', async (t) => {
  const context = await contextOf(t, {}, { ...ORIGIN, 'User-Agent': PHONE });
  assert.deepEqual(context, {
    ip: '127.0.0.1', userAgent: PHONE,
    os: { name: 'Android', version: '14' },
    device: { type: 'mobile', manufacturer: 'Google', model: 'Pixel 8' },
    browser: { name: 'Chrome', version: '142.0.0.0' },
  });
});

test('what the event says itself stays, and is read', async (t) => {
  const own = { ip: '203.0.113.9', userAgent: BOT, os: { name: 'Own' }, locale: 'de' };
  const context = await contextOf(t, { context: own }, { ...ORIGIN, 'User-Agent': CHROME });
  assert.deepEqual(context, { ...own, bot: true });
});

test('what is no text is no user agent, and stays', async (t) => {
  for (const userAgent of [null, 7, { a: 1 }]) {
    const context = await contextOf(t, { context: { userAgent } }, { ...ORIGIN, 'User-Agent': CHROME });
    assert.deepEqual(context.userAgent, userAgent);
    assert.equal(context.os.name, 'Linux');
  }
});

test('of a server nothing is told but what its events say', async (t) => {
  assert.equal(await contextOf(t, {}, { 'User-Agent': 'node' }), undefined);
  const context = await contextOf(t, { context: { userAgent: CHROME } }, { 'User-Agent': 'node' });
  assert.deepEqual(Object.keys(context).sort(), ['browser', 'os', 'userAgent']);
});

test('the batch\'s context lies between the event\'s and what the relay knows', async (t) => {
  const more = { context: { os: { name: 'Of the batch' }, userAgent: PHONE, a: 0.5 } };
  const context = await contextOf(t, { context: { a: 1 } }, { ...ORIGIN, 'User-Agent': CHROME }, { more });
  assert.deepEqual([context.os, context.userAgent, context.a], [{ name: 'Of the batch' }, PHONE, 1]);
  assert.equal(context.device.model, 'Pixel 8');
});

test('addresses are kept whole, cut, or not', async (t) => {
  const forwarded = { ...ORIGIN, 'X-Forwarded-For': '203.0.113.9' };
  const ipOf = async (options) => (await contextOf(t, {}, forwarded, { trustProxy: 1, ...options })).ip;
  assert.equal(await ipOf({}), '203.0.113.9');
  assert.equal(await ipOf({ ip: 'truncated' }), '203.0.113.0');
  assert.equal(await ipOf({ ip: 'none' }), undefined);
  await assert.rejects(start(t, { ip: 'half' }), /full, truncated or none/);
});

test('a user agent of any length and form does no harm', () => {
  const facts = createSenders({ ip: 'none' })({ headers: { origin: 'x', 'user-agent': '' }, address: undefined });
  for (const agent of ['', '('.repeat(500), 'Mozilla/'.repeat(100_000), '\0', '"\\"']) {
    const began = performance.now();
    const text = facts.factsText(JSON.stringify(agent));
    JSON.parse(`{${text}}`);
    assert.ok(performance.now() - began < 1000);
  }
});

test('the place of an address is told by the owner\'s database', async (t) => {
  const geo = join(place(t), 'places.mmdb');
  const city = {
    country: { iso_code: 'DE', names: { en: 'Germany', de: 'Deutschland' } }, subdivisions: [{ names: { en: 'Berlin' } }],
    city: { names: { en: 'Berlin' } }, location: { latitude: 52.5, longitude: 13.4 },
  };
  writeFileSync(geo, mmdb('203.0.0.0', 16, city));
  const location = { country: 'Germany', countryCode: 'DE', region: 'Berlin', city: 'Berlin', latitude: 52.5, longitude: 13.4 };
  const locate = openGeo(geo);
  assert.deepEqual(locate('203.0.113.9'), location);
  for (const nowhere of ['203.1.0.1', '::1', 'x']) assert.equal(locate(nowhere), undefined);

  const forwarded = { ...ORIGIN, 'X-Forwarded-For': '203.0.113.9' };
  const context = await contextOf(t, {}, forwarded, { geo, trustProxy: 1, ip: 'none' });
  assert.deepEqual([context.ip, context.location], [undefined, location]);
  // A server tells where its visitor is, by his address.
  assert.deepEqual((await contextOf(t, { context: { ip: '203.0.113.1' } }, {}, { geo })).location, location);
  await assert.rejects(start(t, { geo: import.meta.filename }), /cannot be read/);
});
