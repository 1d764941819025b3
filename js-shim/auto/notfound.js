// Pages that are not there.
import { capture, later } from './capture.js';
import { onRoute } from './routes.js';

/** @param options autoNotfound: a selector of what an application shows in their place */
export const notfound = capture((track, { autoNotfound }) => {
  const look = (status) => {
    if (autoNotfound && document.querySelector(autoNotfound)) status = 404;
    if (status === 404 || status === 410) track('Page Not Found', { status, path: location.pathname, referrer: document.referrer });
  };
  later(() => look(performance.getEntriesByType('navigation')[0].responseStatus));
  onRoute(() => later(look));
});
