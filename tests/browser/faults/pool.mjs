// Workers: processes that make repeats, and the browsers with them. One that
// does not answer is ended with all that it has started.
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alive, gone, killTree } from '../engines/processes.mjs';

const PREFIX = 'firsthand-matrix-';
// Databases and profiles in memory: this machine's disk is no part of a fault,
// and kill -9 leaves the page cache alone anyway.
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * A directory for the profiles and databases of this run, gone with it: a worker
 * that was killed cannot tidy up. What a killed run has left goes too.
 */
export function runDir() {
  for (const name of readdirSync(BASE)) {
    const pid = Number(name.slice(PREFIX.length));
    if (name.startsWith(PREFIX) && !alive(pid)) rmSync(join(BASE, name), { recursive: true, force: true });
  }
  const dir = join(BASE, `${PREFIX}${process.pid}`);
  mkdirSync(dir, { recursive: true });
  return dir;
}

const workers = new Set();

/** Nothing outlives the run, however it ends; from SIGKILL its next life tidies up. */
export function tidyUp(dir) {
  process.on('exit', () => {
    killTree(...[...workers].map(({ pid }) => pid));
    try {
      rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
    } catch {
      // A dying browser still writes: the next run removes it.
    }
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => process.exit(1));
}

/**
 * A worker that comes up when it is first asked.
 * @returns {{ ask(message, ms), end() }} ask rejects when no answer comes in time
 *   or the process ends; the next one then has a new process
 */
export function createWorker(dir) {
  let child;

  const start = () => {
    child = fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), { env: { ...process.env, TMPDIR: dir } });
    const mine = child;
    workers.add(mine);
    mine.once('exit', () => {
      workers.delete(mine);
      if (child === mine) child = undefined;
    });
  };

  async function end() {
    if (!child) return;
    const pids = killTree(child.pid);
    child = undefined;
    await gone(pids).catch(() => {});
  }

  async function ask(message, ms) {
    if (!child) start();
    const mine = child;
    let timer;
    let ended;
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no end in ${ms} ms`)), ms);
        mine.once('message', resolve);
        ended = (code, name) => reject(new Error(`its worker ended (${name ?? code})`));
        mine.once('exit', ended);
        mine.send(message, (error) => error && reject(error));
      });
    } catch (error) {
      await end();
      throw error;
    } finally {
      clearTimeout(timer);
      mine.removeAllListeners('message').removeListener('exit', ended);
    }
  }

  return { ask, end };
}
