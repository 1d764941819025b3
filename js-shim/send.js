// Batches on their way to the endpoint. A body is text/plain, so that another
// origin needs no preflight, which the end of a page leaves no time for.

const TIMEOUT_MS = 15000;

/**
 * Posts while the page lives. Never rejects: status 0 means no answer.
 * @returns {Promise<[status: number, text: string, retryAfter: number]>}
 */
export const post = async (url, body) => {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
      keepalive: true, // it may outlive the page
      credentials: 'omit',
      redirect: 'error', // a 301 or 302 would become a GET without the body
      // Chrome 103, Firefox 100, Safari 16; before them the browser's own limit.
      signal: AbortSignal.timeout && AbortSignal.timeout(TIMEOUT_MS),
    });
    return [answer.status, await answer.text(), +answer.headers.get('retry-after') || 0];
  } catch (error) {
    return [0, String(error), 0];
  }
};

/** Hands a batch to the browser, to be sent when the page is gone. */
export const postLast = (url, body) => navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' }));
