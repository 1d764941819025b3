// The agent's file takes ten seconds, and the visitor leaves before: the calls
// are in the snippet's queue, and nobody else can send them.
const FILE = '/fh/firsthand.js';

// Before its load event a page of WebKit gets no pagehide, only beforeunload on a
// navigation, and nothing at all when the driver closes its tab.
const untold = ({ engine }) => engine === 'webkit';

export default {
  number: 42,
  order: 10,
  name: 'Left before the agent had arrived',
  cases: ['navigation', 'tab close'],
  expect: "all live by the snippet's own beacon (WebKitGTK: before its load event a page is told of a navigation by beforeunload alone, of its tab's close by nothing)",
  liveExpected: (result) => (untold(result) ? 'some' : 'all'),
  mayLose: (result) => untold(result),
  liveMs: 2500,
  run: async ({ kase, site, visit, claim, name, until, gone, proof, notes }) => {
    let served = false;
    site.pages[FILE] = (req, res) => {
      const timer = setTimeout(() => {
        served = true;
        res.writeHead(302, { location: `${FILE}?late` }).end();
      }, 10_000);
      res.once('close', () => clearTimeout(timer));
    };
    const [from, to] = claim(5);
    // Its load event waits for the file, and with it would a driver: the page
    // goes there by itself.
    site.pages['/late'] = site.html({
      before: site.snippet,
      tag: `<script async src="${FILE}" data-key="test" data-endpoint="/v1/batch"></script>`,
      after: `<script>
        for (const end of ['beforeunload', 'pagehide']) addEventListener(end, () => navigator.sendBeacon('/report?' + end + '=' + (window.track.q || []).length));
        for (let i = ${from}; i < ${to}; i++) window.track('${name}', { i });
        navigator.sendBeacon('/report?here');
        ${kase === 'navigation' ? `setTimeout(() => (location.href = '${site.url}/other'), 300);` : ''}
      </script>`,
    });
    await visit('/other');
    const page = await visit('/other');
    await page.eval((url) => void setTimeout(() => (location.href = url)), `${site.url}/late`);
    await until(() => site.reports.includes('here') && site.asked.includes(`GET ${FILE}`), { ms: 10_000, what: 'the page' });
    if (kase === 'tab close') {
      await page.close();
      proof(await gone(page), 'the tab still answers');
    } else await until(() => site.asked.filter((line) => line === 'GET /other').length === 3, { ms: 10_000, what: 'the navigation' });
    proof(!served, 'the file came in time');
    const told = () => site.reports.filter((text) => /^(beforeunload|pagehide)=/.test(text));
    const pagehide = () => told().some((text) => text.startsWith('pagehide'));
    await until(pagehide, { ms: 2000 }).catch(() => {});
    notes.pagehide = Number(pagehide());
    // At pagehide the snippet has been there before.
    proof(told().every((text) => text.endsWith('=5') || text === 'pagehide=0'), `the queue held ${told().join()}`);
    delete site.pages[FILE];
  },
};
