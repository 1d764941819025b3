// Another origin stores, but its answer may not be read.
export default {
  number: 31,
  order: 36,
  name: 'CORS header missing for 10 s',
  expect: 'all live, no hot loop',
  realTime: '10 s',
  run: async ({ site, visit, track, pause, proof, notes }) => {
    site.mode('noCors');
    site.pages['/cross'] = site.html({ endpoint: `${site.cross}/v1/batch` });
    const page = await visit('/cross');
    await track(page);
    await pause(10_000);
    notes.asked = site.posts.length;
    proof(site.posts.length > 0 && site.posts.every(({ mode }) => mode === 'noCors'), 'no post without the header');
  },
  nextPage: (site) => ({ endpoint: `${site.cross}/v1/batch` }),
  holds: ({ notes }) => notes.asked <= 6 || `${notes.asked} requests in 10 s`,
};
