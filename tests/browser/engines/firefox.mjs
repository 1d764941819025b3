// Firefox (ESR or not), driven by Marionette: no geckodriver, no npm package.
import fs from 'node:fs';
import path from 'node:path';
import { connect } from './marionette.mjs';
import { fill, writePrefs } from './firefox-profile.mjs';
import { gone, lastWords, own, tree } from './processes.mjs';
import { confined } from './profiles.mjs';
import { until } from './until.mjs';
import { windows } from './windows.mjs';

const BINARY = process.env.FIREFOX ?? '/usr/lib/firefox-esr/firefox-esr';

const FLAGS = [
  '--headless',
  '--no-remote',
  '--marionette',
  '--remote-allow-system-access', // for chrome(), below
];

export const firefox = {
  installed: () => fs.existsSync(BINARY),
  isRenderer: (commandLine) => / -contentproc .* tab$/.test(commandLine),
  launch,
};

async function launch({ profile, args = [], prefs, proxy, isPrivate }) {
  await fill(profile, BINARY, warmUp);
  // Said in either case: the profile remembers its last life.
  const all = { ...(proxy && byProxy(new URL(proxy))), ...prefs, 'browser.privatebrowsing.autostart': Boolean(isPrivate) };
  const { child, marionette } = await start(profile, args, all);
  const { home, on, open, page } = await windows(marionette);

  const focus = (handle) =>
    on(handle, () => marionette.send('SwitchToWindow', { handle, focus: true }));

  async function openPage() {
    const handle = await open('tab');
    return {
      // Another tab in front: minimising takes Firefox more than a second.
      ...page(handle, { hide: () => focus(home), show: () => focus(handle) }),
      console: null,
      onNewDocument: null,
      freeze: null,
      input: null,
      block: null,
      cpuThrottle: null,
      metrics: null,
      trace: null,
      devtools: null,
      offline: (offline) => on(handle, () => marionette.chrome(setOffline, handle, offline)),
      close: () => closeTab(handle),
    };
  }

  async function closeTab(handle) {
    await on(home, () => marionette.chrome(removeTab, handle));
    const rest = () => on(home, () => marionette.send('GetWindowHandles'));
    await until(async () => !(await rest()).includes(handle), { what: 'the tab to close' });
  }

  return {
    pid: child.pid,
    page: openPage,
    close: () => quit(marionette),
    closeLikeAPerson: () => on(home, () => marionette.chrome(closeWindow)),
  };
}

const byProxy = ({ hostname, port }) => ({
  'network.proxy.type': 1, // by hand
  'network.proxy.http': hostname,
  'network.proxy.http_port': Number(port),
  'dom.security.https_first': false, // which would go past it
});

async function start(profile, args, prefs) {
  writePrefs(profile, prefs);
  const portFile = path.join(profile, 'MarionetteActivePort');
  fs.rmSync(portFile, { force: true }); // of the life before this one

  const child = own(BINARY, [...FLAGS, '--profile', profile, ...args, 'about:blank'], {
    env: { ...confined(profile), MOZ_CRASHREPORTER_DISABLE: '1' },
  });
  const port = await until(() => Number(fs.readFileSync(portFile, 'utf8')), {
    ms: 60_000,
    what: "Firefox's port",
    unless: () => lastWords(child),
  });
  return { child, marionette: await connect(port) };
}

/** Start and quit is enough: the script caches are written on the way out. */
async function warmUp(profile) {
  const { child, marionette } = await start(profile, []);
  const pids = tree(child.pid);
  await quit(marionette);
  await gone(pids, { ms: 60_000 });
}

function quit(marionette) {
  return marionette.send('Marionette:Quit', { flags: ['eAttemptQuit'] }).catch(() => {});
}

/** Runs in the browser: its last window closes, and so Firefox ends. */
function closeWindow() {
  // After our answer is out: with the window goes the connection.
  window.setTimeout(() => window.BrowserCommands.tryToCloseWindow());
}

/**
 * Runs in the browser. As the tab's close button does it: another tab comes to
 * the front, then this one unloads. WebDriver's command unloads it at once.
 */
function removeTab(handle) {
  const { NavigableManager } = ChromeUtils.importESModule(
    'chrome://remote/content/shared/NavigableManager.sys.mjs',
  );
  const tab = gBrowser.getTabForBrowser(NavigableManager.getBrowserById(handle));
  gBrowser.removeTab(tab, { animate: true });
}

/**
 * Runs in the browser. Per tab, as WebDriver BiDi does it: Services.io.offline
 * would spare loopback.
 */
function setOffline(handle, offline) {
  const { NavigableManager } = ChromeUtils.importESModule(
    'chrome://remote/content/shared/NavigableManager.sys.mjs',
  );
  NavigableManager.getBrowserById(handle).browsingContext.forceOffline = offline;
}
