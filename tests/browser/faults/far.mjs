// A server far away: a TCP proxy that passes everything on late. The kernel here
// has no netem.
import { connect, createServer } from 'node:net';

/**
 * @param {number} port of the server on this machine
 * @param {number} ms each way
 * @returns {Promise<{ url, close }>}
 */
export async function far(port, ms) {
  const sockets = new Set();
  const kept = (socket) => {
    sockets.add(socket);
    socket.setNoDelay().on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const there = kept(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
    pass(kept(near), there, ms);
    pass(there, near, ms);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Timers of one length fire in the order in which they were set: so do bytes. */
function pass(from, to, ms) {
  const later = (work) => setTimeout(() => to.destroyed || work(), ms);
  from.on('data', (bytes) => later(() => to.write(bytes)));
  from.on('end', () => later(() => to.end()));
  from.on('close', (failed) => failed && later(() => to.resetAndDestroy()));
}
