// Whether a visitor has allowed that an event goes to a destination.

/**
 * @param {object} event its context.consent.categoryPreferences, as our agent and
 *   Segment's write it: {category: true | false}.
 * @param {{category: string, unknown: 'skip'|'send'}} rule of the destination.
 * @returns {boolean}
 */
export function isAllowed(event, rule) {
  const said = event.context?.consent?.categoryPreferences?.[rule.category];
  return typeof said === 'boolean' ? said : rule.unknown === 'send';
}
