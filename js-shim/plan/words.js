// What the console is told of an event that is not as the plan says.

const ADVICE = {
  unknown_event: 'Add it to the plan, or call it as the plan does.',
  wrong_side:
    'The server knows whether it has happened, the page does not: send it from there, where firsthand/server joins it to this visit. If the page is the right place, change "side" in the plan.',
  consent: 'Ask the visitor first, or leave the event out.',
};

const titleOf = ({ event, name, type }) => [event, name].find((one) => one != null) ?? type;

/** One violation, with the event it is of and what to do about it. */
export const violationText = (event, { kind, path, message }, isRefused) => {
  const subject = kind === 'unknown_event' || kind === 'wrong_side' ? message : `"${titleOf(event)}": ${path === 'event' || path === 'type' ? '' : `${path} `}${message}`;
  return `[firsthand] plan: ${subject}. ${ADVICE[kind] ? `${ADVICE[kind]} ` : ''}The event is ${isRefused ? 'refused' : 'sent all the same'}.`;
};
