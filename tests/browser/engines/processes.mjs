// The processes that the tests start: found through /proc (so Linux only),
// killed as whole trees, and never outliving the test process.
import fs from 'node:fs';
import { spawn } from 'node:child_process';
import { until } from './until.mjs';

const KEPT_STDERR = 2000;

const owned = new Set();

/**
 * Starts a process that dies with this one, however this one ends: the exit
 * handler takes the whole tree, and the kernel (setpriv --pdeathsig) takes the
 * process itself if we get SIGKILL and no handler runs.
 *
 * It doesn't keep our event loop alive: a browser that a failed test left open
 * must not hang the test run.
 *
 * @param {number} [options.pipes] how many pipes it gets, from fd 3 upwards
 */
export function own(command, args, { env, pipes = 0 } = {}) {
  guard();
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', ...Array(pipes).fill('pipe')],
    env: { ...process.env, ...env },
  });
  owned.add(child.pid);
  child.once('exit', () => owned.delete(child.pid));

  child.stderrTail = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    child.stderrTail = (child.stderrTail + text).slice(-KEPT_STDERR);
  });
  child.unref();
  for (const pipe of child.stdio) pipe?.unref();
  return child;
}

/** Why a process of own() is gone, or undefined while it runs. */
export function lastWords(child) {
  const end = child.exitCode ?? child.signalCode;
  return end === null ? undefined : `exited (${end}): ${child.stderrTail}`;
}

/** Is there such a process, zombies not counted? */
export function alive(pid) {
  return !'ZX'.includes(stat(pid)?.state ?? 'X');
}

/** The command line of a process, or '' when it is gone. */
export function commandLine(pid) {
  return (read(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
}

/** The pids of a process and of all its descendants. */
export function tree(root) {
  const children = new Map();
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = stat(name)?.parent;
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/**
 * Kills processes and their descendants as one: all are stopped before the first
 * is killed, so that none reacts to the death of another. WebKit's web process
 * sends its pagehide beacons when the UI process dies, Chromium sends
 * fetchLater()s when a renderer does.
 *
 * @returns the pids, for gone()
 */
export function killTree(...roots) {
  const pids = new Set(roots.flatMap(tree));
  for (const pid of pids) signal(pid, 'SIGSTOP');
  // Once more, for one born before its parent stopped. Added to the first list,
  // because a child of one that died meanwhile has left the tree.
  for (const pid of roots.flatMap(tree)) pids.add(pid);
  for (const pid of pids) signal(pid, 'SIGKILL');
  return [...pids];
}

/** Resolves when none of the processes is left. */
export function gone(pids, options) {
  return until(() => !pids.some(alive), { what: 'processes to end', ...options });
}

/** Kills whatever own() started and has not ended, and waits. Synchronous. */
export function killOwned() {
  const pids = killTree(...owned);
  owned.clear();
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < 500 && pids.some(alive); i++) {
    Atomics.wait(nothing, 0, 0, 10);
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

let guarded = false;

/** An uncaught exception reaches 'exit' by itself, a signal has to be led there. */
function guard() {
  if (guarded) return;
  guarded = true;
  process.on('exit', killOwned);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => process.exit(1));
  }
}

function stat(pid) {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // "pid (name) state ppid …", and the name may hold spaces and brackets.
  const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent) };
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
