// Facts that only the browser has. None of them makes it compute a layout.

import { navigator } from './natives.js';
import { attempt } from './store.js';

let size = {}; // of the document
let viewport; // what is seen of it
let hints = navigator.userAgentData; // as JSON: brands, mobile, platform

/**
 * Measures the document when the browser has laid it out anyway: this observer is
 * called right behind that, an IntersectionObserver in a later task, before which
 * the page may have changed. Calls back if the size is another than it was.
 */
export const measure = (changed) =>
  new ResizeObserver((entries, observer) => {
    observer.disconnect();
    // innerWidth, too, may make a layout at any other time.
    viewport = { width: innerWidth, height: innerHeight };
    const { scrollWidth: width, scrollHeight: height } = document.documentElement;
    if (width === size.width && height === size.height) return;
    size = { width, height };
    changed();
  }).observe(document.documentElement);

/** Asks for client hints of high entropy, named with spaces or commas between. */
export const askHints = async (names) => {
  hints = await hints.getHighEntropyValues(names.split(/[ ,]+/));
};

/** What tells one page view from the next. The address is not asked of `location`, which takes five times as long. */
export const pageFacts = () => ({ url: document.URL, title: document.title });

/** The canonical address, where the page names one. */
export const canonical = () => (document.querySelector('link[rel=canonical]') || {}).href;

// The first Intl object of a page costs 20 ms and more (Chromium 156), since it brings
// the language's formats along; Temporal (Chrome 144, Firefox 139) none.
const timezone = () => attempt(() => Temporal.Now.timeZoneId()) || Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Members for each event's context, read once a page view (Segment's names). */
export const browserFacts = () => {
  const { userAgent, language, cookieEnabled, onLine, connection, deviceMemory, hardwareConcurrency, webdriver } = navigator;
  const { width, height, colorDepth } = screen;
  const { effectiveType, downlink, rtt, saveData, type } = connection || {};
  return {
    userAgent,
    userAgentData: hints,
    locale: language,
    timezone: timezone(),
    timezoneOffset: new Date().getTimezoneOffset(),
    screen: { width, height, density: devicePixelRatio, colorDepth },
    viewport,
    document: { ...size, encoding: document.characterSet, language: document.documentElement.lang },
    cookieEnabled,
    network: { online: onLine, effectiveType, downlink, rtt, saveData, type },
    device: { memory: deviceMemory, cores: hardwareConcurrency },
    webdriver: webdriver || undefined,
  };
};
