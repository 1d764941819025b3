// Tasks that kept the page from answering for 50 ms and more, told of a page
// together.
import { atEnd, capture, onEnd } from './capture.js';
import { onRoute } from './routes.js';

export const longtasks = capture((track) => {
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
  // Firefox and WebKit know no such entries, and would say so on the console.
  if (!PerformanceObserver.supportedEntryTypes.includes('longtask')) return;
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  const close = (was) => {
    take(observer.takeRecords());
    if (count) track('Long Tasks Observed', { task_count: count, task_time_msec: sum, longest_task_msec: longest }, was);
    count = sum = longest = 0;
  };
  observer.observe({ type: 'longtask', buffered: true });
  atEnd(() => observer.disconnect());
  onEnd(() => close());
  onRoute(close);
});
