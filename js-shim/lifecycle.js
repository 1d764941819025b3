// When a page is hidden, left, or comes back.

/**
 * Calls _hidden when the page is no longer seen, _leave when it is being left
 * (before _hidden, on navigation), _back when it comes back or is online
 * again. Never unload or beforeunload: they cost the page its place in the
 * back/forward cache.
 */
export const onLifecycle = ({ _hidden, _leave, _back }) => {
  document.addEventListener('visibilitychange', () => (document.hidden ? _hidden : _back)(), true);
  addEventListener('pagehide', _leave, true);
  addEventListener('pageshow', (event) => event.persisted && _back(), true);
  addEventListener('online', _back, true);
};
