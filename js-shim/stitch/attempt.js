/** What the work returns; undefined where it throws. Nothing of stitching may throw. */
export const attempt = (work) => {
  try {
    return work();
  } catch {
    // A page's object is hostile, or an address is none.
  }
};
