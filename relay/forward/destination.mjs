// One destination: a consumer of the log that makes rows of events, sends them, and
// judges answers. It is alone with its troubles: no other one waits for it.
import { setTimeout as sleep } from 'node:timers/promises';
import { createCore, Refusal } from '../core.mjs';
import { backoff, retryAfter } from './backoff.mjs';
import { isAllowed } from './consent.mjs';
import { judge } from './vendors/dialect.mjs';
import { VENDORS } from './vendors/index.mjs';

const TIMEOUT_MS = 30_000;

// What is under way at the end gets this long to be answered.
const GRACE_MS = 5000;

// A destination that is misconfigured is asked again this rarely.
const SLOW_MS = 5 * 60_000;

// After so many answers 5xx it may be one event that the vendor stumbles over:
// halves find it. Alone it is given up after `giveUpHours`.
const STUMBLES = 5;
const GIVE_UP_HOURS = 24;

const REASON_CHARS = 300;

// More than any vendor says, less than the core can be told.
const ANSWER_CHARS = 64 * 1024;

const READ_ROWS = 100;
const MOST_EVENTS = 2000;

/** Ends a delivery that cannot succeed now; nothing was lost. */
class Stopped extends Error {}

/**
 * @param {object} own of `checkDestinations`.
 * @param {object} [options] `logger` of pino; `graceMs` that requests under way get at
 *   the end; `wait` for tests: first and longest ms of a back-off, `slow` for the
 *   misconfigured.
 * @returns the destination:
 *  - `run(consumer) → Promise`: delivers until `stop`; see `eventlog.mjs`;
 *  - `deliver(row) → Promise`: one event, once; rejects with the reason;
 *  - `stop() → Promise`: what is unanswered then goes out again later;
 *  - `status() → {delivered, kept, dead, failures, since, error}`.
 * @throws for a mapping with a mistake.
 */
