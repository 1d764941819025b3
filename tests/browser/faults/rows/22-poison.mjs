// One event in 50 is refused, and the collector does not say which.
export default {
  number: 22,
  order: 13,
  name: 'One poison event in 50 (400 without a word)',
  expect: '49 live, the one counted as refused',
  liveMs: 30_000,
  run: async ({ site, visit, claim, name, mayMiss, until, proof, notes, track, allStored }) => {
    site.mode('poison');
    const page = await visit();
    const [from, to] = claim(50);
    await page.eval((event, first, end) => {
      for (let i = first; i < end; i++) window.track(event, { i, poison: i === 17 });
    }, name, from, to);
    mayMiss(17);
    await until(() => site.posts.some(({ status }) => status === 400), { what: 'a 400' });
    await allStored(25_000);
    await track(page, 1); // the count goes with the next batch
    await until(() => [...site.ledgers.values()].some(({ refused }) => refused), { ms: 10_000 }).catch(() => {});
    notes.refused = [...site.ledgers.values()].reduce((sum, { refused = 0 }) => sum + refused, 0);
    proof(true);
  },
  holds: ({ notes }) => notes.refused === 1 || `${notes.refused} counted as refused`,
};
