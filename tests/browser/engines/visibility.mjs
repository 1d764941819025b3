// The page learns that it is hidden or shown a little after the browser does.
import { until } from './until.mjs';

/** Resolves when document.hidden is as said. */
export function untilHidden(evaluate, hidden) {
  return until(async () => (await evaluate(() => document.hidden)) === hidden, {
    what: `document.hidden to be ${hidden}`,
  });
}
