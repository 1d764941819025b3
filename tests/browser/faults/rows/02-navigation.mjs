// The page is left in the task that makes the calls.
const LEAVE = {
  'same site': (to) => (location.href = `${to.url}/other`),
  'cross site': (to) => (location.href = `${to.otherSite}/other`),
  reload: () => location.reload(),
};

export default {
  number: 2,
  order: 2,
  name: 'Navigation in the same task as the calls',
  cases: ['same site', 'cross site', 'reload', 'popup close'],
  expect: 'all live',
  repeats: 20,
  run: async (context) => {
    const { kase, site, visit, claim, name, until, proof } = context;
    if (kase === 'popup close') return popup(context);
    const page = await visit();
    const before = site.asked.length;
    const [from, to] = claim(5);
    // By a timer, so that the driver's call has its answer before the page goes.
    await page.eval((leave, places, event, first, end) => {
      const go = new Function(`return (${leave})`)();
      setTimeout(() => {
        for (let i = first; i < end; i++) window.track(event, { i });
        go(places);
      }, 50);
    }, String(LEAVE[kase]), { url: site.url, otherSite: site.otherSite }, name, from, to);
    const goal = kase === 'reload' ? 'GET /' : 'GET /other';
    proof(await until(() => site.asked.slice(before).includes(goal), { ms: 10_000 }).catch(() => false), 'no navigation');
  },
};

/** A window that another page opened closes itself. */
async function popup({ site, visit, claim, name, until, proof }) {
  const [from, to] = claim(5);
  site.pages['/popup'] = site.html({
    after: `<script>onload = () => setTimeout(() => {
      for (let i = ${from}; i < ${to}; i++) window.track('${name}', { i });
      window.close();
    }, 50)</script>`,
  });
  site.pages['/opener'] = '<!doctype html><title>Opener</title><button onclick="w = window.open(\'/popup\')">Open</button>';
  const page = await visit('/opener');
  await page.click('button');
  proof(await until(() => page.eval(() => window.w?.closed), { ms: 10_000 }).catch(() => false), 'the popup did not close');
  proof(site.asked.includes('GET /popup'), 'no popup');
}
