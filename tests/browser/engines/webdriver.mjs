// W3C WebDriver over HTTP, with the commands by name as in Marionette.
import { within } from './until.mjs';

// POST /session hangs for ever when the browser doesn't start.
const COMMAND_MS = 60_000;

const COMMANDS = {
  GetWindowHandle: () => ['GET', '/window'],
  NewWindow: () => ['POST', '/window/new'],
  SwitchToWindow: () => ['POST', '/window'],
  CloseWindow: () => ['DELETE', '/window'],
  MinimizeWindow: () => ['POST', '/window/minimize'],
  SetWindowRect: () => ['POST', '/window/rect'],
  Navigate: () => ['POST', '/url'],
  Back: () => ['POST', '/back'],
  ExecuteAsyncScript: () => ['POST', '/execute/async'],
  FindElement: () => ['POST', '/element'],
  ElementClick: ({ id }) => ['POST', `/element/${id}/click`],
  PerformActions: () => ['POST', '/actions'],
  GetCookies: () => ['GET', '/cookie'],
  TakeScreenshot: () => ['GET', '/screenshot'],
  DeleteSession: () => ['DELETE', ''],
};

/**
 * Starts a session at a driver.
 *
 * @param {string} base the driver's address
 * @param {object} capabilities what the browser must be
 * @returns {Promise<{ send, run }>} send(command, params); run(source) for a
 *   script of the page, resolves as its promise does
 */
export async function connect(base, capabilities) {
  const { sessionId } = await request(base, 'POST', '/session', {
    capabilities: { alwaysMatch: capabilities },
  });

  function send(command, params = {}) {
    const [method, path] = COMMANDS[command](params);
    return request(base, method, `/session/${sessionId}${path}`, params);
  }

  function run(source) {
    const script = `(${source}).then(arguments[0])`;
    return send('ExecuteAsyncScript', { script, args: [] });
  }

  return { send, run };
}

async function request(base, method, path, params) {
  const body = method === 'POST' ? JSON.stringify(params) : undefined;
  const answer = fetch(base + path, { method, body }).then((reply) => reply.json());
  const { value } = await within(answer, COMMAND_MS, `${method} ${path}`);
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
