// The collector stores, then the connection dies before the answer.
export default {
  number: 27,
  order: 6,
  name: 'Committed, then reset before the answer',
  expect: 'all live; no copy in the store; on the wire only those that the browser makes by itself',
  run: async ({ site, visit, track, until, proof }) => {
    const page = await visit();
    const posts = () => site.posts.length;
    await track(page); // a connection that is used again is what browsers retry on
    await until(() => site.posts.some(({ status }) => status === 200), { what: 'the first answer' });
    site.mode('commitReset');
    const before = posts();
    await track(page);
    await until(() => posts() > before, { what: 'a post' });
    await track(page);
    await until(() => posts() > before + 1, { ms: 20_000, what: 'another post' });
    const resets = site.posts.filter(({ mode }) => mode === 'commitReset');
    proof(resets.length >= 2 && resets.some(({ numbers }) => numbers.length), 'no reset'); // questions have none
    site.mode('ok');
    // The agent must still settle: its last answers were lost.
    await until(async () => (site.posts.at(-1).mode === 'ok'), { ms: 30_000 }).catch(() => {});
  },
};
