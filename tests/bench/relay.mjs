// make bench-relay: how fast the relay takes events that are on disk before it answers,
// beside the floor (relay-floor.mjs). Both run at once and are asked in turns, so that
// what else the machine does falls on both; docs/BENCH-RELAY.md is what came out.
//
//   node tests/bench/relay.mjs [--rounds 16] [--seconds 2] [--connections 40]
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const number = (fallback) => ({ type: 'string', default: String(fallback) });
const { values } = parseArgs({ options: { rounds: number(16), seconds: number(2), connections: number(40), print: { type: 'boolean' }, profile: { type: 'boolean' } } });
const [ROUNDS, SECONDS, CONNECTIONS] = [values.rounds, values.seconds, values.connections].map(Number);

const EVENTS = 20; // in a batch
const BAR = 0.7;

// A page's call with the context that a browser's agent sends, 0.75 KB.
const event = {
  type: 'track', event: 'Order Completed', messageId: '@', anonymousId: '0b1e5eed-0000-4000-8000-00000000cafe',
  timestamp: '2026-01-31T09:30:00.000Z',
  properties: { order_id: 'o-4711', total: 49.99, currency: 'EUR', coupon: null, products: [{ product_id: 'a1', name: 'Running Shoe', price: 49.99, quantity: 1 }] },
  context: {
    page: { path: '/shoes', referrer: 'https://search.example/results?q=shoes', search: '?size=42', title: 'Shoes – Shop', url: 'https://shop.example/shoes?size=42' },
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    locale: 'en-GB', timezone: 'Europe/Berlin', library: { name: 'bench', version: '1.0.0' }, screen: { width: 1440, height: 900, density: 2 },
  },
};
const PARTS = JSON.stringify({ writeKey: 'bench', sentAt: '2026-01-31T09:30:01.000Z', batch: Array(EVENTS).fill(event) }).split('"@"');
const HEAD = ['POST /v1/batch HTTP/1.1', 'Host: bench', 'Origin: https://shop.example', 'Content-Type: text/plain',
  `User-Agent: ${event.context.userAgent}`, ''].join('\r\n');

let made = 0;
function request() {
  let body = PARTS[0];
  for (let i = 1; i < PARTS.length; i++) body += `"bench-${String(++made).padStart(12, '0')}"${PARTS[i]}`;
  return `${HEAD}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const dir = mkdtempSync(join(tmpdir(), 'fh-bench-'));

async function start(name, command, ...args) {
  const child = spawn(process.execPath, [...(values.profile ? ['--cpu-prof', `--cpu-prof-dir=build/bench-relay`] : []), command, ...args],
    { stdio: ['ignore', 'pipe', openSync('/dev/null', 'w')] });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  return { name, child, port: Number(/:(\d+)/.exec(value)[1]), ms: [], rounds: [] };
}

/** User and system time of a process so far, in seconds (proc(5)). */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function dial(port) {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  return new Promise((done, failed) => socket.once('connect', () => done(socket)).once('error', failed));
}

/** One exchange. The answers are short and come in one piece. */
function ask(socket) {
  return new Promise((done, failed) => {
    const began = performance.now();
    socket.once('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (!text.startsWith('HTTP/1.1 200') || !text.includes('"success":true')) failed(new Error(text));
      else done(performance.now() - began);
    });
    socket.write(request());
  });
}

async function round(server) {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => dial(server.port)));
  const ms = [];
  const before = cpuOf(server.child.pid);
  const began = performance.now();
  const end = began + SECONDS * 1000;
  await Promise.all(sockets.map(async (socket) => {
    while (performance.now() < end) ms.push(await ask(socket));
    socket.destroy();
  }));
  const seconds = (performance.now() - began) / 1000;
  const events = ms.length * EVENTS;
  return { ms, rate: events / seconds, cpu: (cpuOf(server.child.pid) - before) / events * 1e6 };
}

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const at = (numbers, share) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
const median = (numbers) => at(numbers, 0.5);

const servers = [
  await start('floor', 'tests/bench/relay-floor.mjs', join(dir, 'floor.db')),
  await start('relay', 'relay/bin.mjs', '--port', '0', '--db', join(dir, 'relay.db')),
];
try {
  for (const server of servers) await round(server); // warm up
  for (let i = 0; i < ROUNDS; i++) {
    for (const server of i % 2 ? servers : [...servers].reverse()) {
      const { ms, ...result } = await round(server);
      server.ms.push(...ms);
      server.rounds.push(result);
    }
  }
} finally {
  for (const { child } of servers) {
    child.kill('SIGTERM');
    await new Promise((done) => { child.once('exit', done); });
  }
  rmSync(dir, { recursive: true, force: true });
}

const [floor, relay] = servers;
const ratios = relay.rounds.map(({ rate }, i) => rate / floor.rounds[i].rate);
const ratio = median(ratios);
const row = ({ name, ms, rounds }) => `| ${[name, Math.round(median(rounds.map(({ rate }) => rate))), at(ms, 0.5).toFixed(1),
  at(ms, 0.99).toFixed(1), median(rounds.map(({ cpu }) => cpu)).toFixed(1)].join(' | ')} |`;
const report = `# The relay beside its floor

By \`make bench-relay\`. The floor is what any collector in Node does at least ([tests/bench/relay-floor.mjs](../tests/bench/relay-floor.mjs)):
http, \`JSON.parse\`, and the relay's own log, so the same transaction and the same group commit. It checks nothing and logs nothing.
The relay is the command with its defaults: it checks every event, corrects its times, reads the user agent, adds address, bot flag and \`receivedAt\`, counts and
writes a line of log for each request. Each answer comes when the events are on disk.

${ROUNDS} rounds of ${SECONDS} s for each, in turns; ${CONNECTIONS} connections; batches of ${EVENTS} events of ${Math.round(PARTS.join('').length / EVENTS)} bytes; ${cpus().length} cores, which
the sender of the load shares. Rates and CPU are medians of the rounds, times are of all requests.

| | events/s | p50 ms | p99 ms | CPU µs an event |
|---|---:|---:|---:|---:|
${servers.map(row).join('\n')}

**Ratio of events/s: ${ratio.toFixed(2)}** (median of pairs of rounds; quartiles ${at(ratios, 0.25).toFixed(2)} to ${at(ratios, 0.75).toFixed(2)}). The bar is ${BAR}.
`;
console.log(report);
if (!values.print) writeFileSync('docs/BENCH-RELAY.md', report);
if (ratio < BAR) {
  console.error(`The relay is below ${BAR} of its floor.`);
  process.exitCode = 1;
}
