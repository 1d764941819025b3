// Holds a page's events against the site's tracking plan (docs/PLAN.md). A second file,
// loaded only where it is asked for.
//
// It is a plugin. Of the agent it uses:
//
//   options            plan: the plan, or its address; planMode; and those of the bridge
//   start(found)       lets go the calls that wait: until the plan is there none goes by
//                      it unseen. Where the bridge is asked for, too, its own start is
//                      put off until both are there
//   track.use, on      middleware that refuses, or a listener that only tells
import { createChecker } from './core.js';
import { violationText } from './words.js';

export { createChecker, PlanError } from './core.js';

const MODES = ['off', 'warn', 'block'];
const KEPT = 50; // violations, the latest

const complain = (text) => console.error(`[firsthand] plan: ${text}`);

// The plan's text, or the plan.
const fetchPlan = async (source) => {
  if (typeof source !== 'string') return source;
  const answer = await fetch(source);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
};

// Checks what the page calls from here on.
const watch = (track, check, mode) => {
  const told = new Set(); // each thing once a page, however often it is called
  const seen = { mode, checked: 0, refused: 0, violations: [] };
  track.plan = seen;

  const judge = (event) => {
    const found = check(event, 'client');
    const isRefused = mode === 'block' && found.length > 0;
    seen.checked++;
    if (isRefused) seen.refused++;
    for (const violation of found) {
      seen.violations.push({ event: event.event ?? event.name ?? event.type, ...violation });
      if (seen.violations.length > KEPT) seen.violations.shift();
      const text = violationText(event, violation, isRefused);
      if (told.has(text)) continue;
      told.add(text);
      console[isRefused || violation.kind === 'wrong_side' ? 'error' : 'warn'](text);
    }
    return !isRefused;
  };

  if (mode === 'block') return judge;
  track.on('event', judge);
  return {};
};

/** The plugin: track.use(plan), before that of the bridge. */
export const plan = {
  name: 'plan',
  load(track, agent) {
    const { plan: source, planMode = 'warn', ...others } = agent.options;
    if (!MODES.includes(planMode)) complain(`there is no mode "${planMode}": it is one of ${MODES.join(', ')}. Taken for "warn".`);
    if (planMode === 'off' || !source) return;

    const begin = agent.start;
    const waits = ['adopt', 'link', 'query', 'cmp', 'renew'].some((name) => others[name] != null);
    let found; // by the bridge
    let item; // what is hung in; there: the plan is done with
    const go = () => {
      if (!item || (waits && !found)) return;
      agent.start = begin;
      begin(found || {});
      track.use(item); // and with it calls that wait are let go
    };
    agent.start = (what, ...more) => {
      if (!what) return begin(what, ...more); // the twin, which comes when the agent has tried to begin
      found = what;
      go();
    };

    const take = (text) => {
      const isLate = track.inspect().anonymousId;
      const check = createChecker(text);
      if (isLate && typeof source === 'string') complain(`${source} came after the agent had begun without it: what was called until now is not checked.`);
      item = watch(track, check, planMode === 'block' ? 'block' : 'warn');
    };
    const pass = (error) => {
      complain(`${typeof source === 'string' ? source : 'the plan'} cannot be used, so events pass unchecked: ${error.message}`);
      item = {};
    };
    if (typeof source === 'string') return void fetchPlan(source).then(take).catch(pass).then(go);
    try {
      take(source);
    } catch (error) {
      pass(error);
    }
    go();
  },
};
