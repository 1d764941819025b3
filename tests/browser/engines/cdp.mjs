// The Chrome DevTools Protocol over --remote-debugging-pipe: JSON messages,
// each ended by a NUL; we write to the browser's fd 3 and read from its fd 4.
import { within } from './until.mjs';
import { lastWords } from './processes.mjs';

const COMMAND_MS = 60_000;

/**
 * Speaks to a browser that own() started with two pipes.
 *
 * @returns {{ send, session }} send(method, params) for the browser itself;
 *   session(id) has the same send, and on(event, listener), for one target
 */
export function connect(child) {
  const [, , , commands, replies] = child.stdio;
  const pending = new Map();
  const listeners = new Map();
  const dead = new Map(); // session → why
  let lastId = 0;

  function send(method, params, sessionId) {
    if (dead.has(sessionId)) return Promise.reject(new Error(dead.get(sessionId)));
    const id = ++lastId;
    const reply = new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, sessionId });
    });
    commands.write(JSON.stringify({ id, method, params, sessionId }) + '\0');
    return within(reply, COMMAND_MS, method).finally(() => pending.delete(id));
  }

  function session(sessionId) {
    const own = {};
    listeners.set(sessionId, own);
    return {
      send: (method, params) => send(method, params, sessionId),
      on: (event, listener) => (own[event] = listener),
    };
  }

  // A renderer that is dead never answers: fail at once what waits for it.
  function bury(sessionId, reason) {
    dead.set(sessionId, reason);
    for (const waiting of pending.values()) {
      if (waiting.sessionId === sessionId) waiting.reject(new Error(reason));
    }
  }

  function receive({ id, method, params, sessionId, result, error }) {
    if (id) {
      if (error) pending.get(id)?.reject(new Error(error.message));
      else pending.get(id)?.resolve(result);
      return;
    }
    if (method === 'Target.detachedFromTarget') {
      bury(params.sessionId, 'the tab is gone');
      listeners.get(params.sessionId)?.detached?.();
    }
    if (method === 'Inspector.targetCrashed') bury(sessionId, 'the tab crashed');
    listeners.get(sessionId)?.[method]?.(params);
  }

  eachMessage(replies, receive);
  // The browser may end while we write: its exit says so, EPIPE adds nothing.
  commands.on('error', () => {});
  child.once('exit', () => {
    for (const id of [undefined, ...listeners.keys()]) bury(id, `Chromium ${lastWords(child)}`);
  });
  return { send, session };
}

function eachMessage(stream, receive) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop();
    for (const message of messages) receive(JSON.parse(message));
  });
}
