// What vendors have in common whose rows the core makes, as the agent does.
import { createCore } from '../../core.mjs';

// Without state of its own, so one does for all.
const core = createCore();

/** The rows of an event, an array of none. @throws {Refusal} what the vendor would. */
export function rowsOf(dialect, text, { key = '', label = '' }, sentAt) {
  const request = `{"dialect":${JSON.stringify(dialect)},"key":${JSON.stringify(key)},`
    + `"label":${JSON.stringify(label)},"sentAt":${sentAt},"event":${text}}`;
  const made = core.rows(request);
  return { count: Number(made[0]), text: made.slice(2) };
}

/** A body of these rows. */
export function bodyOf(dialect, rows, { key = '' }, sentAt) {
  const [opening, closing] = core.frame(JSON.stringify({ dialect, key, sentAt })).split('\n');
  return opening + rows.join(',') + closing;
}

/**
 * What an answer means.
 *
 * @param {{dialect?: string, endpoint?: string, status: number, retryAfter: number,
 *   body: string, ids: string[]}} answer see src/rows.h.
 * @returns {{verdict: string, wait: number, fates?: string[]}}
 */
export function judge(answer) {
  return JSON.parse(core.judge(JSON.stringify(answer)));
}

export const JSON_TYPE = { 'content-type': 'application/json' };
