// The system shuts down: SIGTERM to the browser while no answer comes. Chromium
// runs no page's handlers then, Firefox some, WebKit's is as good as a kill.
export default {
  number: 4,
  order: 4,
  name: 'SIGTERM to the browser, collector hangs',
  expect: 'all at the next visit',
  liveExpected: 'none',
  liveMs: 200,
  nextMs: 12_000,
  run: async ({ browser, site, visit, track, until, durable, proof }) => {
    site.mode('hang');
    const page = await visit();
    await track(page);
    await until(() => site.hung > 0, { what: 'a request that hangs' });
    await durable(page);
    await browser.terminate(); // resolves when no process of the browser is left
    proof(site.stored().length === 0, 'something was stored before the end');
  },
  back: ({ browser }) => browser.restart(),
};
