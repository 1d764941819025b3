// A function of the test as text for the page to run.

/** The source of the call fn(...args); the function sees nothing else of ours. */
export function callSource(fn, args) {
  return `(${fn})(...${JSON.stringify(args)})`;
}
