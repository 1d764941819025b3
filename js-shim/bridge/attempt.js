/** What the work returns; undefined where it throws. Nothing of the bridge may throw. */
export const attempt = (work) => {
  try {
    return work();
  } catch {
    // Storage is denied, a text is not what it ought to be, a page's object is hostile.
  }
};
