// The shop's own server: its pages, its orders, and the relay, on one port.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createRelay } from '../../relay/index.mjs';
import { startPayments } from './payments.mjs';
import { createRoutes } from './routes.mjs';
import { createTracking } from './tracking.mjs';

const folder = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * @param {object} options
 * @param {number} [options.port] 0: any free one
 * @param {string} options.db SQLite file of the events, made when missing
 * @param {number} [options.renewAfterMs] from an order to the renewal
 * @param {string} [options.logLevel] of the relay, pino's
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 * @throws when the port is taken, the database cannot be used, or the SDK is not installed
 */
export const startShop = async ({ port = 8080, db, renewAfterMs = 30_000, logLevel }) => {
  const relay = createRelay({
    db,
    logLevel,
    site: folder('site-demo'),
    plan: folder('site-demo/plan.json'), // what is not as it says is stored all the same, and told at /plan
    mounts: [{ prefix: '/fh', dir: folder('dist') }],
  });
  const server = createServer();
  let tracking;
  let payments;

  const close = async () => {
    payments?.close();
    await tracking?.close(); // its last events go to the relay
    server.close();
    await relay.close();
    server.closeAllConnections();
  };

  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${server.address().port}`;
    const secret = randomUUID();
    tracking = createTracking(url);
    payments = startPayments({ webhook: `${url}/webhooks/payments`, secret, renewAfterMs });
    const route = createRoutes({ tracking, payments, secret });
    server.on('request', async (req, res) => {
      if (!(await route(req, res))) relay.handler(req, res);
    });
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
};
