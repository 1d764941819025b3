// Types of the module build, dist/firsthand.mjs. Kept by hand.
//
//   import { init } from 'firsthand'
//   const track = init({ key: 'WRITE_KEY', endpoint: '/v1/batch' })
//   track('Signed Up', { plan: 'pro' })
//
// On a page with the script tag, `window.track` is a Track as well:
//
//   declare const track: import('firsthand').Track
//
// With a map of a site's events their names and properties are checked:
//
//   const track = init<{ 'Order Completed': { order_id: string; total: number } }>({ … })

/** How an agent is set up. The tag's `data-*` attributes are the same. */
export interface Options {
  /** The write key of the source, at most 128 bytes. Every batch carries it. */
  key: string;

  /**
   * Where batches are posted, such as `/v1/batch` of any Segment-compatible backend, or
   * `/v1/compact` of the relay, a fortieth of the bytes (docs/WIRE.md). An address of
   * another origin must allow the page's by CORS, for beacons with credentials.
   */
  endpoint: string;

  /**
   * For how many days a later page may send events that may have arrived: what
   * the endpoint's own memory of `messageId` lasts (our relay: always; Segment: 1;
   * Amplitude: 7). 7 if left out. With 0 no event outlives its page: for an
   * endpoint that does not drop copies, where a loss is better than a double.
   */
  resendDays?: number;

  /**
   * What holds until the visitor has said something by `consent`. With `pending`
   * nothing is stored or sent, and calls wait in memory.
   */
  consent?: ConsentState;

  /** `off`: Global Privacy Control is not minded. Otherwise it counts as `denied`. */
  gpc?: 'off';

  /** `on`: Do Not Track counts as `denied`. */
  dnt?: 'on';

  /** `none`: nothing is stored or read; every page has a visitor of its own. */
  storage?: 'none';

  /**
   * Attributes of the cookie beside ours, of which the last of a name counts:
   * `"Domain=shop.example; SameSite=None; Secure; Partitioned"`.
   */
  cookie?: string;

  /** Minutes without an event that end a session; 30 if left out. */
  sessionIdle?: number;

  /** Minutes that a session lasts at most; 1440 if left out. */
  sessionMax?: number;

  /** `on`: a new campaign starts a session. */
  sessionCampaign?: 'on';

  /** More hosts that are the site's own, with spaces or commas between. */
  domains?: string;

  /** Client hints of high entropy to ask for: `"model platformVersion"`. */
  hints?: string;

  /** Which share of all visitors is tracked, 0 to 1; all if left out. */
  sample?: number;

  /** Events a second that pass in the long run, ten times as many at once; all if left out. */
  rate?: number;

  /** The backend's format, in a build that has it; what its address tells if left out (docs/DIALECTS.md). */
  dialect?: 'segment' | 'amplitude' | 'snowplow' | 'posthog' | 'rudderstack' | 'hightouch' | 'metarouter' | 'jitsu';

  /** The site's word for a group (Amplitude, PostHog), or the vendor of its schemas (Snowplow). */
  label?: string;

  /**
   * More destinations of the same events, in a build that has them (docs/DIALECTS.md);
   * `key`, `endpoint`, `dialect` and `label` are those of the first. In the tag this is
   * JSON.
   */
  destinations?: Destination[] | string;

  /** Rules of masking that are off: `"-email -card"`, or `"off"` (docs/WIRE.md). */
  mask?: string;

  /** Names of parameters and properties that are masked, too; and that are not. */
  maskDeny?: string;
  maskAllow?: string;

  /**
   * For these five the bridge is needed (docs/BRIDGE.md), and calls wait for it, two
   * seconds at most. The tag loads it; here it is `track.use(bridge)`.
   */
  adopt?: string;
  link?: string;
  query?: true | '';
  cmp?: string;
  renew?: string;

  /**
   * The tracking plan that events are held against, or its address (docs/PLAN.md). Calls
   * wait for it, two seconds at most. The tag loads what is needed; here it is
   * `track.use(plan)` of `firsthand/plan`, before that of the bridge.
   */
  plan?: string | object;
  /** `warn` says what is not as the plan says, `block` refuses it, too; `warn` if left out. */
  planMode?: 'off' | 'warn' | 'block';

