// A page rendered ahead (speculation rules) tracks as it loads. It counts when
// it is shown, and only then.
export default {
  number: 47,
  order: 31,
  name: 'Rendered ahead by speculation rules',
  cases: ['never shown', 'shown later'],
  engines: ['chromium'], // the only one that has it
  expect: 'never shown: no event, not even at the next visit; shown later: all live',
  liveMs: 3000,
  ends: true, // no driver's page stands for what is shown
  run: async ({ kase, site, visit, claim, name, mayMiss, until, pause, proof, notes }) => {
    const [from, to] = claim(5); // ahead
    const [, end] = kase === 'shown later' ? claim(5) : [, to]; // once it is shown
    if (kase === 'never shown') for (let i = from; i < to; i++) mayMiss(i);
    site.pages['/ahead'] = site.html({
      after: `<script>
        const tell = (text) => fetch('/report?' + text, { method: 'POST' });
        for (let i = ${from}; i < ${to}; i++) window.track('${name}', { i });
        tell('prerendering=' + document.prerendering);
        document.addEventListener('prerenderingchange', () => {
          tell('activated');
          setTimeout(() => { for (let i = ${to}; i < ${end}; i++) window.track('${name}', { i }); }, 500);
        });
      </script>`,
    });
    site.pages['/rules'] = `<!doctype html><title>Rules</title>
      <script type="speculationrules">{ "prerender": [{ "source": "list", "urls": ["/ahead"], "eagerness": "immediate" }] }</script>
      <script>fetch('/go').then((answer) => answer.text()).then((to) => { if (to) location.href = to; else window.close(); })</script>`;
    let go;
    site.pages['/go'] = (req, res) => (go = (to) => res.end(to));
    // A tab to which a driver is attached renders nothing ahead (Chromium's
    // PrerenderingDisabledByDevTools): it goes on when the server says so.
    site.pages['/opener'] = `<!doctype html><title>Opener</title><button onclick="window.open('/rules', '_blank', 'noopener')">Open</button>`;
    const opener = await visit('/opener');
    await opener.click('button');
    await until(() => go && site.reports.some((text) => text.startsWith('prerendering=')), { ms: 10_000 }).catch(() => {});
    proof(site.reports.includes('prerendering=true'), 'nothing was rendered ahead');
    await pause(1000); // its agent is up, and would have sent
    notes.ahead = site.stored().length;
    go(kase === 'shown later' ? '/ahead' : '');
    const shown = await until(() => site.reports.includes('activated'), { ms: kase === 'shown later' ? 10_000 : 1000 }).catch(() => false);
    proof(shown === (kase === 'shown later'), shown ? 'it was shown' : 'it was not shown');
  },
  holds: ({ case: kase, notes, stored }) => (notes.ahead === 0 && stored === (kase === 'never shown' ? 0 : 10)) || `${notes.ahead} sent ahead, ${stored} in the end`,
};
