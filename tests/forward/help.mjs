// What the tests of forwarding share: vendors on loopback, a log, destinations.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEventLog } from '../../relay/eventlog.mjs';
import { checkDestinations, startForwarding } from '../../relay/forward/index.mjs';
import { place } from '../relay/help.mjs';

export { place };

/**
 * A vendor. `answer(request, n)` says what the n-th request gets: {status, body,
 * headers}, a promise of it, or nothing for 200.
 */
export async function vendor(t, answer = () => {}, { port = 0 } = {}) {
  const requests = [];
  const server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const request = { url: req.url, headers: req.headers, text: Buffer.concat(chunks).toString() };
    request.json = JSON.parse(request.text);
    requests.push(request);
    const { status = 200, body = {}, headers = {} } = (await answer(request, requests.length)) ?? {};
    if (res.destroyed) return;
    res.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise((done) => { server.listen(port, '127.0.0.1', done); });
  const stop = () => { server.close(); server.closeAllConnections(); };
  t.after(stop);
  return { requests, stop, url: `http://127.0.0.1:${server.address().port}`, port: server.address().port };
}

export async function until(holds, what = holds) {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`This never happened: ${what}`);
    await sleep(5);
  }
}

let made = 0;

export function event(more = {}) {
  return {
    type: 'track', event: 'Signed Up', anonymousId: '68b01daf-1db2-4489-9aa0-4afc53c44d61',
    messageId: `m${++made}`, timestamp: '2026-01-01T00:00:00.010Z', properties: { plan: 'pro' }, ...more,
  };
}

export const append = (log, events, writeKey = 'k') => log.append(events.map((one) => ({
  messageId: one.messageId, type: one.type, writeKey, receivedAt: '2026-01-01T00:00:01.000Z', body: JSON.stringify(one),
})));

/** A log with forwarding; `lines` is what its logger was told. */
export function forward(t, destinations, { db = join(place(t), 'events.db'), log = openEventLog(db), env = {}, wait = { first: 1, longest: 20, slow: 5 }, ...options } = {}) {
  const lines = [];
  const tell = (level) => (fields, text) => { lines.push({ level, text, ...fields }); };
  const logger = { info: tell('info'), warn: tell('warn'), error: tell('error') };
  const own = checkDestinations({ destinations }, { env });
  const forwarding = startForwarding(log, own, { logger, wait, ...options });
  let closed;
  const close = () => (closed ??= forwarding.close().then(() => log.close()));
  t.after(close);
  return { log, lines, own, db, status: async (name) => (await forwarding.status())[name], close };
}

export const idsOf = (requests, list) => requests.flatMap(({ json }) => list(json));
export const SEGMENT_OK = { body: { success: true } };