  /**
   * Vendors' ids of the visitor (`firsthand/sync`, docs/SYNC.md): the list, its JSON, or the
   * address of that. The tag loads what is needed; here it is `track.use(sync)`.
   */
  sync?: string | readonly SyncEntry[];

  /** For the captures (`firsthand/auto`, docs/AUTO.md): which, by name, or `"all"`; and their own options. */
  auto?: string;
  autoPath?: string;
  autoIdle?: number | string;
  autoFiles?: string;
  autoText?: string;
  autoNotfound?: string;
  autoTerms?: string;

  /**
   * For stitching (`firsthand/stitch`, docs/HYBRID.md). `stitch`, anything but empty, has the tag load it at once;
   * `stitchHeaders` puts the bundle on the page's own requests; `stitchHosts` are other
   * hosts that may have it, `"api.shop.example, pay.example:8443"`.
   */
  stitch?: string;
  stitchHeaders?: string | true;
  stitchHosts?: string;

  /** Segment's: goes with each call that does not name them, as true or false. */
  integrations?: Bag;

  /**
   * Says on the console, by `console.warn`, which calls were dropped, which
   * batches were not acknowledged, and why. Left out or undefined: nothing is said.
   */
  debug?: true | undefined;
}

/** Where the events go besides. It has a queue, limits and waits of its own. */
export interface Destination {
  /** Where batches are posted. It gets no cookies of the site, and may set none. */
  endpoint: string;
  /** As it is known there; that of the first destination if left out. */
  key?: string;
  /** Its format; what its address tells if left out. */
  dialect?: Options['dialect'];
  /** As `label` of the options. */
  label?: string;
  /** As `resendDays` of the options, which holds if this is left out. */
  resendDays?: number;
  /**
   * The category of consent that it needs besides `analytics`, such as `ads`. Until the
   * visitor has said something of it, the option `consent` holds.
   */
  consent?: string;
}

/** What a visitor has said of a category; `pending`: nothing yet. */
export type ConsentState = 'granted' | 'denied' | 'pending';

/**
 * What a page tells of an event or a visitor: anything that `JSON.stringify`
 * can write as an object. Numbers go out as JavaScript prints them. Something
 * else (a cycle, a BigInt, an array, a getter that throws) drops the call.
 */
export type Bag = {
  [name: string]: any;
  /** No array, no Map. */
  [Symbol.iterator]?: never;
};

/** What goes along with one call. Other members become members of `context`. */
export interface CallOptions {
  /** Members that replace those of the same name in the event's context. */
  context?: Bag;
  /** Passed on as it is: which destinations are to get the event. */
  integrations?: Bag;
  /** The visitor's anonymous id from this event on, as by `setAnonymousId`. */
  anonymousId?: string;
  /** Of this event, where the visitor has no user id. */
  userId?: string;
  /** When it happened, if not now. A number may be seconds or milliseconds. */
  timestamp?: Date | string | number;
  /** Of this event; two with one id are one. */
  messageId?: string;
  /** Traits in the event's context. */
  traits?: Bag;
  [name: string]: any;
}

/** An event as it goes out, in Segment's terms (docs/WIRE.md). */
export interface SegmentEvent {
  type: EventType;
  messageId?: string;
  timestamp?: string;
  anonymousId?: string;
  userId?: string | null;
  event?: string;
  name?: string;
  category?: string;
  groupId?: string;
  previousId?: string;
  properties?: Bag;
  traits?: Bag;
  context?: Bag;
  integrations?: Bag;
  [name: string]: any;
}

/** The six calls that make an event. */
export type EventType = 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias';

/** What became of a call: it is an event and is sent, or waits, or is none. */
export type Outcome =
  | {
      status: 'queued';
      reason?: undefined;
      /**
       * The whole event, where the promise is asked (`then`, `await`) in the task of
       * the call or before it is sent; else the call as it was made.
       */
      event: SegmentEvent;
    }
  | {
      /** It waits for the visitor's decision, or for the bridge. */
      status: 'held';
      reason?: undefined;
      /** The call as it was made. */
      event: SegmentEvent;
    }
  | {
      status: 'refused';
      /** Of docs/ERRORS.md; `no_page` on a server. */
      reason: string;
      /** The call as it was made. */
      event: SegmentEvent;
    };

