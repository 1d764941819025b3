// A page with captures on it, and what has come of it.
import { until } from '../engines/until.mjs';

let runs = 0;

const NAMED = /^(everything|hashes|old|ahead|notfound|pending|denied|stopping)$/; // of page.mjs

/**
 * Opens a page on a host of its own, so that its events can be told from others.
 * @param captures for data-auto, or a host of page.mjs
 * @returns the page, and
 *   `events()`, `names()`, `count(name)`   of it that are stored
 *   `told(name, test)`                     waits for one
 *   `end()`                                the names when all that was called before has come
 */
export const visitAs = async (site, browser, captures, kind, path = '/') => {
  const host = `${captures}${NAMED.test(captures) ? '' : `-${++runs}`}.${kind}.test`;
  const p = await browser.page();
  const mark = site.events().length;
  await p.goto(`http://${host}${path}`);
  const file = captures === 'vitals' ? 'firsthand.vitals.js' : captures === 'stopping' ? 'firsthand.js' : 'firsthand.auto.js';
  const isThere = (name) => performance.getEntriesByType('resource').some((entry) => entry.name.endsWith(name) && entry.responseEnd > 0);
  await until(() => p.eval(isThere, file), { what: file });
  // A task later it has run.
  await p.eval(() => new Promise((resolve) => setTimeout(resolve)));
  const nameOf = ({ type, event }) => event ?? type;
  const events = () => site.events().slice(mark).filter(({ context }) => new URL(context.page.url).host === host);
  return Object.assign(p, {
    host,
    events,
    names: () => events().map(nameOf),
    count: (name) => events().filter((event) => nameOf(event) === name).length,
    told: (name, isIt = () => true) => until(() => events().find((event) => nameOf(event) === name && isIt(event)), { what: `${name} of ${host}` }),
    end: async () => {
      const name = `End ${++runs}`;
      // Behind the 50 ms for which captures put things off.
      await p.eval((what) => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(void window.track(what)), 60))), name);
      await until(() => events().some(({ event }) => event === name), { what: name });
      return events().map(nameOf).filter((each) => !/^End /.test(each));
    },
  });
};
