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
