// Twenty tabs of a site are open in an outage: what falls on the collector in
// the moment it is back?
const TABS = 20;

export default {
  number: 16,
  order: 39,
  repeats: 5, // of twenty pages each
  name: 'Twenty tabs open when the collector is back',
  expect: 'all live, at most 10 requests in the worst second: they do not all ask at once',
  realTime: 'until the last tab tries again: up to 60 s',
  liveMs: 90_000,
  run: async ({ site, visit, track, until, pause, allStored, proof, notes }) => {
    site.mode('reset');
    for (let i = 0; i < TABS; i++) await track(await visit(), 2);
    await until(() => site.posts.length >= TABS, { what: 'a post of each tab' });
    await pause(5000); // their retries have drifted apart, or not
    proof(site.stored().length === 0, 'there was no outage');
    notes.failed = site.posts.length;
    site.mode('ok');
    const back = Date.now();
    await allStored(90_000);
    notes.recoveryMs = Date.now() - back;
    const times = site.posts.filter(({ mode }) => mode === 'ok').map(({ at }) => at);
    notes.mostASecond = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
  },
  holds: ({ notes }) => notes.mostASecond <= 10 || `${notes.mostASecond} requests in a second`,
};
