// Web Vitals, as Google's library measures them.
import { onCLS } from 'web-vitals/onCLS.js';
import { onFCP } from 'web-vitals/onFCP.js';
import { onINP } from 'web-vitals/onINP.js';
import { onLCP } from 'web-vitals/onLCP.js';
import { onTTFB } from 'web-vitals/onTTFB.js';
import { atEnd, capture } from './capture.js';
import { release } from './vitals-globals.js';

const round = (number) => Math.round(number * 1e4) / 1e4;

export const vitals = capture((track) => {
  let isOn = true; // what the library has put off may still come
  atEnd(() => {
    isOn = false;
    release();
  });
  // The library needs it, and fails where it is not there (Chrome 91, Safari 15.3).
  if (![].at) return;
  for (const measure of [onTTFB, onFCP, onLCP, onCLS, onINP])
    measure(({ name, value, delta, id, rating, navigationType }) => {
      if (isOn) track('Web Vital Measured', { metric: name, metric_id: id, metric_value: round(value), metric_delta: round(delta), metric_rating: rating, navigation_type: navigationType });
    });
});
