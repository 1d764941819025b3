// The events of a page under test, as they arrive.
import { driverOf, inFrames } from './driver.mjs';
import { createEvents } from './events.mjs';
import { startReceiver } from './receiver.mjs';
import { redirect } from './redirect.mjs';
import { atMost, until } from './search.mjs';

const QUIET_MS = 100; // for what the browser has taken from a page that has ended
const SAID = 5; // messages of the console in an error

// Both run in the page.
const stateOf = (global) => {
  if (typeof globalThis[global] !== 'function') return 'none';
  return globalThis[global].q && document.readyState !== 'complete' ? 'coming' : 'here';
};
const flushIn = async (global) => {
  const track = globalThis[global];
  if (typeof track === 'function' && !track.q) await track.flush?.(); // a stub would queue it as a call
};

/** See index.d.ts. */
export const capture = async (target, { endpoint, timeout = 5000, quiet = QUIET_MS, global = 'track', plan } = {}) => {
  const drivers = [];
  const said = [];
  let early = false; // a page had begun before

  const pages = () => [...new Set(drivers.flatMap((driver) => driver.pages()))];

  const flush = async () => {
    // An agent that is still loading holds calls too.
    const isHere = async () => !(await inFrames(pages(), stateOf, global)).includes('coming');
    await atMost(timeout, until(isHere, timeout));
    await atMost(timeout, inFrames(pages(), flushIn, global));
    const isQuiet = () => !receiver.busy() && performance.now() - receiver.last() >= quiet;
    const from = performance.now();
    await until(() => performance.now() - from >= quiet && isQuiet(), timeout);
  };

  const notes = () => [
    ...(early ? ['capture() was called after the page had loaded: what that document sends goes elsewhere. Call it before goto().'] : []),
    ...(said.length ? [`The console says of the receiver:\n${[...new Set(said)].slice(-SAID).map((text) => `  ${text}`).join('\n')}`] : []),
  ];

  const events = createEvents({ timeout, settle: flush, notes, plan });
  const receiver = await startReceiver(events.receive);
  const script = { receiver: receiver.origin, endpoint };

  const watch = async (other) => {
    const driver = driverOf(other);
    drivers.push(driver);
    driver.onConsole((text) => text.includes(receiver.origin) && said.push(text.replace(/\/\?by=[^'" ]*/g, '/')));
    driver.onPopup((popup) => watch(popup).catch(() => {})); // it may be gone already
    if (driver.pages().some((page) => page.url() !== 'about:blank')) early = true;
    await driver.onNewDocument(redirect, script);
    // A window that has just opened may be before its scripts yet.
    await inFrames(driver.pages(), redirect, script);
  };
  try {
    await watch(target);
  } catch (error) {
    await receiver.close();
    throw error;
  }

  const { receive, ...rest } = Object.getOwnPropertyDescriptors(events);
  return Object.defineProperties({ watch, flush, stop: () => receiver.close() }, rest);
};
