// The events of a batch, each with what a compact one leaves out (src/batch.h): for who
// listens to what leaves, and for the test kit.

/** @param batch as it leaves, parsed */
export const wholeEvents = ({ batch = [], sentAt, firsthand }) => {
  let number = -1;
  let from; // the number of the last event that had a context
  let shared; // its ids and context
  if (!firsthand || firsthand.v !== 2) return batch;
  return batch.map((event) => {
    if (event.messageId || event.firsthandId) return event;
    const { number: its = number + 1, age, anonymousId, userId, context, ...own } = event;
    number = its;
    if (context) [from, shared] = [number, { anonymousId, ...(userId && { userId }), context }];
    const { session } = shared.context;
    return {
      messageId: firsthand.stream.slice(0, -8) + number.toString(16).padStart(8, '0'),
      ...(age >= 0 && { timestamp: new Date(Date.parse(sentAt) - age).toISOString() }),
      ...own,
      ...shared,
      context: { ...shared.context, session: { ...session, eventIndex: session.eventIndex + number - from } },
    };
  });
};
