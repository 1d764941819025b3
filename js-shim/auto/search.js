// Words that are looked for on the site, by the address of what was found.
import { capture } from './capture.js';
import { onRoute } from './routes.js';

/** @param options autoTerms: the parameters that have them, in place of those below */
export const search = capture((track, { autoTerms = 'q s search query keyword' }) => {
  let told;
  const look = () => {
    const params = new URL(location.href).searchParams;
    const term = params.get(autoTerms.split(/\W+/).find((name) => params.get(name)))?.slice(0, 100);
    if (term && term !== told) track('Site Searched', { search_term: term });
    told = term;
  };
  look();
  onRoute(look);
});
