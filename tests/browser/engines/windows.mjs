// The pages of a browser that is driven by WebDriver's commands, be it over
// Marionette or over HTTP.
import fs from 'node:fs';
import { callSource } from './call.mjs';
import { untilHidden } from './visibility.mjs';

/**
 * WebDriver obeys one command at a time, on one current window: here each
 * command waits its turn and switches to the window that it is meant for.
 *
 * The window that the browser came up with stays open and unused. A new one
 * needs a living one to be opened from, and closing the last one would end the
 * browser (WebKit) or be refused (Firefox).
 *
 * @param {{ send, run }} driver a connection from marionette.mjs or webdriver.mjs
 */
export async function windows({ send, run }) {
  const home = await send('GetWindowHandle');
  let current = home;
  let last = Promise.resolve();

  /** Runs an action when those before it are done, on the given window. */
  function on(handle, action) {
    const turn = last.then(async () => {
      // focus is Marionette's: false leaves a background tab where it is.
      if (handle !== current) await send('SwitchToWindow', { handle, focus: false });
      current = handle;
      return action();
    });
    last = turn.catch(() => {});
    return turn;
  }

  /** Opens a window, or a tab, in front. */
  async function open(type) {
    const { handle } = await on(home, () => send('NewWindow', { type, focus: true }));
    return handle;
  }

  /**
   * What a page can do in every engine of this kind; `hide` and `show` are the
   * engine's ways to change what is in front.
   */
  function page(handle, { hide, show }) {
    const runInPage = (fn, ...args) => on(handle, () => evaluate(run, fn, args));
    return {
      eval: runInPage,
      hide: async () => {
        await hide();
        await untilHidden(runInPage, true);
      },
      show: async () => {
        await show();
        await untilHidden(runInPage, false);
      },
      goto: (url) => on(handle, () => send('Navigate', { url })),
      back: () => on(handle, () => send('Back')),
      cookies: () => on(handle, () => cookies(send)),
      click: (selector, button) => on(handle, () => click(send, selector, button)),
      press: (key) => on(handle, () => press(send, key)),
      screenshot: (file) => on(handle, async () => {
        fs.writeFileSync(file, await send('TakeScreenshot'), 'base64');
      }),
    };
  }

  return { home, on, open, page };
}

async function evaluate(run, fn, args) {
  const json = await run(`(async () => {
    try {
      return JSON.stringify({ value: await ${callSource(fn, args)} });
    } catch (error) {
      return JSON.stringify({ error: String(error) });
    }
  })()`);
  const { value, error } = JSON.parse(json);
  if (error) throw new Error(error);
  return value;
}

async function cookies(send) {
  const list = await send('GetCookies');
  return list.map(({ name, value, domain, path, expiry, sameSite, secure }) => ({
    name, value, domain, path, expires: expiry, sameSite, secure,
  }));
}

async function click(send, selector, button = 'left') {
  const found = await send('FindElement', { using: 'css selector', value: selector });
  const [id] = Object.values(found); // its one key is a constant of WebDriver's
  if (button === 'left') return send('ElementClick', { id });
  const press = { button: ['left', 'middle', 'right'].indexOf(button) };
  await perform(send, { type: 'pointer', id: 'mouse' }, [
    { type: 'pointerMove', x: 0, y: 0, origin: found },
    { type: 'pointerDown', ...press },
    { type: 'pointerUp', ...press },
  ]);
}

const KEYS = { Enter: '\uE007', Tab: '\uE004' };

function press(send, key) {
  const value = KEYS[key];
  return perform(send, { type: 'key', id: 'keyboard' }, [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
}

const perform = (send, device, actions) => send('PerformActions', { actions: [{ ...device, actions }] });
