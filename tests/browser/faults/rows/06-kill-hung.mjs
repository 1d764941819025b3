export default {
  number: 6,
  order: 20,
  name: 'kill -9 after 8 s without an answer',
  expect: 'all at the next visit',
  liveExpected: 'none',
  realTime: '8 s',
  liveMs: 200,
  run: async ({ browser, site, visit, track, pause, proof }) => {
    site.mode('hang');
    const page = await visit();
    await track(page);
    await pause(8000);
    proof(site.hung > 0, 'no request hangs');
    await browser.kill();
    proof(site.stored().length === 0, 'something was stored before the kill');
  },
  back: ({ browser }) => browser.restart(),
};
