// The log's lines: JSON, and printable ASCII only.
import pino from 'pino';

/**
 * @param {string} level pino's.
 * @returns {object} pino's logger, to stderr. JSON escapes a line's end and ESC, but not
 *   what some terminals (C1, such as U+009B) and readers of lines (U+2028) also obey,
 *   and a path or a key may hold; here that is escaped, too.
 */
export function createLogger(level) {
  const out = pino.destination(2);
  return pino({ level, base: null }, { write: (line) => out.write(asciiOf(line)) });
}

const asciiOf = (line) =>
  line.replace(/[\x7f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** As much of what somebody has sent as helps to find it. */
const SENT_CHARS = 400;
export const cut = (text) => text.slice(0, SENT_CHARS);
