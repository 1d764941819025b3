/** What the work returns; undefined where it throws. Whoever debugs a page must not break it. */
export const attempt = (work) => {
  try {
    return work();
  } catch {
    // A page's object is hostile, its console is wrapped, an answer is no JSON.
  }
};
