// Page views, also of applications that change the address by script.
import { capture, later, on } from './capture.js';
import { onRoute } from './routes.js';

/** @param options autoPath: "search", "hash": what besides the path makes another page */
export const pageviews = capture((track, { autoPath }) => {
  let seen;
  const view = () => {
    const { pathname, search, hash } = location;
    const page = pathname + (/search/.test(autoPath) && search) + (/hash/.test(autoPath) && hash);
    if (document.prerendering || page === seen) return;
    seen = page;
    track.page();
  };
  view();
  on('prerenderingchange', view);
  on('pageshow', (event) => {
    if (!event.persisted) return;
    seen = 0;
    view();
  });
  // Its title comes a little after its address, and a redirect may follow.
  onRoute(() => later(view));
});
