// GET /events: stored events as server-sent events, for people who watch.
// Each viewer has only a cursor and pulls from the log, so replay and live are
// one thing, and a viewer that does not read costs no memory.
import { REPLAY_EVENTS, VIEWERS } from './limits.mjs';
import { refuse } from './refuse.mjs';

// Proxies cut connections that are silent for a minute or less.
const HEARTBEAT_MS = 15_000;

// Rows a turn: other requests get theirs between two pages of a long replay.
const PAGE_ROWS = 100;

/**
 * Makes the live view of a log.
 *
 * The stream is that of html.spec.whatwg.org/multipage/server-sent-events.html:
 * `id` is the event's position in the log, `data` the stored JSON. A viewer
 * starts behind `Last-Event-ID` (which wins, as it is what a reconnecting
 * browser adds to an old URL), else behind `?after=N`, else 50 events back. A
 * position that the log has not reached is from another log, and counts as
 * none. A viewer that has read nothing from one heartbeat to the next is
 * dropped; when it comes back it goes on where it was.
 *
 * It shows every event to whoever can reach it, and is meant for development:
 * let a public proxy forward only `/v1/`.
 *
 * @param {object} log from `openEventLog`.
 * @param {{logger: object, heartbeatMs?: number}} options
 * @returns {{view: (req, res, query: URLSearchParams) => void,
 *   viewers: () => number, close: () => void}} `view` throws an error of
 *   `refuse`: 400 for a bad position, 503 for more than 100 viewers.
 */
export function createLive(log, { logger, heartbeatMs = HEARTBEAT_MS }) {
  const viewers = new Set();

  function view(req, res, query) {
    const cursor = startOf(req, query, log);
    if (viewers.size >= VIEWERS) {
      throw refuse(503, `There are ${VIEWERS} viewers already; close one.`);
    }
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Accel-Buffering': 'no', // nginx would hold events back
    });
    if (req.method === 'HEAD') return void res.end();

    const viewer = { res, cursor, full: false, late: false };
    viewers.add(viewer);
    res.once('close', () => viewers.delete(viewer));
    res.on('drain', () => {
      viewer.full = viewer.late = false;
      pump(viewer);
    });
    send(viewer, 'retry: 1000\n\n');
    pump(viewer);
  }

  function send(viewer, text) {
    viewer.full = !viewer.res.write(text);
  }

  function pump(viewer) {
    if (viewer.full || !viewers.has(viewer)) return;
    try {
      const rows = log.read(viewer.cursor, PAGE_ROWS);
      for (const { seq, body } of rows) {
        send(viewer, `id: ${seq}\ndata: ${body}\n\n`);
        viewer.cursor = seq;
        if (viewer.full) return;
      }
      if (rows.length === PAGE_ROWS) setImmediate(pump, viewer);
    } catch (error) {
      logger.error({ err: error }, 'the log could not be read for a viewer');
      viewer.res.destroy();
    }
  }

  function beat(viewer) {
    if (viewer.late) {
      logger.info('a viewer that does not read was dropped');
      viewer.res.destroy();
    } else if (viewer.full) {
      viewer.late = true;
    } else {
      send(viewer, ':\n\n');
      pump(viewer); // what another process has stored in the same file
    }
  }

  const unsubscribe = log.subscribe(() => viewers.forEach(pump));
  const timer = setInterval(() => viewers.forEach(beat), heartbeatMs).unref();

  return {
    view,
    viewers: () => viewers.size,
    close() {
      clearInterval(timer);
      unsubscribe();
      for (const { res } of viewers) res.end();
      viewers.clear();
    },
  };
}

function startOf(req, query, log) {
  const asked = req.headers['last-event-id'] ?? query.get('after') ?? '';
  if (!/^\d{0,15}$/.test(asked)) {
    throw refuse(400, 'A position in the log is a whole number, as in '
      + '/events?after=12.');
  }
  const known = asked !== '' && Number(asked) <= log.last();
  return known ? Number(asked) : log.before(REPLAY_EVENTS);
}
