// What a site may expect to be tracked without calls of its own. Each capture is a
// function (track, options) => stop, and needs no other; docs/AUTO.md has their events.
import * as all from './captures.js';
import { vitals } from './vitals.js';

export const captures = { ...all.captures, vitals };

/**
 * Starts those that `options.auto` names, or "all".
 * @returns ends them
 */
export const start = (track, options = {}) => all.start(track, options, captures);

/** For track.use(): starts those that the agent's own options name. */
export const auto = {
  name: 'auto',
  load: (track, { options }) => {
    start(track, options);
  },
};
