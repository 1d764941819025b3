// What console and panel say. FH_SENTENCES are those of src/errors.def by their
// reason, put in by build.mjs.
import { ADVICE } from './advice.js';
import { attempt } from './attempt.js';

const LONGEST = 80;

/** A value as it may stand in a line: of one line, and not too long. */
export const short = (value) => {
  const text = String(value).replace(/\s+/g, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
};

/** 2104 as 2,104, wherever the page is read. */
export const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

export const some = (number, what) => `${count(number)} ${what}${number === 1 ? '' : 's'}`;

/** { too_large: 2, refused: 1 } as "2 too_large, 1 refused". */
export const tally = (counts) =>
  Object.entries(counts || {})
    .filter(([, number]) => number)
    .map(([name, number]) => `${count(number)} ${name}`)
    .join(', ');

/** What an event is about, by its type. */
export const nameOf = ({ type, event, name, category, userId, groupId, previousId }) =>
  ({
    track: [event],
    identify: [userId ?? 'anonymous'],
    group: [groupId],
    alias: [previousId && `${short(previousId)} →`, userId],
  })[type] || [category, name];

/** The same as a text. */
export const titleOf = (event) => nameOf(event).filter((part) => part != null && part !== '').map(short).join(' ');

const argument = (arg) => {
  if (typeof arg === 'string') return `'${short(arg)}'`;
  if (typeof arg === 'function') return 'function';
  if (typeof arg !== 'object' || !arg) return String(arg) + (typeof arg === 'bigint' ? 'n' : '');
  return Array.isArray(arg) ? '[…]' : '{…}';
};

/** A call as the page may have written it: track.page('Home', {…}). */
export const callText = (type, args, global = 'track') => {
  const verb = type === 'track' && global === 'track' ? global : `${global}.${type}`;
  return `${verb}(${attempt(() => [...args].map(argument).join(', ')) ?? '…'})`;
};

/** Why, and what to do about it. */
export const whyText = (reason) => [FH_SENTENCES[reason], ADVICE[reason]].filter(Boolean).join('. ');

/** "refused: too_large — larger than 32 KB. …" */
export const refusedText = (reason) => {
  const why = whyText(reason);
  return `refused: ${reason}${why && ` — ${why}`}`;
};

// Why a batch left, as the core is asked (src/outbox.h).
const WHY = ['timer', 'flush', 'the page is left'];

/** `ask`: it was a question about the events from `first` to `last`. */
export const sentText = ({ events, bytes, why, ask, first, last }) =>
  ask ? `asked which of the events #${first} to #${last} have arrived` : `sent ${some(events, 'event')}, ${some(bytes, 'byte')} (${WHY[why] ?? why})`;

// What an answer means that acknowledges nothing (src/reply.c).
const MEANING = {
  0: 'Is it up? Do CORS, connect-src and blockers let the page ask it?',
  401: 'Is data-key right?',
  403: 'Is data-key right?',
  404: 'Is data-endpoint right?',
  410: 'This page sends nothing more.',
};

const kept = 'The events are kept and sent again.';

/**
 * What an answer says.
 * @param {{ status: number, text?: string, events: number }} answer
 * @returns {{ done: boolean, text: string, missing?: [number, number][] }}
 */
export const judge = ({ status, text, events }, endpoint) => {
  const body = attempt(() => JSON.parse(text));
  const ok = status >= 200 && status < 300;
  const refused = status === 207 || status === 400 ? body?.errors?.length || 0 : 0;
  const missing = Array.isArray(body?.missing) ? body.missing : undefined;
  // An agent that does not tell the body has none to be judged.
  const done = (ok && (text === undefined || body?.success === true || body === 'OK' || text === 'OK')) || refused > 0;
  if (missing) return { done, missing, text: `answered ${status}, ${missing.length ? 'some are missing and sent again' : 'all have arrived'}` };
  if (done) return { done, text: `answered ${status}, ${count(Math.max(0, events - refused))} acknowledged${refused ? `, ${count(refused)} refused` : ''}` };
  const said = status ? `answered ${status}` : `no answer from ${endpoint}`;
  if (ok) return { done, text: `${said}, but not {"success":true}, so nothing is acknowledged. Is ${endpoint} the endpoint? ${kept}` };
  const why = MEANING[status] ? ` ${MEANING[status]}` : '';
  return { done, text: `${said}.${why}${status === 410 ? '' : ` ${kept}`}${text ? ` (${short(text)})` : ''}` };
};
