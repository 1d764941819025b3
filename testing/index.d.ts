// Types of firsthand/testing. docs/TESTING.md has a worked example, and what was
// measured.

/**
 * A Page or BrowserContext of Playwright, or a Page of Puppeteer: told apart by the
 * methods that they have, so that neither need be installed.
 */
export type Target =
  | { addInitScript(script: any, arg?: any): Promise<any>; on(event: any, listener: any): any }
  | { evaluateOnNewDocument(script: any, ...args: any[]): Promise<any>; on(event: any, listener: any): any };

/** How an event came. Of an event that came more than once: how it came first. */
export interface RequestFacts {
  /** By which function it left the page; not there where `receive` was not told. */
  by?: 'fetch' | 'beacon' | 'fetchLater';
  /** When it came, ms since 1970, by the clock of the test. */
  at: number;
  /** The address that the page sent it to. */
  url?: string;
  /** The address of the document that sent it; not always the one that made it. */
  page?: string;
  /** When the batch was made, by the clock of the page. */
  sentAt?: string;
  /** 1, and 1 more for each request that has failed since the last that did not. */
  attempt?: number;
  /** How often the event has come; it is in `all` once. */
  copies: number;
}

/** An event, whole: what Segment's API would have stored (docs/WIRE.md). */
export interface CapturedEvent {
  messageId: string;
  type: 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias';
  timestamp: string;
  originalTimestamp?: string;
  /** Of track: its name. */
  event?: string;
  /** Of page and screen. */
  name?: string;
  category?: string;
  properties?: Record<string, any>;
  traits?: Record<string, any>;
  anonymousId: string;
  userId?: string;
  groupId?: string;
  previousId?: string;
  context: Record<string, any>;
  integrations?: Record<string, any>;
  request: RequestFacts;
}

/** One request, taken or not. */
export interface CapturedRequest extends Omit<RequestFacts, 'copies'> {
  /** What was answered; 0: nothing, as when the network is gone. */
  status: number;
  /** How many events were in it. */
  events: number;
  /** What the batch said of itself (docs/WIRE.md); the snippet's post says nothing. */
  firsthand?: Record<string, any>;
}

/**
 * Which event is meant: a text is the `event` of track, the `name` of page and screen,
 * or a type ('identify'); a RegExp tests the same; an object is held against the whole
 * event, as properties are; a function is asked.
 */
export type What = string | RegExp | Record<string, any> | ((event: CapturedEvent) => unknown);

/**
 * What properties (of identify and group: traits) must at least be. Objects are compared
 * in part, lists element by element and as long as they are; `undefined` is absence; a
 * RegExp tests a text, a function the value.
 */
export type Properties = Record<string, any>;

export interface Wait {
  /** ms; that of `capture`, or 5000, if left out. */
  timeout?: number;
}

/** What arrived, and what to answer. */
export interface Events {
  /** All so far, each once, in the order in which they happened. */
  readonly all: CapturedEvent[];
  /** The requests so far, those that were not taken too, in the order in which they came. */
  readonly requests: CapturedRequest[];
  /** Those of `all` that match, at once. */
  named(what: What, properties?: Properties): CapturedEvent[];
  /**
   * The first that matches; waits for it. Rejects with an error that shows the nearest
   * event, field by field, and all that arrived.
   */
  find(what: What, properties?: Properties, options?: Wait): Promise<CapturedEvent>;
  /** Waits for so many, flushes, and rejects unless there are just so many. */
  count(what: What, many: number, properties?: Properties, options?: Wait): Promise<CapturedEvent[]>;
  /** Flushes, and rejects if there is one. */
  none(what: What, properties?: Properties): Promise<void>;
  /**
   * Flushes, and rejects if an event is not as the tracking plan says (docs/PLAN.md), one
   * that belongs to the server included; with each event and what is wrong with it.
   * @param plan as an object or its text; that of the option `plan` if left out
   */
  check(plan?: object | string): Promise<void>;
  /** Forgets what arrived; copies of it that still come stay forgotten. */
  clear(): void;
  /** From now on the endpoint cannot be reached. Nothing is taken. */
  offline(): void;
  /** Ends `offline` and `answer`. */
  online(): void;
  /**
   * From now on this is the answer. Events are taken only if the agent would count them
   * as delivered: 2xx, and a body that says so, as it does if left out.
   */
  answer(status: number, body?: string): void;
}

/** The events of one or more pages under test. */
export interface Capture extends Events {
  /** Captures another page as well; call it before its goto(). */
  watch(target: Target): Promise<void>;
  /**
   * Sends now what the open pages still hold, waits for an agent that is loading, and
   * for what the browser has taken over from pages that have ended.
   */
  flush(): Promise<void>;
  /** Closes the receiver. To documents that are still open the endpoint is gone. */
  stop(): Promise<void>;
}

export interface CaptureOptions {
  /**
   * Only batches to this address; relative to the document's. Left out: every POST whose
   * body is a batch of Firsthand, whatever its address.
   */
  endpoint?: string;
  /** How long `find`, `count` and `flush` wait, ms; 5000 if left out. */
  timeout?: number;
  /** For how long nothing may come before a flush is over, ms; 100 if left out. */
  quiet?: number;
  /** What the function is called on the page: `track`, or the tag's `data-global`. */
  global?: string;
  /** The tracking plan that `check()` goes by. */
  plan?: object | string;
}

/**
 * Takes the place of the endpoint for these pages, from their next document on: call it
 * before goto().
 *
 *     const events = await capture(page);
 *     await page.goto('http://localhost:8080/checkout.html');
 *     await page.click('#buy');
 *     await events.find('Order Completed', { total: 49.99 });
 */
export function capture(target: Target, options?: CaptureOptions): Promise<Capture>;

export interface Clock {
  /**
   * Puts the clock of every open page, and of those to come, forward. Timers that are due
   * on the way are called at their time, in order. Waits up to 1 s for requests under way.
   */
  advance(ms: number): Promise<void>;
  /** What time it is on the pages. */
  now(): Date;
}

/**
 * Gives pages a clock that a test can put forward; meanwhile it goes on by itself. Date,
 * performance.now(), setTimeout and setInterval go by it; animation frames, the time
 * stamps of DOM events, workers and the server do not.
 *
 *     const clock = await useClock(page);
 *     await page.goto(url);
 *     await clock.advance(31 * 60_000);   // a new session
 */
export function useClock(target: Target, options?: { time?: string | number | Date }): Promise<Clock>;

/** An endpoint without a network or a browser, to be fed with the bodies of requests. */
export interface EventsCore extends Events {
  /**
   * Takes the body of a request. `cookie` and `userAgent` are used for what the snippet
   * posts; other facts go to the events as their `request`.
   *
   * @returns what to answer, status 0: nothing; undefined: the body is none of Firsthand's
   */
  receive(
    body: string | Uint8Array,
    facts?: { by?: string; at?: number; url?: string; page?: string; cookie?: string; userAgent?: string },
  ): { status: number; body?: string } | undefined;
}

/** What `capture` is made of, for a driver that it does not know. */
export function createEvents(options?: {
  timeout?: number;
  /** Resolves when what was called so far has come; `none` and `count` wait for it. */
  settle?: () => Promise<void>;
  /** What else an error should say. */
  notes?: () => string[];
  /** The tracking plan that `check()` goes by. */
  plan?: object | string;
}): EventsCore;
