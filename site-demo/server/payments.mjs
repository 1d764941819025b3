// Stands for a payment provider, another company's machine: it keeps what it was given with
// a payment, and calls back when money has moved, at whatever hour.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Of a webhook's body. */
export const SIGNATURE = 'x-payments-signature';

const sign = (text, secret) => createHmac('sha256', secret).update(text).digest('hex');

/** @param {string} text @param {string} [signature] @param {string} secret */
export const isSigned = (text, signature = '', secret) => {
  const [mine, theirs] = [sign(text, secret), signature].map((hex) => Buffer.from(hex));
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
};

/**
 * @param {object} options
 * @param {string} options.webhook where it calls
 * @param {string} options.secret shared with whoever is called
 * @param {number} options.renewAfterMs a month, in the time of this demo
 */
export const startPayments = ({ webhook, secret, renewAfterMs }) => {
  const waiting = new Set();

  const call = async (body) => {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', [SIGNATURE]: sign(text, secret) };
    try {
      const { status } = await fetch(webhook, { method: 'POST', headers, body: text });
      if (status !== 204) throw new Error(`answered ${status}`);
    } catch (error) {
      console.error(`demo: the renewal did not reach the shop: ${error.message}`);
    }
  };

  return {
    /** @param {{ customer: string, plan: object, metadata: Record<string, string> }} subscription */
    subscribe: (subscription) => {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        call({ type: 'subscription.renewed', ...subscription });
      }, renewAfterMs);
      waiting.add(timer);
    },
    /** Nobody is billed any more. */
    close: () => waiting.forEach(clearTimeout),
  };
};
