// A small recorder that answers as the real backends do, by ../shared/reference/wire.md and docs/WIRE.md: what it
// takes, and how it refuses a row.
import { createServer } from 'node:http';

const named = (name) => `"${name}" is not wanted`;
const both = (body) => [body.messageId, body.event ?? body.type];

/** The event that each of them refuses. */
export const POISON = 'Poison';

// path: of the address; type: of a body; rows(body): [id, name] of each; ok: the answer to what it takes;
// refuse(rows, isBad): [status, answer] to a body in which some are bad. takes: it takes the others of that body.
const segment = { path: '/v1/batch', type: 'text/plain', dialect: 'segment', ok: '{"success":true}', rows: ({ batch }) => batch.map(both), refuse: () => [400, '{"success":false,"message":"malformed"}'] };

export const BACKENDS = {
  segment,
  relay: { ...segment, takes: true, refuse: (rows, isBad) => [207, JSON.stringify({ success: true, errors: rows.filter(isBad).map(([id, name]) => ({ messageId: id, error: named(name) })) })] },
  amplitude: {
    path: '/2/httpapi', type: 'text/plain', dialect: 'amplitude',
    ok: '{"code":200,"events_ingested":1,"payload_size_bytes":1,"server_upload_time":1}',
    rows: ({ events }) => events.map(({ insert_id: id, event_type: type }) => [id, type]),
    refuse: (rows, isBad) => [400, JSON.stringify({ code: 400, error: 'Request missing required field', events_with_invalid_fields: { time: rows.flatMap((row, i) => (isBad(row) ? [i] : [])) } })],
  },
  // It has no answer by rows: what it cannot read goes to its bad rows. What stands before it may refuse a body.
  snowplow: {
    path: '/com.snowplowanalytics.snowplow/tp2', type: 'application/json', dialect: 'snowplow', ok: 'ok',
    rows: ({ data }) => data.map(({ eid, e, ue_pr: event }) => {
      const { type, event: name } = event ? JSON.parse(event).data.data : { type: e };
      return [eid, name ?? type];
    }),
    refuse: () => [400, ''],
  },
  posthog: {
    path: '/batch/', type: 'text/plain', dialect: 'posthog', ok: '{"status":1}',
    rows: ({ batch }) => batch.map(({ uuid, event }) => [uuid, event]),
    refuse: () => [400, 'invalid_event'],
  },
  rudderstack: { ...segment, path: '/beacon/v1/batch', dialect: 'rudderstack', ok: '"OK"', refuse: () => [400, 'Request neither has anonymousId nor userId'] },
  hightouch: { ...segment, dialect: 'hightouch' },
  metarouter: {
    ...segment, dialect: 'metarouter', takes: true,
    refuse: (rows, isBad) => [207, JSON.stringify({ results: rows.map((row) => ({ messageId: row[0], status: isBad(row) ? 400 : 200 })) })],
  },
  jitsu: {
    ...segment, dialect: 'jitsu', ok: '{"ok":true}', takes: true,
    refuse: (rows, isBad) => {
      const errors = rows.filter(isBad).map(([id, name]) => `Message ID: ${id}: ${named(name)}`);
      return [200, JSON.stringify({ ok: false, receivedEvents: rows.length, okEvents: rows.length - errors.length, errors })];
    },
  },
};
BACKENDS['posthog v1'] = {
  ...BACKENDS.posthog, takes: true,
  refuse: (rows, isBad) => [200, JSON.stringify({ status: 'Ok', results: Object.fromEntries(rows.map((row) => [row[0], { result: isBad(row) ? 'drop' : 'ok' }])) })],
};
BACKENDS['metarouter, in order'] = { ...BACKENDS.metarouter, refuse: (rows, isBad) => [207, JSON.stringify({ results: rows.map((row) => ({ status: isBad(row) ? 400 : 200 })) })] };

/**
 * Starts it, with pages: answers(path) gives what is at a path besides, [type, text].
 * @returns {{ url, far, address, requests, modes, taken, close }} far: the same as another origin; address(name, label):
 *   of a backend by its name, or of a second one of that kind by a label; modes[label]: 'down' answers 503, 'hang' never
 *   does, 'gone' says 410; taken(label): [id, name] of each row that arrived, as often as it did
 */
export async function startBackends(answers) {
  const requests = [];
  const modes = {};
  const kinds = {}; // by label
  const server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const { pathname } = new URL(req.url, 'http://x');
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' };
    const send = (status, type, text) => res.writeHead(status, { ...cors, 'content-type': type }).end(text);
    if (req.method === 'OPTIONS') return send(204, 'text/plain');
    const page = answers(pathname);
    if (page) return send(200, ...page);
    const [, label] = pathname.match(/^\/to\/([^/]+)/) ?? [];
    const kind = kinds[label && decodeURIComponent(label)];
    if (!kind || req.method !== 'POST') return send(404, 'text/plain');
    const body = JSON.parse(Buffer.concat(chunks));
    const rows = kind.rows(body);
    const isBad = ([, name]) => name === POISON;
    const mode = modes[kind.label];
    const request = { label: kind.label, type: req.headers['content-type'], cookies: req.headers.cookie, body, rows, taken: [] };
    requests.push(request);
    if (mode === 'hang') return;
    if (mode === 'down') return send(503, 'text/plain', '');
    if (mode === 'gone') return send(410, 'text/plain', '');
    if (!rows.some(isBad)) {
      request.taken = rows;
      return send(200, 'application/json', kind.ok);
    }
    if (kind.takes) request.taken = rows.filter((row) => !isBad(row));
    const [status, text] = kind.refuse(rows, isBad);
    send(status, 'application/json', text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const far = `http://localhost:${port}`;
  return {
    url: `http://127.0.0.1:${port}`,
    far,
    requests,
    modes,
    address: (name, label = name, origin = far) => {
      kinds[label] = { ...BACKENDS[name], label };
      return `${origin}/to/${encodeURIComponent(label)}${BACKENDS[name].path}`;
    },
    taken: (label) => requests.filter((request) => request.label === label).flatMap(({ taken }) => taken),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
