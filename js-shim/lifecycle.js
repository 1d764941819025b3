// When a page is hidden, left, or comes back.

/**
 * Calls hidden when the page is no longer seen, leave when it is being left
 * (before hidden, on navigation), back when it comes back or is online
 * again. Never unload or beforeunload: they cost the page its place in the
 * back/forward cache.
 */
export const onLifecycle = (hidden, leave, back) => {
  document.addEventListener('visibilitychange', () => (document.hidden ? hidden : back)(), true);
  addEventListener('pagehide', leave, true);
  addEventListener('pageshow', (event) => event.persisted && back(), true);
  addEventListener('online', back, true);
};
