export default {
  number: 25,
  order: 14,
  name: 'No answer to the first request',
  expect: 'given up after 15 s, all live under the same ids',
  realTime: '15 s',
  liveMs: 40_000,
  run: async ({ site, visit, track, until, proof, notes }) => {
    site.mode('hang');
    const page = await visit();
    await track(page);
    await until(() => site.hung > 0, { what: 'a request that hangs' });
    site.mode('ok'); // that one goes on hanging
    await until(() => site.posts.length > 1, { ms: 40_000, what: 'another request' });
    notes.after = site.posts[1].at - site.posts[0].at;
    proof(site.posts[0].mode === 'hang', 'nothing hung');
  },
};
