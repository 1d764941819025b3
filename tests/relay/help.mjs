// What the relay's tests share: a place on disk, a relay, a child process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRelay } from '../../relay/index.mjs';

const BIN = fileURLToPath(new URL('../../relay/bin.mjs', import.meta.url));

/** A directory that goes away with the test. */
export function place(t) {
  const dir = mkdtempSync(join(tmpdir(), 'fh-relay-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A relay that listens; it ends with the test. */
export async function start(t, { listen, ...options } = {}) {
  const db = options.db ?? join(place(t), 'events.db');
  const relay = createRelay({ logLevel: 'silent', ...options, db });
  t.after(() => relay.close());
  const url = await relay.listen({ port: 0, ...listen });
  return { ...relay, url, db };
}

/** The command in a process of its own; `url` is read from what it prints. */
export const spawnRelay = (t, ...args) => spawnRelayThatLogs('info', t, ...args);

/** The same at another level of pino's. */
export async function spawnRelayThatLogs(level, t, ...args) {
  const child = spawn(process.execPath, [BIN, '--port', '0', ...args], {
    env: { ...process.env, LOG_LEVEL: level },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let logged = '';
  child.stderr.on('data', (chunk) => { logged += chunk; });
  const ended = new Promise((done) => {
    child.once('close', (code, signal) => done({ code, signal }));
  });
  t.after(() => { child.kill('SIGKILL'); return ended; });
  const { value } = await createInterface({ input: child.stdout })
    [Symbol.asyncIterator]().next();
  const url = /http:\S+\d/.exec(value)[0];
  return { child, ended, url, logged: () => logged };
}

/** Runs the command to its end. */
export function runRelay(...args) {
  const child = spawn(process.execPath, [BIN, ...args]);
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  child.stderr.on('data', (chunk) => { text += chunk; });
  return new Promise((done) => {
    child.once('close', (code) => done({ code, text }));
  });
}

/** POSTs a value as JSON, or a string or bytes as they are. */
export async function post(url, body, headers = {}) {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method: 'POST', headers, redirect: 'error',
    body: raw ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    answer: await response.json(),
  };
}

let made = 0;

/** A track call that is right, with an id of its own. */
export const track = (more) => ({
  type: 'track', event: 'Signed Up', anonymousId: 'anon',
  messageId: `m${++made}`, ...more,
});

/** A batch that is right. */
export const batch = (events, more) =>
  ({ writeKey: 'key', batch: events, ...more });

/** A stream of our agent, its own for each small number. */
export const stream = (n) =>
  `5eed0000-0000-8000-8000-${String(n).padStart(4, '0')}00000000`;

/** The id of event `number` of a stream. */
export const idIn = (name, number) =>
  name.slice(0, 28) + number.toString(16).padStart(8, '0');

/** A batch as our agent sends it: these numbers, and what it says of them. */
export const ours = (name, numbers, { dropped, ...more } = {}) =>
  batch(numbers.map((number) => track({ messageId: idIn(name, number) })), {
    firsthand: {
      v: 1, stream: name, first: numbers[0], last: numbers.at(-1), attempt: 1,
      dropped,
    },
    ...more,
  });

/** The whole numbers from `first` to `last`. */
export const span = (first, last) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** The ledger as the relay shows it. */
export const ledger = async (relay, query = '') =>
  (await fetch(`${relay.url}/ledger${query}`)).json();

/** The stored events, oldest first. */
export const stored = (relay) =>
  relay.log.read(0, 1e6).map(({ body }) => JSON.parse(body));

/** Waits for a condition. The limit is only there to fail instead of hang. */
export async function until(condition) {
  const limit = Date.now() + 20_000;
  while (!await condition()) {
    if (Date.now() > limit) throw new Error(`in vain: ${condition}`);
    await setTimeout(5); // what is waited for needs the processor
  }
}
