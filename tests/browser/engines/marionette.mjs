// Marionette, the TCP protocol that Firefox speaks to geckodriver. A frame is
// "<bytes>:<json>"; a command [0, id, name, params] is answered by
// [1, id, error, result]. The commands are WebDriver's, by name.
import net from 'node:net';
import { within } from './until.mjs';

const COMMAND_MS = 60_000;

/**
 * Connects to a Firefox that listens on `port`.
 *
 * @returns {Promise<{ send, run, chrome }>} send(command, params) for WebDriver's
 *   commands; run(source) for a script of the page; chrome(fn, ...args) runs a
 *   function with the browser's own rights
 */
export async function connect(port) {
  const pending = new Map();
  let lastId = 0;

  function send(command, params = {}) {
    const id = ++lastId;
    const name = command.includes(':') ? command : `WebDriver:${command}`;
    const reply = new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
    const text = JSON.stringify([0, id, name, params]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
    return within(reply, COMMAND_MS, name).finally(() => pending.delete(id));
  }

  // Marionette's own way to run page scripts is a sandbox with its own Object:
  // a literal made there is no plain object to the page's code. This is how
  // Firefox runs an extension's script in the page itself, whatever its CSP.
  function run(source) {
    const script = `(${runInPage})(window, ...arguments)`;
    return send('ExecuteAsyncScript', { script, args: [source], sandbox: 'system' });
  }

  async function chrome(fn, ...args) {
    await send('Marionette:SetContext', { value: 'chrome' });
    try {
      const script = `return (${fn})(...arguments)`;
      return await send('ExecuteScript', { script, args, sandbox: 'system' });
    } finally {
      await send('Marionette:SetContext', { value: 'content' });
    }
  }

  const socket = net.connect(port, '127.0.0.1').setNoDelay().unref();
  const greeting = new Promise((resolve, reject) => {
    socket.once('error', reject);
    eachFrame(socket, (frame) => {
      if (!Array.isArray(frame)) return resolve(frame);
      const [, id, error, result] = frame;
      if (error) pending.get(id)?.reject(new Error(`${error.error}: ${error.message}`));
      else pending.get(id)?.resolve(unwrap(result));
    });
  });
  socket.on('error', () => {}); // 'close' follows and tells
  socket.on('close', () => {
    for (const { reject } of pending.values()) reject(new Error('Firefox hung up'));
  });

  await within(greeting, COMMAND_MS, 'Marionette');
  await send('NewSession', { capabilities: {} });
  return { send, run, chrome };
}

/** Runs in the tab's process, with the browser's own rights. */
async function runInPage(window, source, done) {
  const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`;
  try {
    const script = await ChromeUtils.compileScript(url, { hasReturnValue: true });
    done(await script.executeInGlobal(window));
  } catch (error) {
    done(JSON.stringify({ error: String(error) }));
  }
}

/** Some answers come bare, others as { value }. */
function unwrap(result) {
  return result && 'value' in result ? result.value : result;
}

function eachFrame(socket, receive) {
  let bytes = Buffer.alloc(0);
  socket.on('data', (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const colon = bytes.indexOf(':');
      const end = colon + 1 + Number(bytes.subarray(0, Math.max(colon, 0)));
      if (colon < 0 || bytes.length < end) return;
      receive(JSON.parse(bytes.subarray(colon + 1, end)));
      bytes = bytes.subarray(end);
    }
  });
}
