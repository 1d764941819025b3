// A clock that the test puts forward.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { capture, useClock } from 'firsthand/testing';
import { drivers } from './drivers.mjs';
import { startShop } from './shop.mjs';

const MINUTE = 60_000;

for (const [name, { open, skip }] of drivers) {
  describe(name, { skip }, () => {
    let browser;
    let shop;
    before(async () => {
      shop = await startShop();
      browser = await open();
    });
    after(async () => {
      await browser?.close();
      await shop?.close();
    });

    const scene = (work, options) => async () => {
      const { page, target, close } = await browser.page();
      const clock = await useClock(target, options);
      try {
        await work({ page, target, clock });
      } finally {
        await close();
      }
    };

    test('after 31 minutes a new session begins, on the same page and on the next', scene(async ({ page, target, clock }) => {
      const events = await capture(target, { timeout: 20_000 });
      const visit = async (n) => {
        await page.evaluate((number) => void window.track('Visited', { n: number }), n);
        return events.find('Visited', { n });
      };
      await page.goto(`${shop.url}/`);
      const first = await visit(1);
      await clock.advance(29 * MINUTE);
      const second = await visit(2);
      await clock.advance(31 * MINUTE);
      const third = await visit(3);
      await clock.advance(31 * MINUTE);
      await page.goto(`${shop.url}/next`);
      const fourth = await visit(4);
      const sessions = [first, second, third, fourth].map(({ context }) => context.session.id);
      assert.equal(sessions[0], sessions[1]);
      assert.equal(new Set(sessions).size, 3);
      const indices = [first, second, third, fourth].map(({ context }) => context.session.index - first.context.session.index);
      assert.deepEqual(indices, [0, 0, 1, 2]);
      const minutes = (Date.parse(fourth.timestamp) - Date.parse(first.timestamp)) / MINUTE;
      assert.ok(minutes >= 91 && minutes < 93, String(minutes));
      await events.stop();
    }));

    test('begins where it is told to, and the next page goes on from there', scene(async ({ page, clock }) => {
      await page.goto(`${shop.url}/empty`);
      const read = () => page.evaluate(() => [Date.now(), new Date().getTime(), Date.parse(Date()), new Date(0).getTime()]);
      const start = Date.parse('2030-01-01T00:00:00Z');
      const isAfter = (time, least) => assert.ok(time >= least - 1000 && time < least + MINUTE, `${new Date(time).toISOString()}`);
      for (const time of (await read()).slice(0, 3)) isAfter(time, start);
      assert.equal((await read())[3], 0);
      await clock.advance(24 * 60 * MINUTE);
      isAfter((await read())[0], start + 24 * 60 * MINUTE);
      isAfter(clock.now().getTime(), start + 24 * 60 * MINUTE);
      await page.goto(`${shop.url}/empty?again`);
      isAfter((await read())[0], start + 24 * 60 * MINUTE);
    }, { time: '2030-01-01' }));

    test('timers that are due on the way are called at their time, in order', scene(async ({ page, clock }) => {
      await page.goto(`${shop.url}/empty`);
      await page.evaluate(() => {
        window.calls = [];
        const from = performance.now();
        const note = (what) => window.calls.push([what, Math.round((performance.now() - from) / MINUTE)]);
        const MINUTE = 60_000;
        setTimeout(() => setTimeout(note, MINUTE, 'nested'), 3 * MINUTE);
        const every = setInterval(note, 2 * MINUTE, 'interval');
        setTimeout(() => clearInterval(every), 5 * MINUTE);
        clearTimeout(setTimeout(note, MINUTE, 'cleared'));
        setTimeout(note, 10 * MINUTE, 'later');
        setTimeout((a, b) => note(a + b), 1, 'so', 'on');
        setTimeout("window.calls.push(['text', 0])", MINUTE / 2);
      });
      await clock.advance(6 * MINUTE);
      const due = [['soon', 0], ['text', 0], ['interval', 2], ['interval', 4], ['nested', 4]];
      const called = () => page.evaluate(() => window.calls);
      // The two at four minutes differ by fractions of a millisecond.
      assert.deepEqual((await called()).sort(), due.sort());
      await clock.advance(4 * MINUTE);
      assert.deepEqual((await called()).at(-1), ['later', 10]);
    }));

    test('goes on by itself, and so do timers', scene(async ({ page }) => {
      await page.goto(`${shop.url}/empty`);
      const passed = await page.evaluate(() => new Promise((resolve) => {
        const from = [Date.now(), performance.now()];
        setTimeout(() => resolve([Date.now() - from[0], performance.now() - from[1]]), 30);
      }));
      for (const ms of passed) assert.ok(ms >= 28 && ms < 20_000, String(ms));
    }));

    test('a request under way is no outage: the clock waits for its answer', scene(async ({ page, target, clock }) => {
      const events = await capture(target, { timeout: 20_000 });
      await page.goto(`${shop.url}/`);
      for (let n = 1; n <= 20; n++) {
        await page.evaluate((number) => void window.track('Hourly', { n: number }), n);
        await events.find('Hourly', { n }); // its answer is on its way
        await clock.advance(60 * MINUTE);
      }
      assert.deepEqual(events.requests.map(({ attempt, status }) => [attempt, status]).filter(([attempt, status]) => attempt !== 1 || status !== 200), []);
      await events.stop();
    }));

    test('says what is no time', scene(async ({ target, clock }) => {
      await assert.rejects(clock.advance(-1), { name: 'RangeError', message: /-1 is no number of milliseconds/ });
      await assert.rejects(clock.advance('31m'), RangeError);
      await assert.rejects(useClock(target, { time: 'noon' }), { name: 'TypeError', message: 'useClock: noon is no time' });
    }));
  });
}
