// The ids of our own agent (src/uuid.h): a stream, which is one life of a page,
// and a number in it. A messageId is its stream with the last eight hex digits,
// which are zero there, replaced by the number. Pure text, no store.

/** The highest number: the agent counts in 32 bits. */
export const LAST_NUMBER = 0xffffffff;

// Lower case only, as the agent writes it: then ids sort as their numbers do.
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const STEM = 28; // what stands before the number
const ZERO = '00000000';

/** @returns {number|undefined} undefined when the id is not of our form. */
export const numberOf = (messageId) =>
  (ID.test(messageId) ? parseInt(messageId.slice(STEM), 16) : undefined);

/** The stream of an id of our form. */
export const streamOf = (messageId) => messageId.slice(0, STEM) + ZERO;

/** The id of one event. */
export const idOf = (stream, number) =>
  stream.slice(0, STEM) + number.toString(16).padStart(8, '0');

/** Whether an unknown value is a stream. */
export const isStream = (value) => typeof value === 'string'
  && ID.test(value) && value.endsWith(ZERO);

/** Whether an unknown value is a number, or a count, in a stream. */
export const isNumber = (value) =>
  Number.isInteger(value) && value >= 0 && value <= LAST_NUMBER;

/** The 24 hex digits that tell one stream from another, for a cookie. */
export const shortOf = (stream) =>
  stream.slice(0, STEM).replaceAll('-', '');

/** The stream behind 24 hex digits; it need not be one. */
export const ofShort = (short) =>
  `${short.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}${ZERO}`;
