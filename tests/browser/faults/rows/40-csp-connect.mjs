// The page's CSP forbids the endpoint; a later page of the site allows it.
export default {
  number: 40,
  order: 19,
  name: "CSP connect-src blocks the collector, tab closed",
  expect: 'all at the next visit to a page that allows it, no hot loop',
  liveExpected: 'none',
  realTime: '6 s',
  liveMs: 300,
  run: async ({ site, visit, track, pause, durable, gone, proof, notes }) => {
    const html = site.html({ before: '<script>violations = 0; document.addEventListener("securitypolicyviolation", () => violations++)</script>' });
    site.pages['/csp'] = (req, res) => res.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': "connect-src 'none'" }).end(html);
    const page = await visit('/csp');
    await track(page);
    await durable(page);
    await pause(6000);
    notes.violations = await page.eval(() => violations);
    proof(notes.violations > 0, 'nothing was blocked');
    await page.close();
    proof(await gone(page), 'the tab still answers');
    proof(site.posts.length === 0, 'a post came through');
  },
  holds: ({ notes }) => notes.violations <= 6 || `${notes.violations} attempts in 6 s`,
};
