// firsthand plan advise: where each event belongs, by what it is for, who can know of it,
// and whom it tells of (docs/WHERE-TO-TRACK.md).
import { table } from './table.mjs';

const isPersonal = ({ pii, properties = {} }) => pii || Object.values(properties).some((property) => property.pii);

// What speaks for each side, the weightiest first.
const FOR_SERVER = [
  ['offsite', 'it happens where no page is open'],
  ['revenue', 'money is reckoned by it, and a page may be blocked, closed or forged'],
  ['critical', 'something depends on each single one, and no browser delivers all'],
];

/**
 * @param event of a plan
 * @returns {{ side: 'client' | 'server', why: string[] }}
 */
export const adviceOf = (event) => {
  const { source, objective, context } = event;
  const server = FOR_SERVER.filter(([fact]) => event[fact]).map(([, why]) => why);
  if (objective === 'revenue' && !event.revenue) server.push('it is for reckoning, which wants what the server knows');
  if (objective === 'operations') server.push('it is for running the business, where a lost one is a fault');
  if (isPersonal(event)) server.push('it tells who somebody is, which need not pass through the browser');
  if (source === 'server') server.push('only the server knows of it');

  if (source === 'page' && !event.offsite) {
    const why = ['only the page knows of it'];
    if (server.length) why.push(`but ${server[0]}: let the server confirm it, by track.when()`);
    return { side: 'client', why };
  }
  if (server.length) {
    const brings = context && !event.offsite;
    return { side: 'server', why: brings ? [...server, 'what the page knows of the visit comes along by track.stitch()'] : server };
  }
  const client = [];
  if (context || objective === 'marketing') client.push('campaign, referrer and device are known in the page only');
  if (objective === 'behaviour') client.push('it is what people do in the page, and trends bear a loss');
  if (client.length) return { side: 'client', why: client };
  return { side: 'client', why: ['the plan does not say what it is for ("objective") nor who can know of it ("source"); the page is where it costs least'] };
};

/** The table, and what it says in sum. */
export const advise = (plan) => {
  const rows = Object.entries(plan.events).map(([name, event]) => {
    const { side, why } = adviceOf(event);
    const says = event.side ?? 'both';
    const mark = says === side ? '' : says === 'both' ? '(*)' : '!';
    return [name, says, `${side} ${mark}`.trim(), `${why.join('; ')}.`];
  });
  const marked = (mark) => rows.some(([, , advised]) => advised.endsWith(mark));
  return [
    table(['EVENT', 'PLAN', 'ADVICE', 'WHY'], rows),
    marked('!') && '! the plan says otherwise.',
    marked('(*)') && '(*) from both sides it is counted twice, unless both give it the same messageId.',
  ].filter(Boolean).join('\n');
};
