// Tasks that kept the page from answering for 50 ms and more, told of a page
// together.
import { all, attempt, on } from './on.js';
import { onRoute } from './routes.js';

export const longtasks = (track) => {
  let count = 0;
  let sum = 0;
  let longest = 0;
  const take = (entries) => {
    for (const { duration } of entries) {
      count++;
      sum += duration;
      longest = Math.max(longest, duration);
    }
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  const close = (was) => {
    take(observer.takeRecords());
    if (count) track('Long Tasks Observed', { task_count: count, task_time_msec: sum, longest_task_msec: longest }, was);
    count = sum = longest = 0;
  };
  // Nothing comes where the browser knows no such entries.
  attempt(() => observer.observe({ type: 'longtask', buffered: true }));
  return all(
    () => observer.disconnect(),
    on('visibilitychange pagehide', () => close()),
    onRoute(close),
  );
};
