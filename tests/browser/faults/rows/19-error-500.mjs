export default {
  number: 19,
  order: 11,
  name: '500 for 20 s',
  expect: 'all live, at most 6 requests in all',
  realTime: '20 s, then up to 32 s of back-off',
  liveMs: 60_000,
  run: async ({ site, visit, track, pause, proof, notes }) => {
    site.mode('status', { status: 500 });
    const page = await visit();
    await track(page);
    await pause(20_000);
    notes.failed = site.posts.filter(({ status }) => status === 500).length;
    proof(notes.failed > 0 && site.stored().length === 0, 'no 500');
    site.mode('ok');
  },
  holds: ({ requests }) => requests <= 6 || `${requests} requests`,
};
