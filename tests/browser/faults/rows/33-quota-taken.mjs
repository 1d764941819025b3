// Another script's 60 KB hang: 64 KiB are all that a page's keepalive requests have.
export default {
  number: 33,
  order: 16,
  name: "Keepalive quota taken by another script, tab closed",
  expect: 'all live: sent without keepalive while the page lives',
  liveMs: 1000,
  run: async ({ site, visit, track, allStored, gone, proof, notes }) => {
    const page = await visit();
    // fetch, because Firefox counts no beacons.
    await page.eval(() => void fetch('/hang', { method: 'POST', keepalive: true, body: 'x'.repeat(60_000) }).catch(() => {}));
    proof(await page.eval(() => fetch('/report?quota', { method: 'POST', keepalive: true, body: 'x'.repeat(10_000) }).then(() => false, () => true)), 'the quota is free');
    await track(page, 40, { text: 'x'.repeat(200) });
    await allStored(5000);
    notes.whileOpen = site.stored().length;
    await page.close();
    proof(await gone(page), 'the tab still answers');
  },
};
