// The processes that run pages are killed, the browser lives on.
export default {
  number: 7,
  order: 21,
  name: 'Renderer crash 0.3 s after the calls, collector hangs',
  expect: 'all at the next visit',
  liveExpected: 'none',
  ends: true,
  liveMs: 500,
  run: async ({ browser, site, visit, track, until, pause, gone, proof }) => {
    site.mode('hang');
    const page = await visit();
    await track(page);
    await until(() => site.hung > 0, { what: 'a request that hangs' });
    await pause(300);
    await browser.killRenderers();
    proof(await gone(page), 'the page still answers');
    proof(site.stored().length === 0, 'something was stored before the crash');
  },
  // WebKit's session ends with its page, and Marionette's is no better for it.
  back: async ({ engine, reopen }) => engine !== 'chromium' && reopen(),
};
