// All captures, and which of them a site wants.
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
import { pageviews } from './pageviews.js';
import { print } from './print.js';
import { search } from './search.js';
import { when } from './when.js';

/** In the order in which they are started: page views first, for what follows is of
 * the page. vitals, which is larger than all of these, comes from the entry. */
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
  longtasks,
  media,
  search,
  copy,
  print,
  when,
};

/**
 * Starts captures. One that fails leaves the others alone.
 * @param track of the agent
 * @param options auto: their names, or "all" for all but clicks; and those of theirs
 * @param captures by name
 * @returns ends them
 */
export const start = (track, options, captures) => {
  const names = (options.auto || 'all').split(/[\s,]+/);
  const isWanted = (name) => names.includes(name) || (name !== 'clicks' && names.includes('all'));
  const stops = Object.keys(captures).filter(isWanted).map((name) => captures[name](track, options));
  return () => stops.forEach((stop) => stop());
};
