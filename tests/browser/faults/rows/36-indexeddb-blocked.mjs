// IndexedDB throws, fails, or never answers: the agent lives without it.
const BLOCK = {
  throws: "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError') } })",
  fails: "IDBFactory.prototype.open = () => { const r = {}; setTimeout(() => r.onerror && r.onerror({ type: 'error', preventDefault() {} })); return r }",
  hangs: 'IDBFactory.prototype.open = () => ({})',
};

export default {
  number: 36,
  order: 24,
  name: 'IndexedDB blocked, tab closed 30 ms after the calls',
  cases: Object.keys(BLOCK),
  expect: 'all live, no error in the page',
  run: async ({ kase, site, visit, track, pause, gone, proof, notes }) => {
    site.pages['/blocked'] = site.html({ before: `<script>errors = []; onerror = (e) => errors.push(String(e)); onunhandledrejection = ({ reason }) => errors.push(String(reason)); ${BLOCK[kase]}</script>` });
    const page = await visit('/blocked');
    const open = () => {
      try {
        return indexedDB.open('x').constructor === IDBOpenDBRequest;
      } catch {
        return false;
      }
    };
    proof(!(await page.eval(open)), 'IndexedDB works');
    await track(page);
    await pause(30);
    notes.errors = (await page.eval(() => errors)).join('; ') || undefined;
    await page.close();
    proof(await gone(page), 'the tab still answers');
  },
  holds: ({ notes }) => !notes?.errors || notes.errors,
};
