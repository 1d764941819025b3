// Pages that are not there.
import { createLater } from './later.js';
import { all } from './on.js';
import { onRoute } from './routes.js';

/** @param options autoNotfound: a selector of what an application shows in their place */
export const notfound = (track, { autoNotfound }) => {
  const [later, stop] = createLater();
  const look = (status) => {
    if (autoNotfound && document.querySelector(autoNotfound)) status = 404;
    if (status === 404 || status === 410) track('Page Not Found', { status, path: location.pathname, referrer: document.referrer });
  };
  later(() => look(performance.getEntriesByType('navigation')[0].responseStatus));
  return all(
    stop,
    onRoute(() => later(look)),
  );
};
