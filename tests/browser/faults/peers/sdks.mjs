// The agents that are measured: how each posts its events, and the answer that
// it takes for success. Ours is one of them, from dist/.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const OUT = 'build/peers';
const HERE = 'tests/browser/faults/peers';

const json = (value) => ({ type: 'application/json', text: JSON.stringify(value) });
const base64 = (text) => Buffer.from(text, 'base64').toString();
const list = (body) => (Array.isArray(body) ? body : body.batch ?? body.data ?? body.events ?? [body]);

// name, package, events: where it posts them, answer or answer(events, bytes, body,
// committed), read(body): [{ i, id }], where i is the test's own number and id what
// its backend drops copies by. A body that is no event of the test's gives none.
export const SDKS = {
  firsthand: {
    name: 'Firsthand',
    events: /^\/v1\/batch/,
    answer: (events, bytes, { firsthand }, committed) => json({ success: true, missing: firsthand?.ask && missing(firsthand, committed) }),
    read: (body) => body.batch.filter(named('event')).map(({ properties: { i }, messageId: id }) => ({ i, id })),
  },
  segment: {
    name: 'Segment',
    package: '@segment/analytics-next',
    events: /^\/v1\/(t|b|batch)\b/,
    answer: json({ success: true }),
    read: (body) => list(body).filter(named('event')).map(({ properties: { i }, messageId: id }) => ({ i, id })),
  },
  rudderstack: {
    name: 'RudderStack',
    package: '@rudderstack/analytics-js',
    events: /^\/(v1\/(track|batch)|beacon\/v1)/,
    answer: { type: 'text/plain', text: 'OK' },
    read: (body) => list(body).filter(named('event')).map(({ properties: { i }, messageId: id }) => ({ i, id })),
  },
  snowplow: {
    name: 'Snowplow',
    package: '@snowplow/browser-tracker',
    events: /^\/com\.snowplowanalytics\.snowplow\/tp2/,
    answer: { type: 'text/plain', text: 'ok' },
    read: (body) => list(body).filter(({ e }) => e === 'ue').map(({ ue_pr, ue_px, eid: id }) => ({ i: JSON.parse(ue_pr ?? base64(ue_px)).data.data.i, id })),
  },
  posthog: {
    name: 'PostHog',
    package: 'posthog-js',
    events: /^\/(e|i\/v0\/e|batch|capture|i\/v1\/[\w/]+)\/?(\?|$)/,
    answer: json({ status: 1 }),
    read: (body) => list(body).filter(named('event')).map(({ properties: { i }, uuid: id }) => ({ i, id })),
  },
  amplitude: {
    name: 'Amplitude',
    package: '@amplitude/analytics-browser',
    events: /^\/2\/httpapi/,
    answer: (events, bytes) => json({ code: 200, events_ingested: events, payload_size_bytes: bytes, server_upload_time: Date.now() }),
    read: (body) => list(body).filter(named('event_type')).map(({ event_properties: { i }, insert_id: id }) => ({ i, id })),
  },
  mixpanel: {
    name: 'Mixpanel',
    package: 'mixpanel-browser',
    events: /^\/track\b/,
    answer: json({ code: 200, status: 'OK', error: null }),
    read: (body) => list(body).filter(named('event')).map(({ properties: { i, $insert_id: id } }) => ({ i, id })),
  },
};

// What our relay answers to an agent that asks (docs/WIRE.md): the numbers of its
// stream, first to last, that are not stored, as ranges. A number is the last eight
// digits of a messageId.
function missing({ stream, first, last }, committed) {
  const stored = new Set(committed.map(({ id }) => id));
  const ranges = [];
  for (let n = first; n <= last; n++) {
    if (!stored.has(stream.slice(0, -8) + n.toString(16).padStart(8, '0'))) ranges.push([n, n]);
  }
  return ranges;
}

function named(member) {
  return (event) => event?.[member] === 'Fault';
}

/**
 * Gives each SDK its `script` (one file), its `version`, and a `digest` of both.
 * The peers' are bundled from what npm has put into build/peers.
 */
export async function loadSdks() {
  const peers = Object.keys(SDKS).filter((id) => SDKS[id].package);
  const { outputFiles } = await build({
    entryPoints: peers.map((id) => `${HERE}/pages/${id}.js`),
    outdir: OUT,
    nodePaths: [`${OUT}/node_modules`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'chrome120',
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    logLevel: 'error',
  });
  for (const [n, id] of peers.entries()) {
    SDKS[id].script = outputFiles[n].text;
    SDKS[id].version = JSON.parse(readFileSync(`${OUT}/node_modules/${SDKS[id].package}/package.json`)).version;
  }
  SDKS.firsthand.script = readFileSync('dist/firsthand.js', 'utf8');
  for (const sdk of Object.values(SDKS)) {
    sdk.digest = createHash('sha256').update(sdk.script).digest('hex').slice(0, 12);
    sdk.version ??= `build ${sdk.digest}`;
  }
  return SDKS;
}

/** A page with the SDK on it, which has `sdk.ready` and `sdk.track(i)`. */
export function html(id, collector) {
  const [tag, after] = id === 'firsthand'
    ? [`data-key="test" data-endpoint="${collector}/v1/batch"`, "sdk = { ready: track.ready(), track: (i) => track('Fault', { i }) }"]
    : ['', ''];
  return `<!doctype html><html><head><meta charset="utf-8"><title>A page</title><script>COLLECTOR = '${collector}'</script><script src="/sdk.js" ${tag}></script><script>${after}</script></head><body></body></html>`;
}
