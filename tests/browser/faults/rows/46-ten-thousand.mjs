// 10,000 calls in about a second, a hundred a task.
export default {
  number: 46,
  alone: true, // its figures are times
  repeats: 5,
  order: 28,
  name: '10,000 events in 1 s',
  expect: 'stored and counted as dropped make 10,000; no task over 50 ms',
  liveMs: 5000,
  nextMs: 10_000,
  run: async ({ site, visit, claim, name, mayMiss, until, notes, track, pause }) => {
    const page = await visit();
    const [from, to] = claim(10_000);
    mayMiss(...Array.from({ length: to - from }, (_, i) => i));
    Object.assign(notes, await page.eval(async (event, first, end) => {
      const channel = new MessageChannel();
      const turn = () => new Promise((resolve) => ((channel.port1.onmessage = resolve), channel.port2.postMessage(0)));
      const began = performance.now();
      let longest = 0;
      let calls = 0;
      for (let i = first; i < end; ) {
        const start = performance.now();
        for (let n = 0; n < 100; n++, i++) window.track(event, { i });
        const took = performance.now() - start;
        calls += took;
        longest = Math.max(longest, took);
        await turn();
        // Not faster than a second in all.
        while (performance.now() - began < ((i - first) / (end - first)) * 1000) await turn();
      }
      return { tookMs: Math.round(performance.now() - began), longestMs: Math.round(longest), perCallUs: Math.round((calls / (end - first)) * 1000) };
    }, name, from, to));
    // Until nothing more comes.
    for (let last = -1; last !== site.posts.length; await pause(2500)) last = site.posts.length;
    await track(page, 1); // the count goes with a batch
    await pause(1500);
    const dropped = [...site.ledgers.values()].reduce((sum, by) => sum + Object.values(by).reduce((a, b) => a + b, 0), 0);
    Object.assign(notes, { dropped, uncounted: 10_001 - new Set(site.stored().map(({ properties }) => properties.i)).size - dropped });
  },
  holds: ({ notes }) => (notes.uncounted === 0 && notes.longestMs < 50) || `${notes.uncounted} neither stored nor counted, longest task ${notes.longestMs} ms`,
};
