// Batches on their way to the endpoint. A body is text/plain, so that another
// origin needs no preflight, which the end of a page leaves no time for.

const TIMEOUT_MS = 15000;
const KEEPALIVE_BYTES = 61440; // of the 64 KiB that a document's scripts share

/**
 * Posts while the page lives. Never rejects: status 0 means no answer.
 * @returns {Promise<{ok: boolean, status: number, text: string, retryAfter: number}>}
 */
export const post = async (url, body) => {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
      keepalive: body.length < KEEPALIVE_BYTES,
      credentials: 'omit',
      redirect: 'error', // a 301 or 302 would become a GET without the body
      signal: AbortSignal.timeout?.(TIMEOUT_MS), // Chrome 103, Firefox 100, Safari 16
    });
    const text = (await answer.text()).slice(0, 4096);
    return { ok: answer.ok, status: answer.status, text, retryAfter: +answer.headers.get('retry-after') || 0 };
  } catch (error) {
    return { ok: false, status: 0, text: String(error), retryAfter: 0 };
  }
};

/** Hands a batch to the browser, to be sent when the page is gone. */
export const postLast = (url, body) =>
  navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' }));
