// A tab is frozen with a full queue, another one adopts its rows and delivers
// them, then it thaws: it must not send them again.
const HANDED_MS = 30_000; // after which a page sends again what a beacon took

export default {
  number: 12,
  order: 23,
  name: 'Frozen tab, another adopts its events, thaw',
  engines: ['chromium'], // the only one that can be told to freeze a page
  expect: 'all live by the other tab; no copy on the wire after the thaw',
  realTime: '30 s, after which a beacon counts as lost',
  liveMs: 60_000,
  run: async ({ site, visit, track, until, durable, allStored, settled, proof, notes }) => {
    site.mode('reset');
    const page = await visit();
    await page.eval(() => document.addEventListener('freeze', () => (window.frozen = true)));
    await track(page);
    await durable(page);
    await page.freeze(true);
    const handed = Date.now();
    proof(site.stored().length === 0, 'the queue was empty');
    site.mode('ok');
    const other = await visit();
    notes.adopted = await allStored(75_000); // an agent looks for orphans once a minute
    await page.freeze(false);
    await page.show();
    proof(await page.eval(() => window.frozen === true), 'not frozen');
    const copies = () => [...site.wire.values()].some((n) => n > 1);
    await until(copies, { ms: Math.max(3000, handed + HANDED_MS + 2000 - Date.now()), every: 100 }).catch(() => {});
    await settled(other);
  },
  holds: ({ notes, wireDouble }) => (!notes.adopted ? 'not adopted while frozen' : !wireDouble || `${wireDouble} copies on the wire`),
};