export function createDestination(own, { logger, wait = {}, graceMs = GRACE_MS, now = Date.now } = {}) {
  const vendor = VENDORS[own.type];
  const make = createMaker(own, vendor);
  const limits = limitsOf(own, vendor);
  const giveUpMs = (own.giveUpHours ?? GIVE_UP_HOURS) * 3_600_000;
  const stopping = new AbortController(); // no new attempts
  const flying = new Set(); // of those who can cut a request
  const counts = { delivered: 0, kept: 0, dead: 0, failures: 0 };
  let trouble; // {since, error} while attempts fail
  let running = Promise.resolve();

  async function prepare(rows, progress, consumer) {
    const items = [];
    for (const row of rows) {
      try {
        const item = make(row);
        if (item) items.push(item);
        else { counts.kept += 1; progress.done(row); }
      } catch (error) {
        const { reason, message } = error;
        await bury(row, error instanceof Refusal ? `${reason}: ${message}` : message, consumer);
        progress.done(row);
      }
    }
    return items;
  }

  async function bury(row, reason, consumer) {
    await consumer.dead(row, reason);
    counts.dead += 1;
    // Not the reason: a vendor may quote the event.
    logger?.warn({ destination: own.name, messageId: row.messageId }, 'dead letter');
  }

  async function post(items) {
    const { url, headers, body } = vendor.request(items.map(({ text }) => text), own, now());
    const cut = new AbortController();
    const timer = setTimeout(() => cut.abort(), own.timeoutMs ?? TIMEOUT_MS);
    flying.add(cut);
    try {
      const response = await fetch(url,
        { method: 'POST', headers, body, redirect: 'error', signal: cut.signal });
      const after = retryAfter(response.headers.get('retry-after'), now());
      const text = await textOf(response);
      return { status: response.status, text, after };
    } catch (error) {
      const { code, message } = error.cause ?? {};
      return { status: 0, text: '', after: 0, error: code ?? message ?? error.name };
    } finally {
      clearTimeout(timer);
      flying.delete(cut);
    }
  }

  function read({ status, text, after }, items) {
    const answer = { status, text, json: parse(text) };
    const said = judge({
      ...(vendor.silent ? {} : { dialect: own.dialect ?? vendor.dialect, endpoint: own.endpoint }),
      status, retryAfter: after, body: text,
      ids: items.flatMap(({ ids }) => ids),
    });
    if (vendor.silent && status >= 200 && status < 300) said.verdict = 'accepted';
    said.verdict = vendor.judge?.({ ...answer, verdict: said.verdict }) ?? said.verdict;
    return { ...said, refused: vendor.refused?.(answer) ?? new Map() };
  }

  /** What has become of each item: `taken`, what is `bad` with its reason, and what goes `again`. */
  function sort(items, { verdict, fates, refused }, reason) {
    const sorted = { taken: [], bad: new Map(), again: [] };
    let at = 0;
    for (const item of items) {
      const its = fates?.slice(at, at += item.ids.length);
      if (refused.has(item.row.messageId)) sorted.bad.set(item, redact(refused.get(item.row.messageId)));
      else if (its?.includes('unwanted')) sorted.bad.set(item, reason);
      else if (its ? its.includes('again') : verdict !== 'accepted') sorted.again.push(item);
      else sorted.taken.push(item);
    }
    return sorted;
  }

  function redact(text) {
    const clean = own.secrets.reduce((left, secret) => left.replaceAll(secret, '***'), text);
    return clean.replaceAll(/\s+/g, ' ').slice(0, REASON_CHARS);
  }

  const shortOf = ({ status, error }) => (status === 0 ? `no answer: ${error}` : `answer ${status}`);
  const reasonOf = (answer) =>
    redact(answer.status === 0 ? shortOf(answer) : `${answer.status} ${answer.text}`.trim());

  /** Sends items until each is delivered, put aside, or everything stops. */
  async function send(items, progress, consumer) {
    const give = async (item, reason) => {
      await bury(item.row, reason, consumer);
      progress.done(item.row);
    };
    const started = now();
    let stumbles = 0;

    for (let attempt = 1, left = items; ; attempt++) {
      if (stopping.signal.aborted) throw new Stopped();
      const answer = await post(left);
      const said = read(answer, left);
      const reason = reasonOf(answer);
      const { taken, bad, again } = sort(left, said, reason);
      for (const [item, why] of bad) await give(item, why);
      for (const { row } of taken) progress.done(row);
      counts.delivered += taken.length;
      const moved = again.length < left.length;
      if (moved) recover();
      if (again.length === 0) return;
      left = again;

      const isContent = said.verdict === 'bisect' || said.verdict === 'smaller';
      if (isContent && moved) continue; // what was wrong is out
      if (!isContent) {
        fail(shortOf(answer), said.verdict);
        stumbles += answer.status >= 500 && answer.status !== 503;
      }
      if (isContent || stumbles >= STUMBLES) {
        if (left.length > 1) return halve(left, progress, consumer);
        if (isContent || now() - started > giveUpMs) return give(left[0], reason);
      }
      const isTheirs = said.verdict === 'retry' || isContent;
      await pause(attempt, isTheirs ? said.wait : Math.max(said.wait, wait.slow ?? SLOW_MS));
    }
  }

  async function halve(items, progress, consumer) {
    const middle = items.length >> 1;
    await send(items.slice(0, middle), progress, consumer);
    await send(items.slice(middle), progress, consumer);
  }

  function fail(error, verdict) {
    counts.failures += 1;
    if (trouble?.error !== error) {
      const isTheirs = verdict === 'retry';
      logger?.[isTheirs ? 'warn' : 'error']({ destination: own.name, reason: error },
        isTheirs ? 'destination fails, its events wait' : 'destination is misconfigured, its events wait');
    }
    trouble = { since: trouble?.since ?? new Date(now()).toISOString(), error };
  }

  function recover() {
    if (!trouble) return;
    logger?.info({ destination: own.name, since: trouble.since }, 'destination has recovered');
    trouble = undefined;
  }

  async function pause(attempt, least) {
    try {
      await sleep(backoff(attempt, least, wait), undefined, { signal: stopping.signal });
    } catch {
      throw new Stopped();
    }
  }

  /** Requests within the limits, in order. */
  function requestsOf(items) {
    const requests = [];
    let last;
    for (const item of items) {
      if (!last || last.items.length === limits.events || last.bytes + item.bytes > limits.bytes) {
        requests.push(last = { items: [], bytes: 0 });
      }
      last.items.push(item);
      last.bytes += item.bytes;
    }
    return requests.map((one) => one.items);
  }

  async function round(rows, consumer) {
    const progress = createProgress(rows, (seq) => consumer.ack(seq));
    try {
      const requests = requestsOf(await prepare(rows, progress, consumer));
      const worker = async () => {
        for (let next; (next = requests.shift());) await send(next, progress, consumer);
      };
      const workers = await Promise.allSettled(Array.from({ length: limits.concurrency }, worker));
      const failed = workers.find(({ status }) => status === 'rejected');
      if (failed) throw failed.reason;
    } finally {
      await progress.settle();
    }
  }

  async function work(consumer) {
    const stopped = new Promise((done) => {
      stopping.signal.addEventListener('abort', () => done(false));
    });
    try {
      while (await Promise.race([stopped, consumer.wait()]) && !stopping.signal.aborted) {
        const rows = await consumer.read(Math.max(limits.events, READ_ROWS));
        if (rows.length > 0) await round(rows, consumer);
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    } finally {
      await consumer.close();
    }
  }

  return {
    run(consumer) {
      running = work(consumer);
      return running;
    },
    async deliver(row) {
      const dead = {};
      const consumer = { dead: async (_, reason) => { dead.reason = reason; } };
      const progress = createProgress([row], async () => {});
      const [item] = await prepare([row], progress, consumer);
      if (item) {
        const answer = await post([item]);
        const said = read(answer, [item]);
        const { taken, bad } = sort([item], said, reasonOf(answer));
        if (taken.length === 0) dead.reason = bad.get(item) ?? reasonOf(answer);
      }
      if (dead.reason !== undefined) throw new Error(dead.reason);
    },
    async stop() {
      stopping.abort();
      const timer = setTimeout(() => flying.forEach((cut) => cut.abort()), graceMs);
      await running.catch(() => {});
      clearTimeout(timer);
    },
    status: () => ({ ...counts, ...trouble }),
  };
}

const limitsOf = ({ batch }, { limits }) =>
  ({ ...limits, events: Math.min(batch ?? limits.events, MOST_EVENTS) });

/**
 * @returns a function of a row of the log: what the vendor gets of it; undefined:
 *   nothing. It throws where the vendor would refuse it.
 */
function createMaker(own, vendor) {
  const core = createCore();
  const { bytes: most } = limitsOf(own, vendor);
  try {
    core.mapping(JSON.stringify(own.mapping));
  } catch (error) {
    throw new Error(`destinations: ${own.name}.mapping: ${error.message}`);
  }
  return (row) => {
    if (own.writeKeys && !own.writeKeys.includes(row.writeKey)) return undefined;
    if (own.consent && !isAllowed(JSON.parse(row.body), own.consent)) return undefined;
    const payload = core.map(row.body);
    if (payload === '') return undefined;
    const { count, text } = vendor.rows(row.body, payload, own);
    const bytes = Buffer.byteLength(text) + 1;
    if (bytes > most) throw new Error(`too_large: ${bytes} bytes, ${own.type} takes ${most}`);
    return { row, text, bytes, ids: Array(count).fill(row.messageId) };
  };
}

/** What a destination would get of events, as text; "" for those that it gets nothing of. */
export function previewOf(own) {
  const make = createMaker(own, VENDORS[own.type]);
  const writeKey = own.writeKeys?.[0];
  return (body) =>
    make({ body, messageId: JSON.parse(body).messageId, writeKey })?.text ?? '';
}

/** How far all is done without a gap: only that much is acknowledged. */
function createProgress(rows, ack) {
  const done = new Set();
  let next = 0;
  let last = Promise.resolve();
  let asked = false;
  const advance = async () => {
    asked = false;
    const from = next;
    while (next < rows.length && done.has(rows[next].seq)) next += 1;
    if (next > from) await ack(rows[next - 1].seq);
  };
  return {
    done({ seq }) {
      done.add(seq);
      if (asked) return;
      asked = true;
      last = last.then(() => new Promise((now) => { setImmediate(now); })).then(advance);
      last.catch(() => {}); // `settle` tells
    },
    settle: () => last,
  };
}

/** As much of an answer as is ever read. */
async function textOf({ body }) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= ANSWER_CHARS) break;
  }
  return text.slice(0, ANSWER_CHARS);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
