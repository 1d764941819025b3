// What a site may expect to be tracked without calls of its own, in a second file
// that is loaded only where data-auto asks for it. Each capture is a function
// (track, options) => stop, and needs no other; docs/AUTO.md has their events.
import { clicks } from './clicks.js';
import { copy } from './copy.js';
import { downloads } from './downloads.js';
import { elements } from './elements.js';
import { engagement } from './engagement.js';
import { errors } from './errors.js';
import { forms } from './forms.js';
import { frustration } from './frustration.js';
import { links } from './links.js';
import { longtasks } from './longtasks.js';
import { media } from './media.js';
import { notfound } from './notfound.js';
import { all, attempt } from './on.js';
import { pageviews } from './pageviews.js';
import { print } from './print.js';
import { search } from './search.js';
import { vitals } from './vitals.js';

// In the order in which they are started: page views first, for what follows is of
// the page.
export const captures = {
  pageviews,
  engagement,
  links,
  downloads,
  forms,
  elements,
  clicks,
  frustration,
  notfound,
  errors,
  vitals,
  longtasks,
  media,
  search,
  copy,
  print,
};

/**
 * Starts captures. One that fails leaves the others alone.
 * @param track of the agent
 * @param options auto: their names, or "all" for all but clicks; and those of theirs
 * @returns ends them
 */
export const start = (track, options) => {
  const names = (options.auto || 'all').split(/[\s,]+/);
  const isWanted = (name) => names.includes(name) || (name !== 'clicks' && names.includes('all'));
  const begin = (name) => attempt(() => captures[name](track, options)) || (() => {});
  return all(...Object.keys(captures).filter(isWanted).map(begin));
};

/** For track.use(). */
export const auto = {
  name: 'auto',
  load: (track, { options }) => {
    start(track, options);
  },
};
