// What the shop's server answers besides files: the club, orders, and the payment
// provider's calls. It reckons by its own prices, knows its customers by a session of its
// own, and forgets everything when it ends.
import { randomBytes, randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { stitch } from 'firsthand/server';
import { ordered } from '../shop/ecommerce.js';
import { club, deliveries, find } from '../shop/products.js';
import { isSigned, SIGNATURE } from './payments.mjs';

const BODY_BYTES = 65_536;
const COOKIE = 'tern_session';
const FLAGS = 'Path=/; HttpOnly; SameSite=Lax';

/** 'TK-101:2 TK-301:1' as lines of a basket; nothing of what the shop does not have. */
const linesOf = (basket) =>
  (basket ?? '').split(' ').flatMap((line) => {
    const [, sku, quantity] = /^([\w-]{1,20}):([1-9]\d?)$/.exec(line) ?? [];
    const product = find(sku);
    return product ? [{ product, quantity: Number(quantity) }] : [];
  });

/**
 * @param {object} with_
 * @param {ReturnType<import('./tracking.mjs').createTracking>} with_.tracking
 * @param {ReturnType<import('./payments.mjs').startPayments>} with_.payments
 * @param {string} with_.secret shared with the payment provider
 * @returns {(req, res) => Promise<boolean>} false: it is none of the shop's
 */
export const createRoutes = ({ tracking, payments, secret }) => {
  const sessions = new Map(); // customers by the cookie's value
  const orders = new Map(); // { customer, order } by id

  const tokenOf = (req) => new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(req.headers.cookie ?? '')?.[1];

  /** Who asks: a customer, a new one if there is none. */
  const customerOf = (req, res) => {
    const known = sessions.get(tokenOf(req));
    if (known) return known;
    const customer = { id: `cust_${randomBytes(4).toString('hex')}`, orders: 0, isMember: false, isBilled: false };
    const token = randomUUID();
    sessions.set(token, customer);
    res.setHeader('Set-Cookie', `${COOKIE}=${token}; ${FLAGS}`);
    return customer;
  };

  /** The card is known from the first order on, so it is billed by what comes second. */
  const bill = (customer, visit) => {
    if (!customer.isMember || !customer.orders || customer.isBilled) return;
    customer.isBilled = true;
    payments.subscribe({ customer: customer.id, plan: club, metadata: visit.flat({ secret }) });
  };

  const answer = (res, status, value) =>
    void res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(value));

  const seeOther = (res, place) => void res.writeHead(303, { Location: place }).end();

  // The page makes the event of it, once this has answered.
  const join = (req, res) => {
    const customer = customerOf(req, res);
    customer.isMember = true;
    bill(customer, stitch(req, { userId: customer.id }));
    answer(res, 200, { customer: customer.id, ...club });
  };

  const order = (req, res, body) => {
    const form = Object.fromEntries(new URLSearchParams(body));
    const lines = linesOf(form.basket);
    const delivery = Number(form.delivery);
    if (!lines.length || !deliveries.includes(delivery) || !/^TK-[\da-f]{8}$/.test(form.order)) return seeOther(res, '/cart.html');
    // The number is the page's, so that a form that is sent twice is one order.
    if (!orders.has(form.order)) {
      const customer = customerOf(req, res);
      const placed = ordered(form.order, lines, delivery);
      orders.set(form.order, { customer, placed });
      customer.orders += 1;
      // The bundle is in the form's hidden fields. As Express has it, once the form is parsed.
      req.body = form;
      const visit = stitch(req, { userId: customer.id });
      tracking.track(visit, 'Order Completed', placed);
      bill(customer, visit);
    }
    seeOther(res, `/thanks.html?order=${form.order}`);
  };

  const confirmation = (req, res) => {
    const { customer, placed } = orders.get(req.url.slice('/orders/'.length)) ?? {};
    if (!customer || customer !== sessions.get(tokenOf(req))) return answer(res, 404, { error: 'This visitor has no such order.' });
    answer(res, 200, { order: placed, customer: { id: customer.id, orders: customer.orders, isMember: customer.isMember } });
  };

  const forget = (req, res) => {
    sessions.delete(tokenOf(req));
    res.writeHead(204, { 'Set-Cookie': `${COOKIE}=; ${FLAGS}; Max-Age=0` }).end();
  };

  const paid = (req, res, body) => {
    if (!isSigned(body, req.headers[SIGNATURE], secret)) return answer(res, 401, { error: 'That is not the payment provider’s signature.' });
    const { customer, plan, metadata } = JSON.parse(body);
    // He may be asleep: an event of nobody's visit.
    const visit = stitch(metadata, { present: false, userId: customer, secret });
    tracking.track(visit, 'Subscription Renewed', { plan: plan.id, total: plan.price, currency: plan.currency });
    res.writeHead(204).end();
  };

  const ROUTES = { 'POST /club': join, 'POST /order': order, 'POST /forget': forget, 'POST /webhooks/payments': paid };

  return async (req, res) => {
    const { method, url } = req;
    const route = ROUTES[`${method} ${url}`] ?? (method === 'GET' && url.startsWith('/orders/') && confirmation);
    if (!route) return false;
    try {
      if (Number(req.headers['content-length'] ?? 0) > BODY_BYTES || req.headers['transfer-encoding']) {
        res.setHeader('Connection', 'close');
        answer(res, 413, { error: `A form has at most ${BODY_BYTES} bytes, and says how many.` });
      } else {
        route(req, res, await text(req));
      }
    } catch (error) {
      console.error(`demo: ${method} ${url}: ${error.stack}`);
      if (!res.headersSent) answer(res, 500, { error: 'The shop failed on this; its log says why.' });
    }
    return true;
  };
};
