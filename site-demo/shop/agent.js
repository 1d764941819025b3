// @ts-check
// The shop's one door to the agent. The global is looked up at each call,
// because the agent takes the stub's place when it arrives. Where a visitor
// blocks both, a call does nothing and the shop goes on.

const agent = () => /** @type {any} */ (window).track;

/** @typedef {(...values: any[]) => void} Call */

/** @type {Call} */
const event = (...values) => agent()?.(...values);

/** @type {Call} */
const page = (...values) => agent()?.page?.(...values);

/** @type {Call} */
const identify = (...values) => agent()?.identify?.(...values);

/** @type {Call} */
const when = (...values) => agent()?.when?.(...values);

/** @type {Call} */
const reset = () => agent()?.reset?.();

export const track = Object.assign(event, { page, identify, when, reset });
