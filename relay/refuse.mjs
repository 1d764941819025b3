// The one way to say no: an error that carries its HTTP status and a sentence
// that a person can act on. What is thrown without a status is our own fault.

/**
 * @param {number} status HTTP status of the answer.
 * @param {string} sentence what is wrong, and what would be right.
 * @param {object} [headers] further headers of the answer.
 * @returns {Error} to be thrown; `http.mjs` turns it into the answer.
 */
export function refuse(status, sentence, headers = {}) {
  return Object.assign(new Error(sentence), { status, headers });
}

// When the disk is full or the file locked: soon enough for a page's life.
const RETRY_SECONDS = 5;

/** 503: nothing is wrong with the request, but not now. */
export function later(sentence) {
  // In the body too: pages of other origins seldom get to read the header.
  return refuse(503, `${sentence} Send it again in ${RETRY_SECONDS} seconds.`,
    { 'Retry-After': RETRY_SECONDS });
}

export function notFound(method, path) {
  return refuse(404, `There is nothing at ${method} ${path}. Events go to `
    + 'POST /v1/batch, or to /v1/ with a call\'s name, such as /v1/track.');
}
