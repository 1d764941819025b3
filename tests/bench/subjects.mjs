// Who is measured: ours as it is in dist/, the floor, and peers from npm, each as one
// script that gives the page `sdk` = { ready, track(name, properties) }.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';

const PEERS = 'build/peers';
const HERE = 'tests/bench';

const OURS = {
  tag: { key: 'test', endpoint: '/v1/compact' },
  after: 'sdk = { ready: track.ready(), track }',
  answer: (events, { firsthand }) => JSON.stringify({ success: true, missing: firsthand?.ask ? [] : undefined }),
  isOurs: true,
};

// name; file: a script as it is, or peer and package: bundled from npm as an
// application would; more: files that it loads; tag: the script's data-*; before and
// after: what the page runs around it; answer: what its backend says. isQueue: events
// wait for their answer; isDurable: in storage, so that they outlive the page.
const SUBJECTS = {
  none: { name: 'no agent', text: '', after: 'sdk = { track() {} }' },
  floor: { name: 'floor', file: `${HERE}/floor.js` },
  firsthand: { ...OURS, name: 'Firsthand', file: 'dist/firsthand.js' },
  split: { ...OURS, name: 'Firsthand, split', file: 'dist/firsthand.split.js', more: ['dist/firsthand.wasm'] },
  twin: { ...OURS, name: 'Firsthand, twin', file: 'dist/firsthand.js', more: ['dist/firsthand.twin.js'], before: 'delete self.WebAssembly' },
  umami: {
    name: 'Umami',
    file: `${PEERS}/umami.js`,
    version: '2.10.0',
    tag: { websiteId: 'e676c9b4-11e4-4ef1-a4d7-87001773e9f2', autoTrack: 'false' },
    after: 'sdk = { track: (name, data) => umami.track(name, data) }',
    answer: 'ok',
  },
  plausible: { name: 'Plausible', package: '@plausible-analytics/tracker', answer: 'ok' },
  snowplow: { name: 'Snowplow', package: '@snowplow/browser-tracker', answer: 'ok', isQueue: true, isDurable: true },
  segment: { name: 'Segment', package: '@segment/analytics-next', answer: '{"success":true}', isQueue: true, isDurable: true },
  mixpanel: { name: 'Mixpanel', package: 'mixpanel-browser', answer: '{"code":200,"status":"OK","error":null}', isQueue: true, isDurable: true },
  jitsu: { name: 'Jitsu', package: '@jitsu/js', answer: '{"ok":true}' },
  rudderstack: { name: 'RudderStack', package: '@rudderstack/analytics-js', answer: 'OK', isQueue: true, isDurable: true },
  amplitude: {
    name: 'Amplitude',
    package: '@amplitude/analytics-browser',
    answer: (events) => JSON.stringify({ code: 200, events_ingested: events, payload_size_bytes: 1000, server_upload_time: Date.now() }),
    isQueue: true,
    isDurable: true,
  },
  posthog: { name: 'PostHog', package: 'posthog-js', answer: '{"status":1}', isQueue: true },
};

const bundled = async (id) => {
  const { outputFiles } = await build({
    entryPoints: [`${HERE}/peers/${id}.js`],
    nodePaths: [`${PEERS}/node_modules`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'chrome120',
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    logLevel: 'error',
  });
  return outputFiles[0].text;
};

/**
 * @param {string[]} [ids] these only
 * @returns {Promise<object>} by id, with `script`, `version`, `digest`; what is not
 *   built or not installed is left out
 */
export async function loadSubjects(ids = Object.keys(SUBJECTS)) {
  const subjects = {};
  for (const id of ids) {
    const subject = { id, ...SUBJECTS[id] };
    const needs = subject.package ? [`${PEERS}/node_modules/${subject.package}`] : [subject.file ?? [], subject.more ?? []].flat();
    if (!needs.every((file) => existsSync(file))) continue;
    subject.script = subject.text ?? (subject.file ? readFileSync(subject.file, 'utf8') : await bundled(id));
    const hash = createHash('sha256').update(subject.script);
    for (const file of subject.more ?? []) hash.update(readFileSync(file));
    subject.digest = hash.digest('hex').slice(0, 12);
    if (subject.package) subject.version = JSON.parse(readFileSync(`${PEERS}/node_modules/${subject.package}/package.json`, 'utf8')).version;
    subject.version ??= subject.isOurs ? subject.digest : '';
    subjects[id] = subject;
  }
  return subjects;
}
