// WebKitGTK, driven by WebKitWebDriver. The browser is wkbrowser.py, because
// MiniBrowser forgets its storage whenever it is automated.
import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gone, killTree, lastWords, own, signal, tree } from './processes.mjs';
import { confined } from './profiles.mjs';
import { until } from './until.mjs';
import { connect } from './webdriver.mjs';
import { windows } from './windows.mjs';
import { display } from './xvfb.mjs';

const PYTHON = '/usr/bin/python3';
const SIZE = { x: 0, y: 0, width: 1024, height: 768 };
const BROWSER = fileURLToPath(new URL('wkbrowser.py', import.meta.url));

export const webkit = {
  installed,
  isRenderer: (commandLine) => commandLine.includes('/WebKitWebProcess '),
  launch,
};

function installed() {
  const answers = (command, ...args) => spawnSync(command, args).status === 0;
  const typelib = "import gi; gi.require_version('WebKit2', '4.1')";
  return answers('sh', '-c', 'command -v WebKitWebDriver && command -v Xvfb') &&
    answers(PYTHON, '-c', typelib);
}

async function launch({ profile, proxy, isPrivate }) {
  const child = own('WebKitWebDriver', ['--port=0'], {
    env: { ...confined(profile), DISPLAY: await display(), GDK_BACKEND: 'x11' },
  });
  const port = await until(() => listeningPort(child.pid), {
    what: "WebKitWebDriver's port",
    unless: () => lastWords(child),
  });
  const flags = [...(proxy ? [`--proxy=${proxy}`] : []), ...(isPrivate ? ['--private'] : [])];
  const driver = await connect(`http://127.0.0.1:${port}`, {
    'webkitgtk:browserOptions': {
      binary: 'setpriv', // as in own()
      args: ['--pdeathsig', 'KILL', PYTHON, BROWSER, ...flags, profile],
    },
  });
  const [, pid] = tree(child.pid);
  const { on, open, page } = await windows(driver);

  async function openPage() {
    const handle = await open('window');
    const hide = () => on(handle, () => driver.send('MinimizeWindow'));
    const show = () => on(handle, () => driver.send('SetWindowRect', SIZE));
    const own = page(handle, { hide, show });
    return {
      ...own,
      click: async (selector, button = 'left') => {
        // Measured with 2.50: mousedown 1, then mouseup 0 and a click.
        if (button !== 'left') throw new Error('WebKitWebDriver lets every button go as the left one');
        await own.click(selector);
      },
      console: null,
      onNewDocument: null,
      freeze: null,
      input: null,
      block: null,
      cpuThrottle: null,
      metrics: null,
      trace: null,
      devtools: null,
      offline: null,
      close: () => on(handle, () => driver.send('CloseWindow')),
    };
  }

  return {
    pid,
    page: openPage,
    close: () => driver.send('DeleteSession').catch(() => {}),
    closeLikeAPerson: () => signal(pid, 'SIGINT'),
    // A driver serves one session.
    ended: () => gone(killTree(child.pid)),
  };
}

/**
 * The port of a process that was told to take any. WebKitWebDriver doesn't
 * print it, and a free port chosen here could be taken before it gets there.
 */
function listeningPort(pid) {
  const LISTEN = '0A';
  const fds = fs.readdirSync(`/proc/${pid}/fd`);
  const files = fds.map((fd) => fs.readlinkSync(`/proc/${pid}/fd/${fd}`));
  for (const line of fs.readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== LISTEN || !files.includes(`socket:[${inode}]`)) continue;
    return parseInt(local.split(':')[1], 16);
  }
  return undefined;
}
