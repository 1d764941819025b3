// The browser is closed as its user would close it.
export default {
  number: 3,
  order: 3,
  name: 'Browser closed 30 ms after the calls',
  cases: ['by its user', 'by the driver'],
  expect: 'all at the next visit at the latest (Chromium drops what it was handed while it closes)',
  liveExpected: 'some',
  repeats: 20,
  ends: true,
  liveMs: 1500,
  run: async ({ kase, browser, visit, track, pause, gone, proof }) => {
    const page = await visit();
    await track(page);
    await pause(30);
    await (kase === 'by its user' ? browser.closeLikeAPerson() : browser.close());
    proof(await gone(page), 'the browser still answers');
  },
  back: ({ browser }) => browser.restart(),
};
