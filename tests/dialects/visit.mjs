// The visit of tests/parity with our agent in each dialect, in Chromium, and what became of each
// field that the vendor's own SDK sent there.
import { readFileSync } from 'node:fs';
import { leavesOf } from '../parity/decode.mjs';
import { record } from '../parity/record.mjs';
import { kept } from '../parity/recorded.mjs';
import { SDKS } from '../parity/sdks.mjs';
import { COLLECTOR } from '../parity/site.mjs';
import { RULES } from './fields.mjs';
import { script } from './suite.mjs';

const json = (value) => () => ({ text: JSON.stringify(value) });
const list = (name) => ({ [name]: events, ...envelope } = {}) => ({ events, envelope });

// path: of the endpoint; peer: whose recording it is compared with (tests/parity/recorded);
// split, call: as in tests/parity/sdks.mjs.
export const DIALECTS = {
  amplitude: {
    path: '/2/httpapi',
    peer: 'amplitude',
    answer: json({ code: 200, events_ingested: 1, payload_size_bytes: 1, server_upload_time: 1 }),
    split: SDKS.amplitude.split,
    call: SDKS.amplitude.call,
  },
  snowplow: {
    path: '/com.snowplowanalytics.snowplow/tp2',
    peer: 'snowplow-contexts',
    answer: () => ({ type: 'text/plain', text: 'ok' }),
    split: list('data'),
    call({ e, ue_pr: event }) {
      if (e === 'pv') return 'page';
      const { type, event: name } = JSON.parse(event).data.data;
      return name ?? type;
    },
  },
  posthog: {
    path: '/batch/',
    peer: 'posthog',
    answer: json({ status: 1 }),
    split: list('batch'),
    call: SDKS.posthog.call,
  },
};

/** Our messages of the visit, as of tests/parity/decode.mjs. */
export const visit = (id) =>
  record({
    name: `ours as ${id}`,
    script: readFileSync(script, 'utf8'),
    tag: `data-key="test-key" data-dialect="${id}" data-endpoint="${COLLECTOR}${DIALECTS[id].path}"`,
    after: 'sdk = { page: () => track.page(), track, identify: track.identify }',
    ...DIALECTS[id],
  }, { quietMs: 0 });

const pattern = (glob) => new RegExp(`^${glob.replace(/[.*+?^${}()|[\]\\]/g, (sign) => (sign === '*' ? '.*' : `\\${sign}`))}$`);

/** The rules of a dialect, one by one: { kind, reason, glob, test }. */
const rulesOf = (id) => Object.entries(RULES[id]).flatMap(([kind, reasons]) => Object.entries(reasons).flatMap(([reason, globs]) =>
  globs.map((glob) => ({ kind, reason, glob, test: pattern(glob) }))));

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {string} id of DIALECTS
 * @param {object[]} ours of `visit`
 * @param {object} [recording] of the vendor's SDK
 * @returns {{ same, own, differs, not, more, unexplained, stale }} same: paths of fields that are the same with
 *   us; own: those whose value is each agent's own (ids, times); differs, not: [{ path, reason, theirs, ours }] with
 *   another value, or not there; more: what only we send; unexplained: what no rule of fields.mjs is for; stale: rules
 *   that nothing needs
 */
export function compare(id, ours, recording = kept(DIALECTS[id].peer)) {
  const rules = rulesOf(id);
  const used = new Set();
  const found = { same: [], own: [], differs: [], not: [], more: [], unexplained: [] };
  const ourLeaves = ours.map(({ page, call, body }) => ({ page, call, leaves: leavesOf(body) }));
  const like = ({ page, call }) => ourLeaves.filter((one) => one.call === call && one.page === page);

  const sort = (path, actual, theirs, mine) => {
    const rule = rules.find(({ kind, test }) => (kind === actual || (kind === 'own' && actual === 'differs')) && test.test(path));
    if (!rule) return found.unexplained.push({ path, actual, theirs, ours: mine });
    used.add(rule);
    found[rule.kind].push({ path, reason: rule.reason, theirs, ours: mine });
  };

  for (const [path, values] of Object.entries(recording.fields)) {
    let different, absent, alike;
    for (const [theirs, where] of values) {
      for (const index of where) {
        const there = like(recording.messages[index]);
        if (!there.length) continue; // their own events, and pings
        const mine = there.map(({ leaves }) => leaves[path]).filter((value) => value !== undefined);
        if (!mine.length) absent = { theirs };
        else if (!mine.some((value) => same(value, theirs))) different = { theirs, mine: mine[0] };
        else alike = true;
      }
    }
    if (different) sort(path, 'differs', different.theirs, different.mine);
    else if (absent) sort(path, 'not', absent.theirs);
    else if (alike) found.same.push(path);
  }
  for (const path of new Set(ourLeaves.flatMap(({ leaves }) => Object.keys(leaves)))) {
    if (!(path in recording.fields)) sort(path, 'more', undefined, ourLeaves.find(({ leaves }) => path in leaves).leaves[path]);
  }
  return { ...found, stale: rules.filter((rule) => !used.has(rule)).map(({ kind, glob }) => `${kind} ${glob}`) };
}
