// Offline, the tab is closed, and the visitor comes back online.
export default {
  number: 18,
  order: 12,
  name: 'Offline, tab closed, back later',
  expect: 'all at the next visit',
  liveExpected: 'none',
  liveMs: 1000,
  run: async ({ engine, site, visit, track, until, durable, gone, proof }) => {
    const page = await visit();
    // The drivers' switch (WebKit has none) does not hold for what outlives the
    // page: connections die besides.
    site.mode('reset');
    if (page.offline) await page.offline(true);
    if (page.offline) proof(await until(() => page.eval(() => !navigator.onLine), { ms: 5000 }).catch(() => false), 'still online');
    await track(page);
    await durable(page);
    await page.close();
    proof(await gone(page), 'the tab still answers');
    proof(site.stored().length === 0, `${engine} was online`);
  },
};
