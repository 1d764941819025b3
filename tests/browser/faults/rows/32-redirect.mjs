export default {
  number: 32,
  order: 37,
  name: 'Redirected (302) at first',
  expect: 'refused and kept, all live afterwards',
  liveMs: 30_000,
  run: async ({ site, visit, track, until, proof, notes }) => {
    site.mode('redirect');
    const page = await visit();
    await track(page);
    await until(() => site.posts.some(({ status }) => status === 302), { what: 'a 302' });
    notes.followed = site.asked.filter((line) => line.endsWith('/elsewhere')).length;
    proof(site.stored().length === 0, 'something was stored');
    site.mode('ok');
  },
  holds: ({ notes }) => notes.followed === 0 || 'it followed the redirect',
};
