// Another script replaces fetch and sendBeacon, after the agent, by ones that throw.
export default {
  number: 48,
  order: 29,
  name: 'fetch and sendBeacon wrapped by ones that throw, tab closed',
  expect: 'all live by the native functions, or all at the next visit',
  liveExpected: 'some',
  liveMs: 500,
  run: async ({ site, visit, track, pause, gone, proof, notes }) => {
    const page = await visit();
    await page.eval(() => {
      window.thrown = 0;
      const bad = () => {
        window.thrown++;
        throw new Error('wrapped');
      };
      window.fetch = bad;
      navigator.sendBeacon = bad;
    });
    await track(page);
    await pause(500);
    notes.thrown = await page.eval(() => window.thrown);
    proof(await page.eval(() => { try { fetch('/'); } catch { return true; } }), 'not wrapped');
    notes.whileOpen = site.stored().length;
    await page.close();
    proof(await gone(page), 'the tab still answers');
  },
};
