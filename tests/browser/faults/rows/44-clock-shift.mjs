// The wall clock is set a day forth, then an hour back, in an outage.
const CLOCK = `<script>{
  const now = Date.now.bind(Date);
  let shift = 0;
  Date.now = () => now() + shift;
  setClock = (ms) => (shift = ms);
}</script>`;

export default {
  number: 44,
  order: 38,
  name: 'Clock set +1 day and -1 h in an outage (Date shim)',
  expect: 'all live at their true times; waits go on',
  liveMs: 40_000,
  run: async ({ site, visit, track, until, proof, notes, allStored }) => {
    site.mode('reset');
    site.pages['/clock'] = site.html({ before: CLOCK });
    const page = await visit('/clock');
    const began = Date.now();
    await track(page, 3);
    for (const shift of [86_400_000, -3_600_000]) {
      await page.eval((ms) => setClock(ms), shift);
      proof(Math.abs((await page.eval(() => Date.now())) - Date.now() - shift) < 5000, 'the clock stands');
      await track(page, 3);
    }
    await until(() => site.posts.length > 0, { what: 'a post that fails' });
    site.mode('ok');
    await allStored(35_000);
    const ended = Date.now();
    const off = site.stored().map(({ timestamp }) => Date.parse(timestamp)).map((at) => Math.max(0, began - 100 - at, at - ended));
    notes.offByMs = Math.max(...off);
    notes.originalOffByMs = Math.max(...site.stored().map(({ originalTimestamp }) => Date.parse(originalTimestamp)).map((at) => Math.max(0, began - 100 - at, at - ended)));
  },
  holds: ({ notes }) => notes.offByMs < 1000 || `times wrong by up to ${notes.offByMs} ms`,
};
