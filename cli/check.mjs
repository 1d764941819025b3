// firsthand plan check: is it a plan, and are the events as it says?
import { createChecker } from '../dist/firsthand.plan.mjs';
import { lineOf, Misuse, readEvents, readPlan } from './read.mjs';

const some = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;
const titleOf = (event) => {
  const { type = 'track', event: name, name: page } = event ?? {};
  return [type, name ?? page].filter((part) => part != null).map((part, i) => (i ? JSON.stringify(part) : part)).join(' ');
};

/**
 * @returns {{ text: string, failed: boolean }}
 */
export const check = ({ side, json }, planFile, eventsFile) => {
  if (side && !['client', 'server'].includes(side)) throw new Misuse(`--side is client or server, not "${side}"`);
  let plan;
  try {
    plan = readPlan(planFile);
  } catch (error) {
    if (!json || !error.problems) throw error;
    return { text: JSON.stringify({ problems: error.problems }, null, 2), failed: true };
  }
  const judge = createChecker(plan);
  const events = eventsFile ? readEvents(eventsFile) : [];
  const wrong = events.map(({ event, at }) => ({ at, title: titleOf(event), violations: judge(event, side) })).filter(({ violations }) => violations.length);
  const failed = wrong.length > 0;
  if (json) return { text: JSON.stringify({ problems: [], events: events.length, wrong }, null, 2), failed };
  const lines = [`${planFile}: a tracking plan, ${some(Object.keys(plan.events).length, 'event')}.`];
  if (eventsFile) lines.push(`${eventsFile}: ${some(events.length, 'event')}, ${wrong.length || 'none'} not as the plan says.`);
  for (const { at, title, violations } of wrong) lines.push('', `${at}, ${title}`, ...violations.map((violation) => `  ${lineOf(violation)}`));
  return { text: lines.join('\n'), failed };
};
