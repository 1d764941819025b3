// For how long a page was seen and used, and how far down. Told when that ends:
// when the page is hidden or left, or another takes its place.
import { all, on } from './on.js';
import { onRoute } from './routes.js';

/** @param options autoIdle: the seconds for which a sign of life counts; 30 */
export const engagement = (track, { autoIdle = 30 }) => {
  let engaged = 0; // ms
  let counts; // the page is seen and in focus
  let since = 0;
  let depth = 0;

  const tick = () => {
    const now = performance.now();
    if (counts) engaged += Math.min(now - since, autoIdle * 1000);
    since = now;
    counts = !document.hidden && document.hasFocus();
  };

  // Called when the browser has laid the page out anyway.
  const sizes = new ResizeObserver(() => {
    sizes.disconnect();
    depth = Math.max(depth, Math.min(1, (scrollY + innerHeight) / document.documentElement.scrollHeight));
  });
  const measure = () => sizes.observe(document.documentElement);

  const close = (was) => {
    tick();
    counts = 0;
    if (engaged >= 1) track('Page Engaged', { engagement_time_msec: Math.round(engaged), percent_scrolled: Math.round(depth * 100) }, was);
    engaged = 0;
  };
  const begin = () => {
    depth = 0;
    measure();
    tick();
  };
  begin();
  return all(
    () => sizes.disconnect(),
    on('pointerdown pointermove keydown wheel touchmove timeupdate focus blur', tick),
    on('scroll', () => {
      tick();
      measure();
    }),
    on('visibilitychange', () => (document.hidden ? close() : tick())),
    on('pagehide', () => close()),
    on('pageshow', (event) => event.persisted && begin()),
    onRoute((was) => {
      close(was);
      begin();
    }),
  );
};
