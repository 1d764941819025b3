// The visitor's id, given back by the receiver where this browser has lost the cookie:
// Safari removes what scripts have stored after 7 days (docs/BRIDGE.md).
import { attempt } from './attempt.js';

const WAIT_MS = 1500; // less than the agent waits for the bridge

// Where the visitor has not agreed, or has said no, nothing is to be read of him.
const mayAsk = ({ consent, storage, gpc, dnt }) =>
  !/(^|; )_fh=/.test(document.cookie) &&
  (consent == null || consent === 'granted') &&
  storage !== 'none' &&
  !(navigator.globalPrivacyControl && gpc !== 'off') &&
  !(dnt === 'on' && navigator.doNotTrack === '1');

const post = ({ renew, endpoint }, name, more) =>
  fetch(new URL(name, new URL(renew === true ? '' : renew, new URL(endpoint, document.baseURI))), { method: 'POST', ...more });

/**
 * @param {object} options of the agent; `renew`: the address, '' for the one beside the
 *   endpoint
 * @returns {Promise<string | undefined> | undefined} the cookie's text, if it is known;
 *   nothing where nobody is to be asked. Never rejects.
 */
export const askRenewal = (options) =>
  attempt(() => {
    if (mayAsk(options))
      return post(options, 'renew', { signal: AbortSignal.timeout && AbortSignal.timeout(WAIT_MS) })
        .then((response) => response.json())
        .then(({ cookie }) => cookie)
        .catch(() => {});
  });

/** Has the receiver forget as well, when the visitor says no. */
export const watchDenial = (track, options) =>
  track.on('consent', () => {
    if (track.consent().analytics === 'denied') post(options, 'clear', { keepalive: true }).catch(() => {});
  });
