// Listening without a trace: nothing of it throws into the page, delays it, or
// stays behind.

/** What the work returns; undefined where it throws. */
export const attempt = (work) => {
  try {
    return work();
  } catch {
    // A page's object is hostile, an API is not there.
  }
};

/**
 * Hears of events before the page's own listeners may stop them.
 * @param {string} types with spaces between
 * @returns the undo
 */
export const on = (types, listener, target = window) => {
  const safe = (event) => attempt(() => listener(event));
  for (const type of types.split(' ')) target.addEventListener(type, safe, { capture: true, passive: true });
  return () => {
    for (const type of types.split(' ')) target.removeEventListener(type, safe, true);
  };
};

/** One undo of several. */
export const all = (...stops) => () => {
  for (const stop of stops) stop();
};
