// kill -9 of every process of the browser while no answer comes.
const AFTER = { '0.3 s': 300, '20 ms': 20, 'at once': 0 };

export default {
  number: 5,
  order: 4,
  name: 'kill -9 after the calls, collector hangs',
  cases: Object.keys(AFTER),
  expect: 'all at the next visit; 20 ms and at once: what the journal had committed',
  liveExpected: 'none',
  repeats: 20,
  liveMs: 200,
  nextMs: 12_000,
  // Younger than the commit: measured, not asked for.
  mayLose: ({ case: kase }) => kase !== '0.3 s',
  run: async ({ kase, browser, site, visit, track, pause, proof }) => {
    site.mode('hang');
    const page = await visit();
    await page.eval(() => new Promise((resolve) => window.track.ready(resolve)));
    await track(page);
    await pause(AFTER[kase]);
    await browser.kill();
    proof(site.stored().length === 0, 'something was stored before the kill');
  },
  back: ({ browser }) => browser.restart(),
};
