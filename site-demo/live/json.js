// @ts-check
// JSON text, laid out and coloured. It goes by the text itself, not by a parsed
// value: parsing would turn 9007199254740993 into 9007199254740992.

import { el } from '../shop/dom.js';

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^\s[\]{},:"]+/gs;

// Deeper than this the text is no longer shifted: a hostile event is mostly
// depth.
const DEEPEST = 40;

/** @param {string} token @param {string} next */
const kind = (token, next) =>
  token[0] !== '"' ? 'literal' : next === ':' ? 'key' : 'string';

/**
 * @param {string} json
 * @returns {DocumentFragment}
 */
export const pretty = (json) => {
  const tokens = json.match(TOKENS) ?? [];
  const out = document.createDocumentFragment();
  let depth = 0;
  const newLine = () => `\n${'  '.repeat(Math.min(depth, DEEPEST))}`;

  tokens.forEach((token, i) => {
    const next = tokens[i + 1] ?? '';
    if (token === '{' || token === '[') {
      depth += 1;
      out.append(token, next === '}' || next === ']' ? '' : newLine());
    } else if (token === '}' || token === ']') {
      depth -= 1;
      const before = tokens[i - 1];
      out.append(before === '{' || before === '[' ? '' : newLine(), token);
    } else if (token === ',') {
      out.append(token, newLine());
    } else if (token === ':') {
      out.append(': ');
    } else {
      out.append(el(`span.${kind(token, next)}`, token));
    }
  });
  return out;
};
