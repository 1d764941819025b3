// One interface over real browsers, without an npm package.
//
//   const browser = await open('firefox');
//   const page = await browser.page();
//   await page.goto(url);
//   await page.eval((name) => localStorage.getItem(name), 'id');
//   await browser.kill();
//   await browser.restart();
//   await browser.cleanup();
//
// A page, once browser.page() has opened it in front (a tab; in WebKit a window):
//
//   goto(url)             until its load event
//   back()                as the back button; from bfcache where the engine can
//   eval(fn, ...args)     runs fn in the page; it may be async, JSON crosses
//   click(selector, button)  a real input event; 'left' if left out, 'middle', 'right'
//                         (not in WebKit)
//   press(key)            'Enter' or 'Tab', at what has the focus
//   hide(), show()        another tab in front of it, and itself again; WebKit
//                         minimises its window
//   close()               as a person closes a tab
//   screenshot(file)      a PNG; of a page in front
//   cookies()             [{ name, value, domain, path, expires, sameSite, secure }] as
//                         the browser keeps them for this address; expires in s, the
//                         domain with a dot in front if subdomains get it
//   offline(bool)         the network is gone, for this page
//   block(patterns)       requests to these addresses (* is anything) fail at once,
//                         as by an ad blocker; [] ends it
//   freeze(bool)          hides it and stops it; thawed, it waits for show()
//   input(what, event)    any other, by DevTools' Input domain
//   console               [{ type, text }] so far, exceptions as type 'exception'
//   onNewDocument(fn, ...args)  runs before the scripts of every page to come
//   cpuThrottle(rate)     that many times slower
//   metrics()             { TaskDuration, … } since the tab began, seconds
//   trace(categories, work)  the trace events of these categories while work() ran
//   devtools(method, params)  any command of the Chrome DevTools Protocol
//
// A member is null where an engine has no such thing: the headless shell's hide
// and show, WebKit's offline, and the last nine everywhere but in Chromium.
import fs from 'node:fs';
import { chromium, chromiumShell } from './chromium.mjs';
import { firefox } from './firefox.mjs';
import { commandLine, gone, killTree, signal, tree } from './processes.mjs';
import { makeProfile, removeProfile } from './profiles.mjs';
import { webkit } from './webkit.mjs';

const ENGINES = {
  chromium,
  'chromium-shell': chromiumShell,
  firefox,
  webkit,
};

/** Is there what open(engine) needs? */
export function installed(engine) {
  return named(engine).installed();
}

/**
 * Starts a browser.
 *
 * @param {'chromium' | 'chromium-shell' | 'firefox' | 'webkit'} engine
 * @param {object} [options]
 * @param {string} [options.profile] a directory; left out: a new temporary one
 * @param {string[]} [options.args] more flags for Chromium or Firefox
 * @param {object} [options.prefs] preferences for Firefox
 * @param {string} [options.proxy] the address of an HTTP proxy, by which names exist
 *   on a machine without DNS: every page of plain http comes from there, but those
 *   of 127.0.0.1 and localhost, which stay what they are
 * @param {boolean} [options.isPrivate] every page is in a private window
 */
export async function open(engine, { profile = makeProfile(engine), args, prefs, proxy, isPrivate } = {}) {
  const { isRenderer, launch } = named(engine);
  fs.mkdirSync(profile, { recursive: true });
  const start = (how = isPrivate) => launch({ profile, args, prefs, proxy, isPrivate: how });
  let running = await start();
  let ended = false;

  /** Waits for the whole tree to end after it has been asked to. */
  async function ending(ask) {
    const pids = tree(running.pid);
    await ask();
    await gone(pids, { what: `${engine} to close` });
    await running.ended?.();
    ended = true;
  }

  async function kill() {
    if (ended) return; // its pid may be another's by now
    await gone(killTree(running.pid));
    await running.ended?.();
    ended = true;
  }

  return {
    engine,
    profile,

    /** The main process. */
    get pid() {
      return running.pid;
    },

    /** Opens a page; see above. */
    page: () => running.page(),

    /** Ends the browser by the driver's own means. Pages may get no pagehide. */
    close: () => ending(running.close),

    /** Ends it as its user would: in good order, and the pages are told. */
    closeLikeAPerson: () => ending(running.closeLikeAPerson),

    /** SIGTERM to the main process, as when the system shuts down. */
    terminate: () => ending(() => signal(running.pid, 'SIGTERM')),

    /** kill -9 of every process of the browser, none of which sees another die. */
    kill,

    /**
     * kill -9 of the processes that run pages, as in a crash of the tabs. In
     * WebKit that is the end of the session: kill() and restart() are left.
     */
    async killRenderers() {
      const pids = tree(running.pid).filter((pid) => isRenderer(commandLine(pid)));
      for (const pid of pids) signal(pid, 'SIGKILL');
      await gone(pids);
    },

    /**
     * A new life on the same profile; the pages of the last one are void.
     * @param {{ isPrivate }} [options] otherwise than before
     */
    async restart({ isPrivate: how } = {}) {
      if (!ended) throw new Error(`${engine} still runs: close or kill it`);
      running = await start(how);
      ended = false;
    },

    /** Kills what still runs and removes the profile. */
    async cleanup() {
      await kill();
      removeProfile(profile);
    },
  };
}

function named(engine) {
  if (!(engine in ENGINES)) throw new Error(`no such engine: ${engine}`);
  return ENGINES[engine];
}