/**
 * What a call that makes an event returns: a promise but in name, so that no linter
 * asks for an `await`. It resolves and never rejects; where nobody asks, nothing is
 * made. It does not wait for the visitor's decision, which may never come, nor for the
 * endpoint, but only for asynchronous middleware of the page's. A call that the snippet
 * keeps, before the agent has come, returns nothing: what it has become is told to its
 * callback.
 */
export interface Call extends PromiseLike<Outcome> {
  then<A = Outcome, B = never>(listener?: ((outcome: Outcome) => A | PromiseLike<A>) | null, other?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B>;
  catch<T = never>(listener?: ((error: unknown) => T | PromiseLike<T>) | null): Promise<Outcome | T>;
  finally(listener?: (() => void) | null): Promise<Outcome>;
}

/** Called later, with what became of the call; whatever it throws is caught. */
export type Callback = (outcome: Outcome) => unknown;

type Id = string | number;

/** Of a site without a map of its events any name and properties will do. */
export type AnyEvents = { [event: string]: Bag };

type Rest = [options?: CallOptions | null | Callback, callback?: Callback];

/**
 * Changes, drops or lets pass an event before it is queued: what it returns takes the
 * event's place; nothing, and it stays, as it may have been changed; null or false, and
 * it is dropped (`middleware`). One that returns a promise lets the event go when that
 * has come true. One that throws has changed nothing.
 */
export type Middleware = (event: SegmentEvent) => SegmentEvent | undefined | null | boolean | void | Promise<SegmentEvent | undefined | null | boolean | void>;

/**
 * Segment's: `payload.obj` is the event, `payload.event()` and the like read its
 * members. It goes on when `next(payload)` is called, at once or later, and is dropped
 * if that is not called, or with null.
 */
export type SourceMiddleware = (given: {
  payload: { obj: SegmentEvent; [member: string]: any };
  integrations: Bag;
  next(payload: { obj: SegmentEvent } | null): void;
}) => unknown;

/** Something that hangs itself into an agent. */
export interface Plugin {
  name?: string;
  /** Called at once. `agent` is for our own plugins, and may change. */
  load?(track: Firsthand<any>, agent?: any): unknown;
  /** Middleware of one type, then of all. */
  track?: Middleware;
  page?: Middleware;
  screen?: Middleware;
  identify?: Middleware;
  group?: Middleware;
  alias?: Middleware;
  event?: Middleware;
}

/** What `on`, `once` and `off` know, and what a listener is given. */
export interface Listeners {
  /** An event of this type is queued. */
  track: (event: string, properties: Bag) => unknown;
  page: (category: string | undefined, name: string | undefined, properties: Bag) => unknown;
  screen: (category: string | undefined, name: string | undefined, properties: Bag) => unknown;
  identify: (userId: string | undefined, traits: Bag) => unknown;
  group: (groupId: string | undefined, traits: Bag) => unknown;
  alias: (userId: string, previousId: string | undefined) => unknown;
  /** The visitor is forgotten. */
  reset: () => unknown;
  /** The agent is up, also where it was before. */
  ready: () => unknown;
  /** Each event that is queued, whole. */
  event: (event: SegmentEvent) => unknown;
  /** A call that was refused, or an event that middleware has dropped. */
  dropped: (what: { reason: string; type: string; event: SegmentEvent; args: unknown[] }) => unknown;
  /**
   * A batch has left; `body` is its bytes, `why` 0 as planned, 1 at once, 2 at the page's end;
   * `endpoint` tells of several destinations which. `events` are as they go out there.
   */
  sent: (what: { events: SegmentEvent[]; body: Uint8Array; bytes: number; why: number; endpoint?: string }) => unknown;
  /** The endpoint has answered; status 0 is no answer. Of what is sent at the page's end nothing is heard. */
  answered: (what: { status: number; text: string; events: SegmentEvent[]; endpoint?: string }) => unknown;
}

/** What is known of the visitor (Segment's User). What is given is set; null forgets it. */
export interface User {
  /** Another id where there is one is another visitor: he gets a new anonymous id. */
  id(id?: Id | null): string | null;
  /** Replaces all of them, where `identify` adds. */
  traits(traits?: Bag | null): Bag;
  /** null makes a new one. */
  anonymousId(id?: string | null): string;
  /** Forgets both ids and the traits. */
  reset(): void;
  logout(): void;
}

/** The same of his group. */
export interface Group {
  id(id?: Id | null): string | null;
  traits(traits?: Bag | null): Bag;
  /** Forgets them. */
  reset(): void;
  logout(): void;
}

/** A visit. */
export interface Session {
  /** A UUID of version 7. */
  id: string;
  /** 1 is the visitor's first. */
  index: number;
  /** When it began, ms since 1970. */
  start: number;
  /** How many of each there were so far. */
  events: number;
  pages: number;
}

/** What is known and what waits; for tests and for who debugs. */
export interface Inspection {
  anonymousId: string;
  userId: string | null;
  groupId: string | null;
  session: Session | null;
  consent: { [category: string]: ConsentState };
  /** How many calls wait for the visitor's decision. */
  held: number;
  /** Events that wait to be sent: those of the next batch. */
  queue?: SegmentEvent[];
  /** As a batch has it: `dropped` by reason and so on; if something waits. */
  ledger?: Bag;
  /** Of several destinations each, the first of which has the two above. */
  destinations?: DestinationState[];
}

/** How things are with one of several destinations. */
export interface DestinationState {
  key: string;
  endpoint: string;
  /** The category of consent that it needs. */
  consent: string;
  /** Whether the visitor allows it; `held`: he has not decided. */
  state: 'open' | 'held' | 'denied';
  /** Events that wait to be sent there, in its format: those of the next batch. */
  queue: Bag[];
  /** What it has not got and will not, by reason: refused calls, and what it lost itself. */
  dropped: { [reason: string]: number };
}

/** Elements whose clicks or submits are meant: one, many, or jQuery's. */
export type Elements<E> = E | ArrayLike<E> | null | undefined;

/** Facts of the visit in a bundle. */
export type BundleFacts = { [name: string]: string | number | boolean | null };

/**
 * What the server needs to know of the visit for its events to join it: `firsthand/server`
 * reads it. Into JSON go its own members, not the functions.
 */
export interface Bundle {
  readonly ok: true;
  v: 1;
  anonymousId: string;
  /** Whom `identify` has named. */
  userId?: string;
  /** When the session began, ms since 1970. */
  sessionId: number;
  /** Its id, a UUID of version 7. */
  sessionUuid: string;
  sessionIndex: number;
  pageViewId: string;
  /** When it was made, ms since 1970. A day later the server refuses it. */
  at: number;
  consent?: { [category: string]: boolean };
  /** Vendors' ids, by the names of MetaRouter's playbooks. */
  providers?: { [vendor: string]: BundleFacts };
  context?: {
    campaign?: BundleFacts; clickIds?: BundleFacts; page?: BundleFacts; referrer?: BundleFacts; locale?: string; timezone?: string;
    screen?: BundleFacts; library?: BundleFacts; userAgent?: string; userAgentData?: unknown;
  };
  /** Up to eight texts for the metadata of a payment: names of 40 characters at most, values of 255. */
  flat(prefix?: string): { [name: string]: string };
  /** The same with all of the context, for the hidden fields of a form. */
  fields(prefix?: string): { [name: string]: string };
  /** For a header of your own requests: `x-fh-context`. */
  header(): string;
}

/** Why there is no bundle: `no_consent`, `no_session` (nothing was called yet), `not_loaded` (its file did not come), `not_made`, `no_page`. */
export interface NoBundle {
  readonly ok?: false;
  reason: string;
}

/** One id of one vendor: `context.providers.<provider>.<key>`. docs/SYNC.md. */
export interface SyncEntry {
  provider: string;
  key: string;
  method: 'fetch' | 'matchPixel' | 'urlParams' | 'localStorage' | 'firstPartyCookie';
  /** An address, in which `{anonymousId}` stands for the visitor's; or the name of what is read. */
  source: string;
  /** Where in JSON the id is, as "a.b"; of an answer the member called `key`, if left out. */
  path?: string;
  /** With the vendor's own cookies or without; `include`, if left out. */
  credentials?: 'include' | 'omit';
  /** Days that an id holds: 30, if left out. */
  ttl?: number;
  /** Milliseconds that a vendor has: 2,000, if left out. */
  timeout?: number;
  /** The category that must be granted: `ads`, if left out. */
  consent?: string;
}

/** `track.stitch`. The members but the call are there once its file is: after the first `await track.stitch()`, or `track.use(stitch)`. */
export interface Stitch {
  /** Resolves to the bundle of this moment; never rejects. With the script tag the first call loads the file. */
  (): Promise<Bundle | NoBundle>;
  /** The same at once. */
  now?(): Bundle | NoBundle;
  /** Carriers of this moment; empty where there is no bundle. */
  flat?(prefix?: string): { [name: string]: string };
  fields?(prefix?: string): { [name: string]: string };
  header?(): string;
  headerName?: 'x-fh-context';
  /** Puts the header on the page's own requests from now on, as `stitchHeaders` does; returns what ends it. */
  requests?(): () => void;
  /** Fills the forms of the page anew, `<form data-fh-stitch>`. */
  refill?(): void;
}

/**
 * Tells that something happened; further calls hang off it. No call throws.
 * What is wrong with one is counted, and said where `debug` is set. A verb that
 * says nothing else returns the Track.
 */
export interface Firsthand<Events extends { [E in keyof Events]: object } = AnyEvents> {
  /**
   * Something happened.
   * @param event its name; not empty
   * @param properties what is to be known of it
   */
  <E extends keyof Events & string>(event: E, ...rest: Arguments<Events[E]>): Call;
  /** The same as one object. */
  <E extends keyof Events & string>(event: Whole<E, Events[E]>, ...rest: Rest): Call;

