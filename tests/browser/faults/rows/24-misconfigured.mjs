// A deployment error. The slow schedule is five minutes: here the next visit.
export default {
  number: 24,
  order: 34,
  name: '401 or 404 until the tab is closed',
  cases: ['401', '404'],
  expect: 'all at the next visit, one request and no hot loop',
  liveExpected: 'none',
  liveMs: 300,
  realTime: '3 s',
  run: async ({ kase, site, visit, track, until, pause, gone, proof, notes }) => {
    site.mode('status', { status: Number(kase) });
    const page = await visit();
    await track(page);
    await until(() => site.posts.some(({ status }) => status === Number(kase)), { what: `a ${kase}` });
    await pause(3000);
    notes.asked = site.posts.length;
    await page.close();
    proof(await gone(page), 'the tab still answers');
    await pause(300);
  },
  holds: ({ notes }) => notes.asked === 1 || `${notes.asked} requests in 3 s`,
};
