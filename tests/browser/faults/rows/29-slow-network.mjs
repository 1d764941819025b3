// A second to the collector and a second back, for each byte and each handshake.
const ONE_WAY_MS = 1000;

export default {
  number: 29,
  order: 33,
  name: 'Slow network: 2 s to an answer',
  expect: 'all live, nothing sent twice, one request at a time',
  realTime: 'a few round trips',
  liveMs: 30_000,
  run: async ({ site, visit, track, until, pause, allStored, settled, proof, notes }) => {
    const url = await site.far(ONE_WAY_MS);
    // Counted in the page: the collector sees them a second late.
    const before = `<script>{
      const native = fetch;
      flying = most = 0;
      window.fetch = function () {
        most = Math.max(most, ++flying);
        return native.apply(this, arguments).finally(() => flying--);
      };
    }</script>`;
    site.pages['/far'] = site.html({ endpoint: `${url}/v1/batch`, before });
    const page = await visit('/far');
    for (let i = 0; i < 4; i++) {
      await track(page);
      await pause(500); // calls go on while an answer is out
    }
    await allStored(30_000);
    // The answers are still on their way.
    notes.settled = await settled(page, 15_000);
    await until(() => page.eval(() => flying === 0), { ms: 15_000 }).catch(() => {});
    notes.most = await page.eval(() => most);
    notes.roundTripMs = await page.eval(async (address) => {
      const began = performance.now();
      await fetch(address, { method: 'POST', mode: 'no-cors' });
      return Math.round(performance.now() - began);
    }, `${url}/report`);
    proof(notes.roundTripMs >= 2 * ONE_WAY_MS, 'the network is fast');
  },
  holds: ({ notes, wireDouble }) => (notes.most <= 1 && !wireDouble) || `${notes.most} requests at once, ${wireDouble} copies on the wire`,
};