  /** The same, for a Track that is called otherwise: `analytics.track(…)`. */
  track<E extends keyof Events & string>(event: E, ...rest: Arguments<Events[E]>): Call;
  track<E extends keyof Events & string>(event: Whole<E, Events[E]>, ...rest: Rest): Call;

  /**
   * A page was seen. Its `path`, `referrer`, `search`, `title` and `url` are
   * added to the properties that do not name them. One text is the name; of two,
   * the first is the category. A callback may stand in each place.
   */
  page(callback?: Callback): Call;
  page(properties: Bag | null, ...rest: Rest): Call;
  page(name: string, properties?: Bag | null | Callback, ...rest: Rest): Call;
  page(category: string | null, name: string | null, properties?: Bag | null | Callback, ...rest: Rest): Call;

  /** Segment's of old: a page was seen whose path is this. */
  pageview(path: string): Call;

  /** A screen of an application was seen; as `page`, without the page's own facts. */
  screen(callback?: Callback): Call;
  screen(properties: Bag | null, ...rest: Rest): Call;
  screen(name: string, properties?: Bag | null | Callback, ...rest: Rest): Call;
  screen(category: string | null, name: string | null, properties?: Bag | null | Callback, ...rest: Rest): Call;

  /**
   * Tells who the visitor is. The id is kept in this browser and goes with
   * every event until `reset`.
   * @param userId at most 256 bytes; a number becomes text
   * @param traits what is known of the person; added to what is known of him
   */
  identify(userId: Id | null, traits?: Bag | null | Callback, ...rest: Rest): Call;
  /** Tells more of the visitor, who may be unknown. */
  identify(traits?: Bag | Callback, ...rest: Rest): Call;

