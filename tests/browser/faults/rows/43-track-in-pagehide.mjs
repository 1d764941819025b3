// The page calls track in its own pagehide handler, which runs after the agent's.
export default {
  number: 43,
  order: 9,
  name: 'track() in another pagehide handler',
  cases: ['navigation', 'tab close'],
  expect: 'all live',
  repeats: 20,
  run: async ({ kase, site, visit, claim, name, until, pause, gone, proof }) => {
    const [from, to] = claim(3);
    site.pages['/late'] = site.html({
      after: `<script>addEventListener('pagehide', () => {
        navigator.sendBeacon('/report?pagehide');
        for (let i = ${from}; i < ${to}; i++) window.track('${name}', { i });
      })</script>`,
    });
    const page = await visit('/late');
    await page.eval(() => new Promise((resolve) => window.track.ready(resolve)));
    if (kase === 'tab close') {
      await page.close();
      proof(await gone(page), 'the tab still answers');
    } else await page.goto(`${site.url}/other`);
    await pause(50);
    proof(await until(() => site.reports.includes('pagehide'), { ms: 5000 }).catch(() => false), 'no pagehide');
  },
};
