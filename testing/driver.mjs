// What Playwright and Puppeteer have in common, by the methods that they have: a
// Playwright Page or BrowserContext, a Puppeteer Page.

const isContext = (target) => typeof target?.addInitScript === 'function' && typeof target.pages === 'function';

/**
 * @returns {{ onNewDocument, pages, onConsole, onPopup }}
 *   onNewDocument(fn, arg): fn runs before the scripts of every document to come;
 *   pages(): those that are open; onConsole(listener): is told each text;
 *   onPopup(listener): of a Puppeteer page, each window that it opens
 */
export const driverOf = (target) => {
  const on = (name, listener) => target.on(name, listener);
  const common = {
    pages: () => (isContext(target) ? target.pages() : [target]).filter((page) => !page.isClosed()),
    onConsole: (listener) => on('console', (message) => listener(message.text())),
    onPopup: () => {},
  };
  if (typeof target?.addInitScript === 'function') {
    return { ...common, onNewDocument: (fn, arg) => target.addInitScript(fn, arg) };
  }
  if (typeof target?.evaluateOnNewDocument === 'function') {
    return {
      ...common,
      onNewDocument: (fn, arg) => target.evaluateOnNewDocument(fn, arg),
      onPopup: (listener) => on('popup', (page) => page && listener(page)),
    };
  }
  throw new TypeError('firsthand/testing wants a Page or BrowserContext of Playwright, or a Page of Puppeteer');
};

/** Runs in every frame of every page, where it can; resolves with what came back. */
export const inFrames = async (pages, fn, arg) => {
  const frames = pages.flatMap((page) => page.frames());
  const results = await Promise.allSettled(frames.map((frame) => frame.evaluate(fn, arg)));
  return results.filter(({ status }) => status === 'fulfilled').map(({ value }) => value);
};