  /** Tells to whom the visitor belongs. The id goes with every event until `reset`. */
  group(groupId: Id | null, traits?: Bag | null | Callback, ...rest: Rest): Call;
  /** Tells more of the group. */
  group(traits: Bag | Callback, ...rest: Rest): Call;
  /** What is known of the group. */
  group(): Group;

  /**
   * Tells that the visitor has a new id.
   * @param userId the new one
   * @param previousId the old one; if left out, the user id so far, else the anonymous id
   */
  alias(userId: Id, previousId?: Id | null | CallOptions | Callback, ...rest: Rest): Call;

  /** Forgets the visitor: new ids, a new session; what he has allowed stays. */
  reset(): this;

  /** Gives the visitor an anonymous id: 1 to 64 letters, digits, `-`, `_`, `~`. Returns the one he has. */
  setAnonymousId(id?: string | null): string;

  /** What is known of the visitor, and how to change it. */
  user(): User;

  /** The visit; null before its first event. */
  session(): Session | null;

  /** Properties for every track, page and screen call that does not name them. */
  register(properties: Bag): this;
  /** The same as `use`, for each. */
  register(...plugins: Plugin[]): this;
  /** Takes properties away again. */
  unregister(...names: string[]): this;

  /** The next event of this name gets `duration`: the seconds from now until then. */
  time(event: keyof Events & string): this;

