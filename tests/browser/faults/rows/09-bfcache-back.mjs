// Left with a full queue, frozen in the back/forward cache, and back.
export default {
  number: 9,
  order: 22,
  name: 'bfcache and back, queue not empty',
  expect: 'all live, none twice in the store',
  liveMs: 40_000,
  run: async ({ site, visit, track, until, proof }) => {
    site.mode('reset');
    const page = await visit();
    await page.eval(() => addEventListener('pageshow', ({ persisted }) => (window.persisted = persisted)));
    await track(page);
    await until(() => site.posts.length > 0, { what: 'a post that fails' });
    await page.goto(`${site.url}/other`);
    proof(site.stored().length === 0, 'the queue was empty');
    site.mode('ok');
    await page.back();
    proof(await until(() => page.eval(() => window.persisted === true), { ms: 5000 }).catch(() => false), 'not from the bfcache');
  },
};
