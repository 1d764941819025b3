// One tab of Chromium.
import fs from 'node:fs';
import { callSource } from './call.mjs';
import { until } from './until.mjs';
import { untilHidden } from './visibility.mjs';

const KEYS = { Enter: { code: 13, text: '\r' }, Tab: { code: 9 } };

/**
 * Opens a tab, in front of the others.
 *
 * @param {string} blank the target that hide() brings to the front instead
 * @param {boolean} lifecycle can this build hide a page at all?
 * @param {string} [browserContextId] another profile than the browser's own
 */
export async function openPage(cdp, { blank, lifecycle, browserContextId }) {
  const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  const { send, on } = cdp.session(sessionId);

  const messages = collectConsole(on);
  const shown = watchDocument(on);
  let closed = false;
  on('detached', () => (closed = true));

  await send('Page.enable');
  await send('Runtime.enable');
  await send('Inspector.enable'); // for the event of a crash

  async function goto(url) {
    const { loaderId, errorText } = await send('Page.navigate', { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    if (!loaderId) return; // within the document, to a #fragment
    // Not "this loader's load event": a page may go on elsewhere before that.
    const arrived = () => shown.committed.has(loaderId) && shown.loaded;
    await until(arrived, { what: `${url} to load` });
  }

  /** As the back button does it; by bfcache where the page allows. */
  async function back() {
    const { entries, currentIndex } = await send('Page.getNavigationHistory');
    const { id, url } = entries[currentIndex - 1];
    const before = shown.moves;
    await send('Page.navigateToHistoryEntry', { entryId: id });
    const arrived = () => shown.moves > before && shown.loaded;
    await until(arrived, { what: `${url} to return` });
  }

  async function evaluate(fn, ...args) {
    const { result, exceptionDetails } = await send('Runtime.evaluate', {
      expression: callSource(fn, args),
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionText(exceptionDetails));
    return result.value;
  }

  async function click(selector, button = 'left') {
    const point = await evaluate(centre, selector);
    const mouse = { ...point, button, clickCount: 1 };
    await send('Input.dispatchMouseEvent', { type: 'mousePressed', ...mouse });
    await send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...mouse });
  }

  async function press(key) {
    const { code, text } = KEYS[key];
    const event = { key, code: key, windowsVirtualKeyCode: code };
    await send('Input.dispatchKeyEvent', { type: 'keyDown', ...event, text });
    await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  async function hide() {
    await cdp.send('Target.activateTarget', { targetId: blank });
    await untilHidden(evaluate, true);
  }

  async function show() {
    await send('Page.bringToFront');
    await untilHidden(evaluate, false);
  }

  async function freeze(frozen) {
    // Only hidden pages are frozen in the wild; and one that was frozen while
    // in front couldn't be shown again.
    if (frozen && lifecycle) await hide();
    await send('Page.setWebLifecycleState', { state: frozen ? 'frozen' : 'active' });
  }

  async function close() {
    // Runs beforeunload, and may answer before it is done or not at all. One that
    // falls into the commit of a navigation is lost: it is asked again.
    let asked = 0;
    const closing = () => {
      if (!closed && Date.now() - asked > 1000) {
        asked = Date.now();
        send('Page.close').catch(() => {});
      }
      return closed;
    };
    await until(closing, { what: 'the tab to close' });
  }

  async function offline(gone) {
    await send('Network.enable');
    const speed = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await send('Network.emulateNetworkConditions', { offline: gone, ...speed });
  }

  // After the page's own doing: what it asks for is refused before it leaves.
  async function block(urls) {
    await send('Network.enable');
    await send('Network.setBlockedURLs', { urls });
  }

  async function metrics() {
    await send('Performance.enable'); // of use once, no harm again
    const { metrics: list } = await send('Performance.getMetrics');
    return Object.fromEntries(list.map(({ name, value }) => [name, value]));
  }

  async function cookies() {
    const { cookies: list } = await send('Network.getCookies');
    return list.map(({ name, value, domain, path, expires, sameSite, secure }) => ({
      name, value, domain, path, expires, sameSite, secure,
    }));
  }

  async function trace(categories, work) {
    const events = [];
    on('Tracing.dataCollected', ({ value }) => events.push(...value));
    const complete = new Promise((resolve) => on('Tracing.tracingComplete', resolve));
    await send('Tracing.start', { traceConfig: { includedCategories: categories } });
    await work();
    await send('Tracing.end');
    await complete;
    return events;
  }

  async function screenshot(file) {
    const { data } = await send('Page.captureScreenshot', { format: 'png' });
    fs.writeFileSync(file, data, 'base64');
  }

  return {
    goto,
    back,
    eval: evaluate,
    click,
    press,
    input: (what, event) => send(`Input.${what}`, event),
    close,
    screenshot,
    cookies,
    console: messages,
    hide: lifecycle ? hide : null,
    show: lifecycle ? show : null,
    freeze,
    offline,
    block,
    onNewDocument: (fn, ...args) => send('Page.addScriptToEvaluateOnNewDocument', {
      source: callSource(fn, args),
    }),
    cpuThrottle: (rate) => send('Emulation.setCPUThrottlingRate', { rate }),
    metrics,
    trace,
    devtools: send,
  };
}

/** Runs in the page. */
function centre(selector) {
  const element = document.querySelector(selector);
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

function collectConsole(on) {
  const messages = [];
  on('Runtime.consoleAPICalled', ({ type, args }) => {
    messages.push({ type, text: args.map(argumentText).join(' ') });
  });
  on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
    messages.push({ type: 'exception', text: exceptionText(exceptionDetails) });
  });
  return messages;
}

function argumentText(argument) {
  if ('value' in argument) return String(argument.value);
  return String(argument.unserializableValue ?? argument.description);
}

function exceptionText({ exception, text }) {
  return exception?.description ?? `${text} ${exception?.value}`;
}

/** What the main frame shows, kept up to date. */
function watchDocument(on) {
  const state = {
    committed: new Set(), // the loader of every document it has come to
    moves: 0,
    loaded: false,
  };
  on('Page.frameNavigated', ({ frame, type }) => {
    if (frame.parentId) return;
    state.committed.add(frame.loaderId);
    state.moves++;
    state.loaded = type === 'BackForwardCacheRestore'; // no load event follows
  });
  on('Page.navigatedWithinDocument', () => state.moves++);
  on('Page.loadEventFired', () => (state.loaded = true));
  return state;
}
