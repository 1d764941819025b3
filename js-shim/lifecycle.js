// When a page is hidden, left, or comes back.

/**
 * Calls hidden when the page is no longer seen, leave when it is being left (on
 * navigation before hidden) or frozen, back when it comes back, is online again,
 * or has been shown after it was rendered ahead. Never unload or beforeunload:
 * they cost the page its place in the back/forward cache.
 */
export const onLifecycle = (hidden, leave, back) => {
  const on = (target, listener, ...types) => {
    for (const type of types) target.addEventListener(type, listener, true);
  };
  on(document, () => (document.hidden ? hidden : back)(), 'visibilitychange');
  on(document, leave, 'freeze');
  on(document, back, 'resume', 'prerenderingchange');
  on(window, leave, 'pagehide');
  on(window, (event) => event.persisted && back(), 'pageshow');
  on(window, back, 'online');
};
