// Chromium, full or headless shell, driven by CDP over a pipe.
import fs from 'node:fs';
import { connect } from './cdp.mjs';
import { openPage } from './chromium-page.mjs';
import { own, signal } from './processes.mjs';
import { confined } from './profiles.mjs';

// Not Debian's wrapper scripts in /usr/bin: the one for the headless shell
// doesn't exec, so that the pid would be a shell's.
const FULL = process.env.CHROMIUM ?? '/usr/lib/chromium/chromium';
const SHELL = '/usr/lib/chromium/chromium-headless-shell';

const FLAGS = [
  '--headless',
  '--remote-debugging-pipe',
  '--no-sandbox', // refuses to run as root with it
  '--disable-gpu',
  '--disable-dev-shm-usage', // a container's /dev/shm can be too small
  '--no-first-run',
  '--password-store=basic', // no question to a desktop keyring
  '--hide-scrollbars',
  '--mute-audio',
  // Quiet on the network and on the processor: nothing of the browser's own.
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  // The last two are pages behind the address bar: half of the work of a start.
  '--disable-features=MediaRouter,OptimizationHints,Translate,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
  '--disable-quic',
  '--disable-sync',
];

export const chromium = engine(FULL, { lifecycle: true });

// Small and quick, but without bfcache and visibility changes.
export const chromiumShell = engine(SHELL, { lifecycle: false });

function engine(binary, { lifecycle }) {
  return {
    installed: () => fs.existsSync(binary),
    isRenderer: (commandLine) => commandLine.includes(' --type=renderer'),
    launch: (options) => launch(binary, lifecycle, options),
  };
}

async function launch(binary, lifecycle, { profile, args = [], proxy, isPrivate }) {
  const all = [...FLAGS, `--user-data-dir=${profile}`, ...(proxy ? [`--proxy-server=${proxy}`] : []), ...args, 'about:blank'];
  const child = own(binary, all, { pipes: 2, env: confined(profile) });
  const cdp = connect(child);
  // The tab it comes up with stays blank: it is what covers a hidden page.
  const { targetInfos } = await cdp.send('Target.getTargets');
  const blank = targetInfos.find(({ type }) => type === 'page').targetId;
  // As a window of --incognito, which DevTools would not open tabs in.
  const { browserContextId } = isPrivate ? await cdp.send('Target.createBrowserContext') : {};
  return {
    pid: child.pid,
    page: () => openPage(cdp, { blank, lifecycle, browserContextId }),
    // Skips pagehide altogether: what a driver does, not what a person does.
    close: () => cdp.send('Browser.close').catch(() => {}),
    // Full Chromium answers SIGINT as if its last window was closed.
    closeLikeAPerson: () => signal(child.pid, 'SIGINT'),
  };
}
