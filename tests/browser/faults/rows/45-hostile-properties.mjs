// Properties that break serialisers, each between two ordinary events.
export default {
  number: 45,
  order: 27,
  name: 'Hostile properties (8 kinds) between ordinary events',
  expect: 'neighbours all live; the hostile stored bounded or counted; no throw',
  liveMs: 10_000,
  run: async ({ site, visit, claim, name, mayMiss, until, allStored, track, notes }) => {
    const page = await visit();
    const [from] = claim(17);
    const hostile = [1, 3, 5, 7, 9, 11, 13, 15].map((n) => from + n);
    mayMiss(...hostile);
    notes.threw = await page.eval((event, first) => {
      const cycle = {};
      cycle.self = cycle;
      const deep = {};
      for (let i = 0, at = deep; i < 1e5; i++) at = at.d = {};
      const kinds = [
        { get bad() { throw new Error('getter'); } },
        cycle,
        { big: 10n },
        new Proxy({}, { ownKeys() { throw new Error('proxy'); }, get() { throw new Error('proxy'); } }),
        { long: 'x'.repeat(1e7) },
        deep,
        JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}'),
        { toJSON() { throw new Error('toJSON'); } },
      ];
      const threw = [];
      window.track(event, { i: first });
      kinds.forEach((properties, k) => {
        try {
          if (!(k === 3)) Object.defineProperty(properties, 'i', { value: first + 2 * k + 1, enumerable: true });
          window.track(event, properties);
        } catch (error) {
          threw.push(k);
        }
        window.track(event, { i: first + 2 * k + 2 });
      });
      return threw.join() || undefined;
    }, name, from);
    await allStored(8000);
    await track(page, 1);
    await until(() => site.ledgers.size > 0 && site.posts.length > 1, { ms: 5000 }).catch(() => {});
    await allStored(5000);
    const dropped = [...site.ledgers.values()].reduce((sum, by) => sum + Object.values(by).reduce((a, b) => a + b, 0), 0);
    const stored = site.stored().filter(({ properties }) => hostile.includes(properties.i)).length;
    Object.assign(notes, { hostileStored: stored, dropped, by: [...site.ledgers.values()][0] });
  },
  holds: ({ notes }) => (!notes.threw && notes.hostileStored + notes.dropped === 8) || `${notes.hostileStored} stored, ${notes.dropped} counted, threw ${notes.threw}`,
};
