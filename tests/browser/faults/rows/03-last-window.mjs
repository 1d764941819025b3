// The browser is closed as its user would close it.
export default {
  number: 3,
  order: 3,
  name: 'Browser closed 30 ms after the calls',
  cases: ['by its user', 'by the driver'],
  expect: 'all at the next visit at the latest (Chromium drops what it was handed while it closes)',
  liveExpected: 'some',
  repeats: 20,
  liveMs: 1500,
  run: async ({ kase, browser, visit, track, pause }) => {
    const page = await visit();
    await track(page);
    await pause(30);
    // Both resolve when no process of the browser is left: the proof.
    await (kase === 'by its user' ? browser.closeLikeAPerson() : browser.close());
  },
  back: ({ browser }) => browser.restart(),
};
