// firsthand/testing: what a page under test tells its endpoint, as events to assert
// on. For Playwright and Puppeteer; types with prose are in index.d.ts.
export { capture } from './capture.mjs';
export { useClock } from './clock.mjs';
export { createEvents } from './events.mjs';
