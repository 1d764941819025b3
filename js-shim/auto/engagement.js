// For how long a page was seen and used, and how far down. Told when that ends:
// when the page is hidden or left, or another takes its place.
import { atEnd, capture, flush, later, on, onEnd } from './capture.js';
import { onRoute } from './routes.js';

/** @param options autoIdle: the seconds for which a sign of life counts; 30 */
export const engagement = capture((track, { autoIdle = 30 }) => {
  const { documentElement } = document;
  let engaged = 0; // ms
  let since = 0;
  let counts; // the page is seen and in focus
  let depth; // part of it that has been seen, from its top

  const tick = () => {
    const now = performance.now();
    if (counts) engaged += Math.min(now - since, autoIdle * 1000);
    since = now;
    counts = !document.hidden && document.hasFocus();
  };
  // Called when the browser has laid the page out anyway.
  const sizes = new ResizeObserver(() => {
    sizes.disconnect();
    depth = Math.max(depth, Math.min(100, Math.round(((scrollY + innerHeight) / documentElement.scrollHeight) * 100)));
  });
  const measure = () => {
    tick();
    sizes.observe(documentElement);
  };
  const begin = () => {
    depth = 0;
    measure();
  };
  const close = (was) => {
    tick();
    counts = 0;
    const members = { engagement_time_msec: Math.round(engaged), percent_scrolled: depth };
    if (engaged >= 1) later(() => track('Page Engaged', members, was));
    engaged = 0;
  };
  begin();
  atEnd(() => sizes.disconnect());
  on('pointerdown pointermove keydown wheel touchmove timeupdate focus blur', tick);
  on('scroll', measure);
  on('visibilitychange', tick);
  onEnd(() => {
    close();
    flush();
  });
  on('pageshow', (event) => event.persisted && begin());
  onRoute((was) => {
    close(was);
    begin();
  });
});
