// When the address changes without a new document: by the Navigation API, and
// where there is none by methods of history that are ours for so long.
import { all, attempt, on } from './on.js';

const listeners = new Set();
let stop;

const watch = () => {
  let { href } = location;
  const moved = () => {
    const from = href;
    href = location.href;
    if (href === from) return;
    const { pathname: path, search } = new URL(from);
    const { title, referrer } = document;
    const was = { context: { page: { path, referrer, search, title, url: from } } };
    for (const listener of listeners) attempt(() => listener(was));
  };
  if (self.navigation) return on('currententrychange', moved, navigation);
  const patch = (name) => {
    const isOwn = Object.hasOwnProperty.call(history, name);
    const before = history[name];
    const after = (history[name] = function (...args) {
      before.apply(this, args);
      attempt(moved);
    });
    return () => {
      // Whoever has wrapped ours keeps it; it does nothing any more.
      if (history[name] !== after) return;
      if (isOwn) history[name] = before;
      else delete history[name];
    };
  };
  return all(patch('pushState'), patch('replaceState'), on('popstate hashchange', moved));
};

/**
 * Calls back when the address has changed.
 * @param {(was: object) => void} listener is given options for a call that is of
 *   the page before
 * @returns the undo
 */
export const onRoute = (listener) => {
  if (!listeners.size) stop = watch();
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && !listeners.size) stop();
  };
};
