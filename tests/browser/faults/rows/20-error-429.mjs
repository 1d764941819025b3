// Told to wait 3 s by the body or by the header.
export default {
  number: 20,
  order: 32,
  name: '429 with 3 s to wait',
  cases: ['body', 'header'],
  expect: 'all live, nothing sent before the time is over',
  realTime: '3 s',
  liveMs: 20_000,
  run: async ({ kase, site, visit, track, until, proof, notes }) => {
    site.mode('busy', { seconds: 3, by: kase });
    const page = await visit();
    await track(page);
    await until(() => site.posts.some(({ status }) => status === 429), { what: 'a 429' });
    site.mode('ok');
    await until(() => site.posts.length > 1, { what: 'the next request' });
    notes.waited = site.posts[1].at - site.posts[0].at;
    proof(site.posts[0].status === 429, 'no 429');
  },
  holds: ({ notes }) => notes.waited >= 3000 || `asked again after ${notes.waited} ms`,
};
