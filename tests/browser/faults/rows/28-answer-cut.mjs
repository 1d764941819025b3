export default {
  number: 28,
  order: 35,
  name: 'Committed, answer cut half-way',
  expect: 'all live; copies on the wire, none in the store',
  run: async ({ site, visit, track, until, proof }) => {
    site.mode('cut');
    const page = await visit();
    await track(page);
    await until(() => site.posts.length >= 2, { ms: 20_000, what: 'another request' });
    proof(site.posts[0].mode === 'cut' && site.stored().length > 0, 'no answer was cut');
    const cut = site.posts.length;
    site.mode('ok');
    await until(() => site.posts.length > cut, { ms: 30_000 }).catch(() => {});
  },
};
