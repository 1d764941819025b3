// Words that are looked for on the site, by the address of what was found.
import { onRoute } from './routes.js';

/** @param options autoTerms: the parameters that have them, in place of those below */
export const search = (track, { autoTerms = 'q s search query keyword' }) => {
  let told;
  const look = () => {
    const params = new URL(location.href).searchParams;
    const name = autoTerms.split(/[\s,]+/).find((each) => params.get(each));
    const term = name && params.get(name).slice(0, 100);
    if (term && term !== told) track('Site Searched', { search_term: term });
    told = term;
  };
  look();
  return onRoute(look);
};