  /**
   * An event for each click on these elements. Nothing is delayed and no link is
   * kept from being followed: what is called survives the page.
   * @param event its name, or what makes it of the element; so of the properties
   */
  link<T extends Element, E extends keyof Events & string>(elements: Elements<T>, event: E | ((element: T) => E), ...rest: Made<Events[E], T, CallOptions>): this;
  trackLink: Firsthand<Events>['link'];
  trackClick: Firsthand<Events>['link'];
  /** The same for forms that are sent. */
  form<E extends keyof Events & string>(elements: Elements<HTMLFormElement>, event: E | ((form: HTMLFormElement) => E), ...rest: Made<Events[E], HTMLFormElement, CallOptions>): this;
  trackForm: Firsthand<Events>['form'];
  trackSubmit: Firsthand<Events>['form'];

  /**
   * An event once a promise has come true, with a Response once that is ok.
   * @param properties they, or what makes them of what the promise gave
   * @param options `failed` is the name of the event that tells of the contrary
   * @returns resolves when that is done; never rejects
   */
  when<T, E extends keyof Events & string>(promise: PromiseLike<T> | T, event: E, ...rest: Made<Events[E], T, CallOptions & { failed?: keyof Events & string }>): Promise<Outcome | undefined>;

  /**
   * Tells what the visitor allows. `analytics` decides whether anything is kept and
   * sent at all; `denied` deletes what was stored. Other categories go with the events.
   */
  consent(categories: { [category: string]: ConsentState }): this;
  /** What he has said so far. */
  consent(): { [category: string]: ConsentState };

  /** Puts a function between the calls and the queue, or connects a plugin, such as the bridge (docs/BRIDGE.md). */
  use(extension: Middleware | Plugin): this;
  /** The same in Segment's way. */
  addSourceMiddleware(middleware: SourceMiddleware): this;
  /** There are no destinations in the page, so these do nothing. */
  addIntegrationMiddleware(...middleware: unknown[]): this;
  addDestinationMiddleware(...middleware: unknown[]): this;

  /** Calls `listener` from now on; whatever it throws is caught. */
  on<N extends keyof Listeners>(name: N, listener: Listeners[N]): this;
  once<N extends keyof Listeners>(name: N, listener: Listeners[N]): this;
  off<N extends keyof Listeners>(name: N, listener: Listeners[N]): this;

  /**
   * Sends now what waits, whatever the schedule says. Resolves, never rejects,
   * when all of it is delivered or an attempt has failed.
   */
  flush(): Promise<void>;

  /**
   * Resolves when the agent is up. Never rejects, also where it cannot come up
   * (WebAssembly refused, no key); then the listener is not called.
   */
  ready(listener?: () => void): Promise<void>;

  /** What the server needs for its events to join this visit (docs/HYBRID.md). */
  readonly stitch: Stitch;

  /** Says on the console what happens; with the script tag it loads the panel (docs/DEBUGGING.md). */
  debug(isOn?: boolean): this;
  /** What is known and what waits. */
  inspect(): Inspection;

  /** Segment's; nothing here waits. */
  timeout(ms: number): this;
  /** Segment's, by which a second snippet knows that it is too late. */
  initialize(...args: unknown[]): this;
  /** Segment's: a call as an array, `['track', 'Signed Up']`. */
  push(call: [verb: string, ...args: unknown[]]): unknown;
  /** False on a server only. */
  readonly initialized: boolean;
  /** Of this agent. */
  readonly VERSION: string;
}

/** What follows the name of an event with these properties: if some must be there, they. */
type Arguments<P> = {} extends P ? [properties?: P | null | Callback, ...rest: Rest] : [properties: P, ...rest: Rest];

/** The same where the properties may be made of something. */
type Made<P, From, O> = {} extends P ? [properties?: P | null | ((from: From) => P), options?: O] : [properties: P | ((from: From) => P), options?: O];

/** And as one object. */
type Whole<E, P> = { event: E; [member: string]: any } & ({} extends P ? { properties?: P | null } : { properties: P });

/** An agent of a site that has no map of its events. Code for any agent takes `Firsthand<any>`. */
export type Track = Firsthand;

/**
 * Starts an agent on this page. Its module is made at the first call, or when
 * the page is idle. Several may be on a page, with a key each. Where there is no
 * page, on a server or in a worker, it returns a Track whose calls do nothing.
 */
export function init<Events extends { [E in keyof Events]: object } = AnyEvents>(options: Options): Firsthand<Events>;

// What has no `export` above is not to be imported.
export {};
