// @ts-check
// What both views say of an event. Whatever an event holds was chosen by a
// stranger: each value is checked, cut, and shown as text.

const LONGEST = 160;

/** @param {unknown} value @returns {string} '' for what is no plain value */
export const text = (value) => {
  // Parsing may have changed a bigger number: only the full text tells it.
  const plain =
    typeof value === 'number'
      ? Math.abs(value) < 2 ** 53
      : typeof value === 'string' || typeof value === 'boolean';
  return plain ? String(value).slice(0, LONGEST) : '';
};

/** @param {any} event */
export const name = (event) => {
  switch (event.type) {
    case 'track':
      return text(event.event);
    case 'identify':
      return text(event.userId) || 'anonymous';
    case 'group':
      return text(event.groupId);
    case 'alias':
      return `${text(event.previousId)} → ${text(event.userId)}`;
    default: // page and screen
      return [event.category, event.name].map(text).filter(Boolean).join(', ');
  }
};

/** What it says about itself, in a few words.
 * @param {any} event */
export const details = ({ type, properties, traits }) =>
  Object.entries((type === 'track' ? properties : traits) ?? {})
    .map(([key, value]) => [
      key,
      Array.isArray(value) ? `[${value.length}]` : text(value),
    ])
    .filter(([, value]) => value)
    .map((pair) => pair.join(' '))
    .join(' · ')
    .slice(0, LONGEST);

/** @param {any} event */
export const visitor = ({ anonymousId, userId }) =>
  text(anonymousId) || text(userId);

/** The colour stays the visitor's, before and after a name is known.
 * @param {string} id */
export const hue = (id) =>
  [...id].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 3600, 7) / 10;

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** @param {number} ms */
export const span = (ms) => {
  if (!(ms >= 0)) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
};

/** When it was called, ms since 1970, by the relay's correction; else NaN.
 * @param {any} event */
export const calledAt = (event) => Date.parse(text(event.timestamp));

/** @param {number} ms */
export const time = (ms) => (Number.isNaN(ms) ? '–' : clock.format(ms));
