// Every bound of the relay, in one place, each with its reason; those of one event
// are the core's (src/limits.h, src/request.h). The first two
// are Segment's, so that what Segment takes the relay takes, and no more:
// segment.com/docs/connections/sources/catalog/libraries/server/http-api

/** Bytes of one request's body. Over it: 413, nothing is stored. */
export const BODY_BYTES = 500 * 1024;

/** Events in one batch. Over it: 413, so that the sender halves. */
export const BATCH_EVENTS = 2500;

/**
 * Bytes of each thing that a batch says once for all its events (`context`,
 * `integrations`, `firsthand`): as much as an event may say. Over it: 413.
 */
export const SHARED_BYTES = 32 * 1024;

/**
 * Bytes of a batch's `context` and `integrations`, times its events. They are
 * stored with every event: without a bound one body of 500 KB would become
 * 160 MB and hold up everybody. 6 KB are free for a full batch. Over it: 413.
 */
export const COPIED_BYTES = 16 * 1024 * 1024;

/**
 * Bytes of all bodies that are on their way together: 130 of the longest. Over it:
 * 503, so whoever sends slowly cannot fill the memory.
 */
export const BODIES_BYTES = 64 * 1024 * 1024;

/**
 * A request's head must be there after so long, all of it after so long: a page on
 * a bad line sends 48 KB in 20 s. Over it: 408, and the connection is closed.
 */
export const HEAD_MS = 10_000;
export const REQUEST_MS = 30_000;

/** A sender may send as much as in so many seconds at once. Over it: 429. */
export const RATE_BURST_S = 10;

/** Senders whose rate is known at once, 10 MB; who has not sent for longest goes. */
export const RATE_NAMES = 100_000;

/** What is read of a user agent, and how many of them are kept as read: 1 MB. */
export const USER_AGENT_CHARS = 512;
export const USER_AGENTS = 1000;

/** Characters of a writeKey, which is stored with every event. Over it: 401. */
export const WRITE_KEY_CHARS = 256;

/**
 * Streams in one question (over it: 413) and in one acknowledgement (the others
 * may be asked about): more than a journal of 5,000 events ever holds.
 */
export const STREAMS = 64;

/** Streams in the acknowledgement cookie: 288 bytes, newest first. */
export const COOKIE_STREAMS = 8;

/** Reasons of drops kept for one stream; the agent knows 15. */
export const DROP_REASONS = 32;

/**
 * Rows of the index that one request may walk to find gaps: 10 ms, and four
 * journals full. Over it nothing more counts as stored, so a sender may send a
 * copy.
 */
export const WALK_ROWS = 20_000;

/** Ranges in one answer: 24 KB. Our agent asks for 500 numbers at most. */
export const WALK_RANGES = 1000;

/** An event that is stored later than this after it happened is late. */
export const LATE_MS = 60_000;

/**
 * Streams on one page of the ledger, ranges shown for each, and rows of the
 * index walked for them: a page stays below a megabyte and 0.1 s.
 */
export const LEDGER_STREAMS = 1000;
export const LEDGER_RANGES = 10;
export const LEDGER_ROWS = 100_000;

/** Days in one view of the ledger: a leap year. */
export const LEDGER_DAYS = 366;

/**
 * Events that one commit takes when many requests wait: about 50 ms, in which
 * nobody else is served. The rest goes into the next one.
 */
export const GROUP_EVENTS = 5000;

/** Rows that a consumer of a shared log holds unacknowledged: 8 MB at worst. */
export const PREFETCH_ROWS = 256;

/** What a consumer may be called: such a name is also one in NATS and Kafka. */
export const CONSUMER_NAME = /^[\w-]{1,64}$/;

/** Events that a new viewer of /events is shown first: about a screenful. */
export const REPLAY_EVENTS = 50;

/** Viewers of /events at once: each costs a read of the log per commit. */
export const VIEWERS = 100;
