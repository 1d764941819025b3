// Left into the back/forward cache, and the browser ends before a return.
export default {
  number: 10,
  repeats: 20,
  order: 23,
  name: 'bfcache, never back, kill -9',
  expect: 'all live: sent at pagehide',
  run: async ({ browser, site, visit, claim, name, until, pause, proof }) => {
    const page = await visit();
    const [from, to] = claim(5);
    await page.eval((event, first, end, url) => {
      addEventListener('pagehide', ({ persisted }) => navigator.sendBeacon('/report?persisted=' + persisted));
      setTimeout(() => {
        for (let i = first; i < end; i++) window.track(event, { i });
        location.href = `${url}/other`;
      }, 50);
    }, name, from, to, site.url);
    await until(() => site.reports.length > 0, { ms: 10_000, what: 'a pagehide' }).catch(() => {});
    proof(site.reports.includes('persisted=true'), 'not into the bfcache');
    await pause(1000);
    await browser.kill();
  },
  back: ({ browser }) => browser.restart(),
};
