// A page opens itself again, with a copy of its sessionStorage, and both track.
export default {
  number: 13,
  order: 30,
  name: 'Duplicate tab by window.open',
  expect: 'all live, in streams of their own',
  run: async ({ site, visit, track, claim, name, until, proof, allStored }) => {
    const [from, to] = claim(5);
    site.pages['/copy'] = site.html({
      after: `<script>if (window.opener) for (let i = ${from}; i < ${to}; i++) window.track('${name}', { i })</script>`,
      body: '<button onclick="w = window.open(location.href)">Duplicate</button>',
    });
    const page = await visit('/copy');
    await track(page);
    await page.click('button');
    await track(page);
    await allStored(8000);
    const streams = new Set(site.stored().map(({ messageId }) => messageId.slice(0, 24)));
    proof(site.asked.filter((line) => line === 'GET /copy').length === 2, 'no second window');
    proof(streams.size === 2, `${streams.size} streams`);
    await page.eval(() => window.w.close());
  },
};
