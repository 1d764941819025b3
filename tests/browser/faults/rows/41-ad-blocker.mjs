// An ad blocker refuses what goes to the collector (where a driver has no such
// thing: nobody listens there). The visitor reads on, then switches it off.
const READING_S = 10;
const STORE_KB = 2500; // the agent's bound of 2 MB, and what the page that is open may add

// Each attempt fails in the page, before anything could count it outside.
const COUNT = `<script>{
  errors = [];
  onerror = (text) => errors.push(String(text));
  onunhandledrejection = ({ reason }) => errors.push(String(reason));
  attempts = 0;
  const count = (native) => function () {
    attempts++;
    return native.apply(this, arguments);
  };
  window.fetch = count(fetch);
  navigator.sendBeacon = count(navigator.sendBeacon);
}</script>`;

export default {
  number: 41,
  order: 26,
  repeats: 5,
  name: 'Ad blocker, switched off for the next visit',
  cases: ['40 events', '4,000 events'],
  expect: 'few requests, a bounded store, the page unharmed; all of 40, or what was not counted as dropped, at the next visit',
  liveExpected: 'none',
  realTime: `${READING_S} s`,
  liveMs: 300,
  settleMs: 75_000,
  run: async ({ kase, site, visit, claim, name, mayMiss, durable, until, gone, proof, notes }) => {
    const page = await visit('/other');
    if (page.block) await page.block(['*/v1/*']);
    else await site.refuse();
    site.pages['/blocked'] = site.html({ endpoint: `${site.cross}/v1/batch`, before: COUNT });
    await page.goto(`${site.url}/blocked`);
    const refused = (url) => fetch(url, { method: 'POST', mode: 'no-cors' }).then(() => false, () => true);
    proof(await page.eval(refused, `${site.cross}/v1/batch`), 'nothing is blocked');
    await page.eval(() => (attempts = 0));

    const many = kase === '4,000 events';
    const [from, to] = claim(many ? 4000 : 40);
    if (many) mayMiss(...Array.from({ length: to - from }, (_, i) => i));
    notes.longestMs = await page.eval(async (event, first, end, seconds, text) => {
      const parts = seconds * 4;
      let longest = 0;
      for (let part = 0, i = first; part < parts; part++) {
        const began = performance.now();
        for (; i < first + ((part + 1) / parts) * (end - first); i++) window.track(event, { i, text });
        longest = Math.max(longest, performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      return Math.round(longest);
    }, name, from, to, READING_S, 'x'.repeat(many ? 400 : 200));
    await durable(page);
    Object.assign(notes, await page.eval(() => ({ attempts, errors: errors.join('; ') || undefined })));
    notes.storeKb = Math.round((await page.eval(stored)) / 1024);
    proof(site.posts.length === 0, 'a post came through');
    await page.close();
    proof(await gone(page), 'the tab still answers');
    if (!page.block) await site.accept();
  },
  nextPage: (site) => ({ endpoint: `${site.cross}/v1/batch` }),
  holds: ({ notes, sent, stored: all, dropped }) => {
    if (notes.errors) return notes.errors;
    if (notes.attempts > 8) return `${notes.attempts} requests in ${READING_S} s`;
    if (notes.storeKb > STORE_KB) return `${notes.storeKb} KB stored`;
    return all + dropped === sent || `${all} delivered and ${dropped} counted as dropped of ${sent}`;
  },
};

/** In the page: the bytes of the rows of all documents. */
function stored() {
  return new Promise((resolve) => {
    const request = indexedDB.open('firsthand');
    request.onsuccess = () => {
      const db = request.result;
      const all = db.transaction('rows').objectStore('rows').getAll();
      all.onsuccess = () => (db.close(), resolve(all.result.reduce((sum, { row }) => sum + row.length, 0)));
    };
  });
}
