// When the address changes without a new document: by the Navigation API, and
// where there is none by methods of history that are ours for so long.
import { atEnd, attempt, capture, on } from './capture.js';

const listeners = new Set();
let stop;

const watch = capture(() => {
  let { href } = location;
  const moved = () => {
    const url = href;
    href = location.href;
    if (href === url) return;
    const { pathname: path, search } = new URL(url);
    const { title, referrer } = document;
    for (const listener of listeners) listener({ context: { page: { path, referrer, search, title, url } } });
  };
  const { prototype } = History;
  const patch = (name) => {
    const before = prototype[name];
    const after = (prototype[name] = function (...args) {
      before.apply(this, args);
      attempt(moved);
    });
    atEnd(() => {
      // Whoever has wrapped ours keeps it; it does nothing any more.
      if (prototype[name] === after) prototype[name] = before;
    });
  };
  if (self.navigation) return on('currententrychange', moved, navigation);
  on('popstate hashchange', moved);
  patch('pushState');
  patch('replaceState');
});

/**
 * Calls back when the address has changed.
 * @param {(was: object) => void} listener is given options for a call that is of
 *   the page before
 */
export const onRoute = (listener) => {
  atEnd(() => listeners.delete(listener) && !listeners.size && stop());
  if (!listeners.size) stop = watch();
  listeners.add(listener);
};
