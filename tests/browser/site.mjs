// A site under test: pages made by the test, the built agent at /fh/, and the
// real relay behind the same origin, whose committed log is the oracle. It is a
// proxy as well: a browser opened with { proxy: site.url } finds it under each name
// of .test, and under each name without a dot.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createRelay } from '../../relay/index.mjs';
import { createSearch } from '../../testing/search.mjs';
import { until } from './engines/until.mjs';

export const SNIPPET = readFileSync('dist/snippet.html', 'utf8').trim();
const TAG = '<script async src="/fh/firsthand.js" data-key="test" data-endpoint="/v1/compact" data-debug></script>';

/** A page with the agent on it. */
export const page = ({ title = 'A page', head = SNIPPET + TAG, body = '' } = {}) =>
  `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title>${head}</head><body>${body}</body></html>`;

/**
 * @param {Record<string, string | ((req, res) => void)>} pages by path
 * @param {object} [options] more of them for the relay
 * @returns a site: `url`, `relay`, `requests` (what was asked for, in order: method
 *   and path, or by another name the whole address, without its query), `events()`
 *   (all stored), `keyOf(name)` (the write key that such an event came by), `ledgers()` (what the batches said of
 *   themselves), `stored(test, what)` and `named(name)` (wait for an event),
 *   `down()` and `up()` (posts lose their connection), `portal(on)` (posts are
 *   answered by a page, as in a hotel), `hold()` (resolves when the next post has come,
 *   with a function that lets it be answered), `close()`
 */
export const startSite = async (pages, options = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'firsthand-site-'));
  const relay = createRelay({
    db: join(dir, 'events.db'),
    mounts: [{ prefix: '/fh', dir: 'dist' }],
    logLevel: 'silent',
    ...options,
  });
  const requests = [];
  let isDown = false;
  let isPortal = false;
  let held; // takes the next post
  const server = createServer((req, res) => {
    // A proxy is asked for whole addresses.
    const [, host, local] = req.url.match(/^(?:http:\/\/([^/:]+)[^/]*)?(.*)/);
    if (/\.(?!test$)[^.]+$/.test(host ?? '')) return res.writeHead(502).end(); // an errand of the browser's own
    requests.push(`${req.method} ${req.url.split('?')[0]}`);
    req.url = local;
    const path = local.split('?')[0];
    const made = pages[path];
    if (typeof made === 'function') return made(req, res);
    if (made !== undefined) {
      res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      return res.end(made);
    }
    if (isDown && req.method === 'POST') return req.socket.destroy();
    if (isPortal && req.method === 'POST') return res.end('<!doctype html>Please log in');
    const answer = () => relay.handler(req, res);
    if (!held || req.method !== 'POST') return answer();
    held(answer);
    held = undefined;
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  const rows = (sql) => {
    const db = new Database(join(dir, 'events.db'), { readonly: true });
    const all = db.prepare(sql).all();
    db.close();
    return all;
  };
  const events = () => rows('SELECT body FROM events ORDER BY seq').map(({ body }) => JSON.parse(body));
  const search = createSearch({ all: events, timeout: 30_000 });
  const site = {
    url: `http://127.0.0.1:${server.address().port}`,
    relay,
    requests,
    events,
    keyOf: (name) => rows('SELECT writeKey, body FROM events').filter(({ body }) => JSON.parse(body).event === name)[0]?.writeKey,
    ledgers: () => rows('SELECT firsthand FROM batches ORDER BY seq').map(({ firsthand }) => JSON.parse(firsthand)),
    stored: (test, what) => until(() => events().find(test), { what: what ?? `an event for ${test}` }),
    // As users of the test kit wait, whose error shows what was stored instead.
    named: (name) => search.find({ event: name }),
    down: () => (isDown = true),
    up: () => (isDown = false),
    portal: (on) => (isPortal = on),
    hold: () => new Promise((resolve) => (held = resolve)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await relay.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return site;
};
