// A browser has six connections to a host over HTTP/1.1: how many are the site's?
export default {
  number: 26,
  order: 15,
  name: "Collector on the page's own origin hangs, calls go on",
  expect: 'the site keeps at least five connections; all live',
  realTime: '15 s',
  liveMs: 45_000,
  run: async ({ site, visit, claim, name, until, proof, notes }) => {
    // Five fetches at once that are answered when the fifth has come.
    let held = [];
    site.pages['/five'] = (req, res) => {
      held.push(res);
      if (held.length < 5) return;
      held.forEach((one) => one.end('here'));
      held = [];
    };
    site.mode('hang');
    const page = await visit();
    const [from, to] = claim(30);
    await page.eval((event, first, end) => new Promise((resolve) => {
      let i = first;
      const timer = setInterval(() => {
        window.track(event, { i });
        if (++i === end) resolve(clearInterval(timer));
      }, 50);
    }), name, from, to);
    await until(() => site.hung > 0, { what: 'a request that hangs' });
    notes.five = await page.eval(() => {
      const began = performance.now();
      const all = Promise.all([1, 2, 3, 4, 5].map((n) => fetch(`/five?${n}`, { cache: 'no-store' })));
      const late = new Promise((resolve) => setTimeout(resolve, 5000));
      return Promise.race([all, late]).then((done) => (done ? Math.round(performance.now() - began) : -1));
    });
    notes.hung = site.mostHung;
    proof(site.hung > 0, 'nothing hung');
    site.mode('ok');
  },
  holds: ({ notes }) => (notes.five >= 0 && notes.hung === 1) || `five fetches: ${notes.five} ms with ${notes.hung} requests hanging`,
};
