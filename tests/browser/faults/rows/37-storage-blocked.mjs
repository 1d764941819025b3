// No cookies, no storage of any kind: by preferences in Firefox, elsewhere by
// getters that throw, as the browsers' own do then.
const BLOCK = `for (const [owner, names] of [[window, ['localStorage', 'sessionStorage', 'indexedDB', 'caches']], [Document.prototype, ['cookie']]])
  for (const name of names) Object.defineProperty(owner, name, { get() { throw new DOMException('denied', 'SecurityError') }, set() { throw new DOMException('denied', 'SecurityError') } });`;

export default {
  number: 37,
  order: 25,
  name: 'Cookies and storage blocked, tab closed 30 ms after the calls',
  expect: 'all live, no error in the page',
  launch: ({ engine }) => engine === 'firefox' && { prefs: { 'network.cookie.cookieBehavior': 2, 'dom.storage.enabled': false } },
  run: async ({ engine, site, visit, track, pause, gone, proof, notes }) => {
    site.pages['/blocked'] = site.html({ before: `<script>errors = []; onerror = (e) => errors.push(String(e)); onunhandledrejection = ({ reason }) => errors.push(String(reason)); ${engine === 'firefox' ? '' : BLOCK}</script>` });
    const page = await visit('/blocked');
    const usable = () => {
      try {
        localStorage.setItem('x', '1');
        return true;
      } catch {
        return false;
      }
    };
    proof(!(await page.eval(usable)), 'storage works');
    await track(page);
    await pause(30);
    notes.errors = (await page.eval(() => errors)).join('; ') || undefined;
    await page.close();
    proof(await gone(page), 'the tab still answers');
  },
  holds: ({ notes }) => !notes?.errors || notes.errors,
};
