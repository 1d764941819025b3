// The agents that are compared. Peers come from npm, into build/peers
// (tests/faults-peers.mk); ours from dist/.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { SDKS as MEASURED } from '../browser/faults/peers/sdks.mjs';
import { COLLECTOR } from './site.mjs';

const OUT = 'build/peers';

const of = (id, more) => {
  const { name, package: from, answer } = MEASURED[id];
  return { name, package: from, answer: typeof answer === 'function' ? () => answer(1, 1, {}, []) : () => answer, ...more };
};

const json = (value) => ({ text: JSON.stringify(value) });

// What a new project has: no recording, no surveys, no flags.
const POSTHOG_CONFIG = {
  supportedCompression: ['gzip', 'gzip-js'],
  hasFeatureFlags: false,
  captureDeadClicks: false,
  capturePerformance: { network_timing: true, web_vitals: true },
  autocapture_opt_out: false,
  autocaptureExceptions: false,
  analytics: { endpoint: '/i/v0/e/' },
  elementsChainAsString: true,
  sessionRecording: false,
  heatmaps: true,
  surveys: false,
  defaultIdentifiedOnly: true,
};

// How bodies hold events: alone, or as a list beside what is said once.
const alone = (body) => ({ events: [body] });
const list = (name) => ({ [name]: events, ...envelope } = {}) => ({ events, envelope });

const segments = ({ type, event }) => event ?? type;
const snowplow = {
  split: list('data'),
  call: ({ e, se_ac: action }) => ({ pv: 'page', pp: 'page ping', se: action })[e],
};

// split(body): { events, envelope }; call(event): the call that made it, as in
// STEPS of record.mjs: 'page', 'identify' or the name of a track call; is: which
// it is, with other options, that `before` sets.
export const SDKS = {
  firsthand: of('firsthand', {
    split: list('batch'),
    call: segments,
    tag: `data-key="test-key" data-endpoint="${COLLECTOR}/v1/batch"`,
    after: 'sdk = { page: () => track.page(), track, identify: track.identify }',
  }),
  segment: of('segment', { split: alone, call: segments }),
  rudderstack: of('rudderstack', { split: alone, call: segments }),
  amplitude: of('amplitude', {
    split: list('events'),
    call({ event_type: type, user_properties: user }) {
      if (type === '[Amplitude] Page Viewed') return 'page';
      if (type !== '$identify') return type;
      return user.$setOnce ? 'attribution' : 'identify'; // the first is its own
    },
  }),
  snowplow: of('snowplow', snowplow),
  'snowplow-contexts': of('snowplow', { ...snowplow, is: 'snowplow', before: 'OPTIONS = { contexts: { webPage: true, session: true, browser: true } };' }),
  posthog: of('posthog', {
    // Or a question (/flags/), or nothing (its settings are asked for).
    split: (body) => (body?.batch ? list('batch')(body) : { envelope: body }),
    call: ({ event }) => ({ $pageview: 'page', $identify: 'identify' })[event] ?? event,
    answer: (url) => json(url.pathname.endsWith('/config') ? POSTHOG_CONFIG : url.pathname.startsWith('/flags') ? { flags: {} } : { status: 1 }),
  }),
  jitsu: {
    name: 'Jitsu',
    package: '@jitsu/js',
    answer: () => json({ ok: true }),
    split: alone,
    call: segments,
  },
};

/** As they are by default; and those that are told to say more. */
export const PEERS = Object.keys(SDKS).filter((id) => id !== 'firsthand' && !SDKS[id].is);
export const TOLD = Object.keys(SDKS).filter((id) => SDKS[id].is);

/** The version of each peer that is pinned, whether it is installed or not. */
export function pinned() {
  const { dependencies } = JSON.parse(readFileSync('tests/browser/faults/peers/package.json', 'utf8'));
  return Object.fromEntries(Object.entries(SDKS).map(([id, sdk]) => [id, dependencies[sdk.package]]));
}

/** Ours, ready for a page. */
export function ours() {
  const script = readFileSync('dist/firsthand.js', 'utf8');
  const version = `build ${createHash('sha256').update(script).digest('hex').slice(0, 12)}`;
  return { ...SDKS.firsthand, script, version };
}

/** One of the peers, bundled from what npm has put into build/peers. */
export async function peer(id) {
  const { outputFiles } = await build({
    entryPoints: [`tests/parity/pages/${SDKS[id].is ?? id}.js`],
    nodePaths: [`${OUT}/node_modules`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'chrome120',
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    logLevel: 'error',
  });
  const { version } = JSON.parse(readFileSync(`${OUT}/node_modules/${SDKS[id].package}/package.json`));
  return { ...SDKS[id], script: (SDKS[id].before ?? '') + outputFiles[0].text, version };
}
