// Every bound of the relay, in one place, each with its reason. The first five
// are Segment's, so that what Segment takes the relay takes, and no more:
// segment.com/docs/connections/sources/catalog/libraries/server/http-api

/** Bytes of one request's body. Over it: 413, nothing is stored. */
export const BODY_BYTES = 500 * 1024;

/** Bytes of one event, as compact JSON. Over it: that event is refused. */
export const EVENT_BYTES = 32 * 1024;

/** Events in one batch. Over it: 413, so that the sender halves. */
export const BATCH_EVENTS = 2500;

/** A messageId is shorter than this. Else: that event is refused. */
export const MESSAGE_ID_CHARS = 100;

/**
 * Bytes of each thing that a batch says once for all its events (`context`,
 * `integrations`, `firsthand`): as much as an event may say. Over it: 413.
 */
export const SHARED_BYTES = EVENT_BYTES;

/**
 * Bytes of a batch's `context` and `integrations`, times its events. They are
 * stored with every event: without a bound one body of 500 KB would become
 * 160 MB and hold up everybody. 6 KB are free for a full batch. Over it: 413.
 */
export const COPIED_BYTES = 16 * 1024 * 1024;

/** Events that a new viewer of /events is shown first: about a screenful. */
export const REPLAY_EVENTS = 50;

/** Viewers of /events at once: each costs a read of the log per commit. */
export const VIEWERS = 100;
