// The site has filled localStorage; then an outage, and the tab is closed.
const FILL = `<script>
  try { for (let n = 1 << 22, i = 0; n >= 1; ) try { localStorage.setItem('site' + i++, 'x'.repeat(n)); } catch { n >>= 1; } } catch {}
</script>`;

export default {
  number: 35,
  order: 18,
  name: 'localStorage full, outage, tab closed',
  expect: "all at the next visit by IndexedDB, the site's keys untouched",
  liveExpected: 'none',
  liveMs: 300,
  run: async ({ site, visit, track, durable, gone, proof, notes }) => {
    site.mode('reset');
    site.pages['/full'] = site.html({ before: FILL });
    const page = await visit('/full');
    const full = () => {
      try {
        localStorage.setItem('one more', '');
        return false;
      } catch {
        return true;
      }
    };
    proof(await page.eval(full), 'there is room');
    const keys = await page.eval(() => localStorage.length);
    await track(page);
    await durable(page);
    notes.keys = (await page.eval(() => Object.keys(localStorage).filter((key) => key.startsWith('site')).length)) - keys;
    await page.close();
    proof(await gone(page), 'the tab still answers');
    proof(site.stored().length === 0, 'there was no outage');
  },
};
