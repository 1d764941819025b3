// Work that has time until the browser has painted what the page makes of an
// event: so no interaction waits for it, and the page has had its say.
import { attempt, on } from './on.js';

/**
 * @returns [later(work), stop]. Work is done after the next frame, or at once where
 *   the page is hidden or left before: ahead of the agent's own listeners, or, as
 *   it takes calls even then, behind them
 */
export const createLater = () => {
  const works = [];
  let frame;
  let timer;
  const run = () => {
    while (works[0]) attempt(works.shift());
  };
  const off = on('visibilitychange pagehide', run);
  return [
    (work) => {
      if (works.push(work) < 2) frame = requestAnimationFrame(() => (timer = setTimeout(run)));
    },
    () => {
      off();
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    },
  ];
};
