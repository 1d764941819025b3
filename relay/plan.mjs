// Holds events against the site's tracking plan, before they are stored. What the
// plan says, and what is wrong with an event, is the core's to tell.
import { readFileSync } from 'node:fs';
import { createCore } from './core.mjs';

const MODES = ['warn', 'block'];

/** Names of events that are counted one by one: anybody can send more of them. */
const NAMES = 1000;

const sentenceOf = ({ path, message }) => (path ? `${path}: ${message}` : message);

/**
 * @param {string} file the plan, JSON (docs/PLAN.md).
 * @param {'warn'|'block'} [mode]
 * @returns {{inspect, view}}
 *  - `inspect(row)`: what is wrong with an event, as `ingest` asks for it, where
 *    the mode is block; else the row's body gets its `violations`;
 *  - `view()`: how many events were looked at and how many were wrong, by event
 *    and kind of violation, since the relay began.
 * @throws where the file cannot be read or is no plan; the error says all that is
 *   wrong with it.
 */
export function openPlan(file, mode = 'warn') {
  if (!MODES.includes(mode)) {
    throw new Error(`The plan's mode ${mode} is none of ${MODES.join(', ')}.`);
  }
  const core = createCore();
  load(core, file);
  const counts = { mode, checked: 0, wrong: 0, events: new Map() };

  function count(name, violations) {
    const isKnown = counts.events.has(name) || counts.events.size < NAMES;
    const key = isKnown ? name : 'others';
    const kinds = counts.events.get(key) ?? {};
    for (const { kind } of violations) kinds[kind] = (kinds[kind] ?? 0) + 1;
    counts.events.set(key, kinds);
    counts.wrong += 1;
  }

  function inspect(row) {
    counts.checked += 1;
    const found = violationsOf(core, row.body);
    if (!found) return undefined;
    const violations = JSON.parse(found);
    const { event, name, type } = JSON.parse(row.body);
    count(String(event ?? name ?? type), violations);
    if (mode === 'block') {
      return { reason: violations[0].kind, message: `not as the plan says: ${violations.map(sentenceOf).join('; ')}` };
    }
    // As text, so that the event's numbers stay as they came.
    row.body = `${row.body.slice(0, -1)},"violations":${found}}`;
    return undefined;
  }

  return {
    inspect,
    view: () => ({ ...counts, events: Object.fromEntries(counts.events) }),
  };
}

function load(core, file) {
  let problems;
  try {
    const text = readFileSync(file, 'utf8');
    JSON.parse(text); // says where, and the core does not
    problems = core.plan(text);
  } catch (error) {
    throw new Error(`The plan ${file} cannot be used: ${error.message}`);
  }
  if (!problems) return;
  const lines = JSON.parse(problems).map((problem) => `  ${sentenceOf(problem)}`);
  throw new Error(`The plan ${file} is none:\n${lines.join('\n')}`);
}

/** A list as text, '' where all is right. What cannot be looked at is wrong. */
function violationsOf(core, body) {
  try {
    return core.violations(`{"side":"","event":${body}}`);
  } catch ({ message }) {
    return JSON.stringify([{ kind: 'unreadable', path: '', message }]);
  }
}
