// Whether a visitor has allowed that an event goes to a destination.

/**
 * @param {object} event its context.consent.categoryPreferences, as our agent and
 *   Segment's write it: {category: true | false}.
 * @param {{category: string, unknown: 'skip'|'send'}} [rule] of the destination;
 *   none: it gets every event.
 * @returns {boolean}
 */
export function isAllowed(event, rule) {
  if (!rule) return true;
  const said = event.context?.consent?.categoryPreferences?.[rule.category];
  return typeof said === 'boolean' ? said : rule.unknown === 'send';
}
