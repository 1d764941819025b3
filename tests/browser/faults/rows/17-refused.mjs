// Nobody listens at the collector, which has a port of its own.
export default {
  number: 17,
  order: 10,
  name: 'Collector refuses connections for 25 s',
  expect: 'all live',
  realTime: '25 s, then up to 32 s of back-off',
  liveMs: 60_000,
  run: async ({ site, visit, track, pause, proof }) => {
    await site.refuse();
    site.pages['/cross'] = site.html({ endpoint: `${site.cross}/v1/batch` });
    const page = await visit('/cross');
    await track(page);
    await pause(25_000);
    proof(await page.eval((url) => fetch(url, { method: 'POST', mode: 'no-cors' }).then(() => false, () => true), site.cross), 'somebody listens');
    proof(site.stored().length === 0, 'something was stored');
    await site.accept();
  },
  nextPage: (site) => ({ endpoint: `${site.cross}/v1/batch` }),
};
