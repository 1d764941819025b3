// Three nats-servers with JetStream on loopback, for the tests of the shared log.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './help.mjs';

const SERVER = [
  process.env.NATS_SERVER,
  fileURLToPath(new URL('../../build/apt/usr/sbin/nats-server', import.meta.url)),
  '/usr/sbin/nats-server',
].find((path) => path && existsSync(path));

/** Ports that were free a moment ago. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () =>
    new Promise((done) => {
      const server = createServer().listen(0, '127.0.0.1', () => done(server));
    })));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => { server.close(done); })));
  return ports;
}

/**
 * @returns {Promise<{servers: string[], nodes: {name, child}[], monitor}>}
 *   `monitor(path)` asks a server that lives, by HTTP.
 */
export async function startCluster(t, size = 3) {
  if (!SERVER) throw new Error('There is no nats-server; scripts/setup.sh relay gets it.');
  const dir = mkdtempSync(join(tmpdir(), 'fh-nats-'));
  const ports = await freePorts(size * 3);
  const routes = ports.slice(size, 2 * size).map((port) => `nats://127.0.0.1:${port}`);
  const nodes = routes.map((route, i) => {
    const args = ['-a', '127.0.0.1', '-p', ports[i], '-m', ports[2 * size + i],
      '--js', '-sd', join(dir, `n${i}`), '--name', `n${i}`];
    if (size > 1) {
      args.push('--cluster_name', 'test', '--cluster', route, '--routes', routes.join(','));
    }
    const child = spawn(SERVER, args.map(String), { stdio: 'ignore' });
    const ended = new Promise((done) => { child.once('close', done); });
    return { name: `n${i}`, child, ended, http: `http://127.0.0.1:${ports[2 * size + i]}` };
  });
  t.after(async () => {
    for (const { child } of nodes) child.kill('SIGKILL');
    await Promise.all(nodes.map(({ ended }) => ended));
    rmSync(dir, { recursive: true, force: true });
  });
  const monitor = async (path) => {
    for (const { http, child } of nodes) {
      if (child.signalCode !== null) continue;
      const answer = await fetch(http + path).then((r) => r.json()).catch(() => undefined);
      if (answer) return answer;
    }
    return undefined;
  };
  const leads = size === 1
    ? async () => (await monitor('/jsz'))?.config
    : async () => (await monitor('/jsz'))?.meta_cluster?.leader;
  await until(leads);
  return { servers: ports.slice(0, size).map((port) => `127.0.0.1:${port}`), nodes, monitor };
}
