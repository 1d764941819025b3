// A loopback server for browser tests: the pages it is given, and a log of the
// beacons they send.
import http from 'node:http';
import { until } from './until.mjs';

/**
 * Starts a server on a free port.
 *
 * @param {Record<string, { type: string, body: string | Buffer }>} pages by path
 * @returns {Promise<{ origin, otherOrigin, beacons, beacon, close }>}
 *   beacons: what came to /beacon, as { query, body }; beacon(query) waits for
 *   one whose query has these values; otherOrigin: the same pages as another site
 */
export async function serve(pages) {
  const beacons = [];

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const body = await text(request);
    if (pathname === '/beacon') {
      beacons.push({ query: Object.fromEntries(searchParams), body });
      response.writeHead(204).end();
      return;
    }
    const page = pages[pathname];
    response.writeHead(page ? 200 : 404, { 'content-type': page?.type ?? 'text/plain' });
    response.end(page?.body);
  }

  function beacon(query) {
    const wanted = Object.entries(query);
    const matches = (sent) => wanted.every(([name, value]) => sent.query[name] === value);
    return until(() => beacons.find(matches), { what: `beacon ${JSON.stringify(query)}` });
  }

  const server = http.createServer((request, response) => {
    // A page that dies in the middle of its request is no error of the test's.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    origin: `http://127.0.0.1:${port}`,
    otherOrigin: `http://localhost:${port}`,
    beacons,
    beacon,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function text(stream) {
  stream.setEncoding('utf8');
  let all = '';
  for await (const part of stream) all += part;
  return all;
}
