// 200 KB are tracked in the task in which the page is left.
export default {
  number: 34,
  order: 17,
  name: '200 KB queued at pagehide',
  expect: 'about 60 KB live (Firefox: all), all at the next visit',
  liveExpected: 'some',
  repeats: 20,
  run: async ({ site, visit, claim, name, until, proof }) => {
    const page = await visit();
    const [from, to] = claim(200);
    await page.eval((event, first, end, url) => {
      const text = 'x'.repeat(1000);
      setTimeout(() => {
        for (let i = first; i < end; i++) window.track(event, { i, text });
        location.href = `${url}/other`;
      }, 50);
    }, name, from, to, site.url);
    proof(await until(() => site.asked.includes('GET /other'), { ms: 10_000 }).catch(() => false), 'no navigation');
  },
};
