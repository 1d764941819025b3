// When a page is hidden, left, or comes back.

/**
 * Calls back when the page
 *   hidden  is no longer seen
 *   leave   is being left (on navigation before hidden)
 *   freeze  is put to sleep, as it is
 *   wake    comes back from either
 *   back    is seen again, or has been shown after it was rendered ahead
 *   online  is online again
 * Never unload or beforeunload: they cost the page its place in the back/forward
 * cache.
 */
export const onLifecycle = ({ hidden, leave, freeze, wake, back, online }) => {
  const on = (target, listener, ...types) => {
    for (const type of types) target.addEventListener(type, listener, true);
  };
  on(document, () => (document.hidden ? hidden : back)(), 'visibilitychange');
  on(document, freeze, 'freeze');
  on(document, wake, 'resume');
  on(document, back, 'prerenderingchange');
  on(window, leave, 'pagehide');
  on(window, (event) => event.persisted && wake(), 'pageshow');
  on(window, online, 'online');
};
