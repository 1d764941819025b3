export default {
  number: 21,
  order: 33,
  name: '413 for more than 10 events',
  expect: 'all live, in smaller batches',
  liveMs: 30_000,
  run: async ({ site, visit, track, until, proof }) => {
    site.mode('large', { most: 10 });
    const page = await visit();
    await track(page, 50);
    await until(() => site.posts.some(({ status }) => status === 413), { what: 'a 413' });
    proof(true);
  },
};
