// A private window works like any other while it is open: a tab delivers, and
// what one leaves behind in an outage the next page of the session delivers.
const MARK = {
  /** In the page: leaves a database behind. */
  leave: () => new Promise((resolve, reject) => {
    const request = indexedDB.open('mark');
    request.onupgradeneeded = () => request.result.createObjectStore('here');
    request.onsuccess = () => (request.result.close(), resolve(true));
    request.onerror = () => reject(request.error);
  }),
  /** In the page: is it there? */
  find: async () => (await indexedDB.databases()).some(({ name }) => name === 'mark'),
};

export default {
  number: 38,
  order: 25,
  name: 'Private window: delivers, then an outage and the tab closed',
  expect: 'the first five live, the others at the next visit of the session',
  liveExpected: 'some',
  liveMs: 300,
  launch: () => ({ isPrivate: true }),
  run: async ({ site, browser, visit, track, allStored, durable, gone, proof, notes }) => {
    // Private is what leaves nothing: looked for by an ordinary life of the profile.
    const first = await visit('/other');
    await first.eval(MARK.leave);
    const left = await first.eval(MARK.find);
    await browser.kill();
    await browser.restart({ isPrivate: false });
    const lost = !(await (await visit('/other')).eval(MARK.find));
    proof(left && lost, 'the window was not private');
    await browser.kill();
    await browser.restart();

    const page = await visit();
    await track(page);
    await allStored(5000);
    notes.first = site.stored().length;
    site.mode('reset');
    await track(page);
    await durable(page);
    await page.close();
    proof(await gone(page), 'the tab still answers');
    proof(site.stored().length === notes.first, 'there was no outage');
  },
  holds: ({ notes }) => notes.first === 5 || `${notes.first} of the first five live`,
};
