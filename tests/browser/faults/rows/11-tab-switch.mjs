// Another tab comes to the front (WebKit: the window is minimised), then the
// system kills the browser.
export default {
  number: 11,
  order: 8,
  name: 'Tab switch in the wake of the calls, then kill -9',
  expect: 'all live: sent when hidden',
  repeats: 20,
  liveMs: 500,
  run: async ({ browser, visit, track, pause }) => {
    const page = await visit();
    await track(page);
    await page.hide(); // resolves when document.hidden is true
    await pause(300);
    await browser.kill();
  },
  back: ({ browser }) => browser.restart(),
};
