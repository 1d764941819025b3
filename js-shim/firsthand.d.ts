// Types of the module build, dist/firsthand.mjs. Kept by hand.
//
//   import { init } from 'firsthand'
//   const track = init({ key: 'WRITE_KEY', endpoint: '/v1/batch' })
//   track('Signed Up', { plan: 'pro' })
//
// On a page with the script tag, `window.track` is a Track as well:
//
//   declare const track: import('firsthand').Track

/** How an agent is set up. The tag's `data-*` attributes are the same. */
export interface Options {
  /** The write key of the source, at most 128 bytes. Every batch carries it. */
  key: string;

  /**
   * Where batches are posted, such as `/v1/batch` of the relay. An address of
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

  /** Rules of masking that are off: `"-email -card"`, or `"off"` (docs/WIRE.md). */
  mask?: string;

  /** Names of parameters and properties that are masked, too; and that are not. */
  maskDeny?: string;
  maskAllow?: string;

  /** For these four the bridge is loaded (docs/BRIDGE.md). */
  adopt?: string;
  link?: string;
  query?: true | '';
  cmp?: string;

  /**
   * Says on the console, by `console.warn`, which calls were dropped, which
   * batches were not acknowledged, and why. Left out: nothing is said.
   */
  debug?: true;
}

export type ConsentState = 'granted' | 'denied' | 'pending';

/**
 * What a page tells of an event or a visitor: anything that `JSON.stringify`
 * can write as an object. Numbers go out as JavaScript prints them. Something
 * else (a cycle, a BigInt, an array, a getter that throws) drops the call.
 */
export type Bag = { [name: string]: any };

/** What goes along with one call. */
export interface CallOptions {
  /** Members that replace those of the same name in the event's context. */
  context?: Bag;
  /** Passed on as it is: which destinations are to get the event. */
  integrations?: Bag;
}

/**
 * Tells that something happened; further calls hang off it. No call throws.
 * What is wrong with one is counted, and said where `debug` is set.
 */
export interface Track {
  /**
   * Something happened.
   * @param event its name; not empty
   * @param properties what is to be known of it
   */
  (event: string, properties?: Bag, options?: CallOptions): void;

  /** The same, for a Track that is called otherwise: `analytics.track(…)`. */
  track(event: string, properties?: Bag, options?: CallOptions): void;

  /**
   * A page was seen. Its `path`, `referrer`, `search`, `title` and `url` are
   * added to the properties that do not name them. One text is the name; of two,
   * the first is the category.
   */
  page(properties?: Bag, options?: CallOptions): void;
  page(name: string, properties?: Bag, options?: CallOptions): void;
  page(category: string, name: string, properties?: Bag, options?: CallOptions): void;

  /**
   * Tells who the visitor is. The id is kept in this browser and goes with
   * every event until `reset`.
   * @param userId at most 256 bytes; a number becomes text
   * @param traits what is known of the person
   */
  identify(userId: string | number, traits?: Bag, options?: CallOptions): void;
  /** Tells more of the visitor, who may be unknown. */
  identify(traits?: Bag, options?: CallOptions): void;

  /** A screen of an application was seen; as `page`, without the page's own facts. */
  screen(properties?: Bag, options?: CallOptions): void;
  screen(name: string, properties?: Bag, options?: CallOptions): void;
  screen(category: string, name: string, properties?: Bag, options?: CallOptions): void;

  /** Tells to whom the visitor belongs. The id goes with every event until `reset`. */
  group(groupId: string | number, traits?: Bag, options?: CallOptions): void;

  /**
   * Tells that the visitor has a new id.
   * @param userId the new one
   * @param previousId the old one; if left out, the user id so far, else the anonymous id
   */
  alias(userId: string | number, previousId?: string | number): void;

  /** Forgets the visitor: new ids, a new session; what he has allowed stays. */
  reset(): void;

  /** Gives the visitor an anonymous id: 1 to 64 letters, digits, `-`, `_`, `~`. */
  setAnonymousId(id: string): void;

  /** Properties for every track, page and screen call that does not name them. */
  register(properties: Bag): void;
  unregister(...names: string[]): void;

  /**
   * Tells what the visitor allows. `analytics` decides whether anything is kept and
   * sent at all; `denied` deletes what was stored. Other categories go with the events.
   */
  consent(categories: { [category: string]: ConsentState }): void;

  /** Connects an extension, such as the bridge (docs/BRIDGE.md). */
  use(extension: (agent: any) => void): void;

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
}

/**
 * Starts an agent on this page. Its module is made at the first call, or when
 * the page is idle.
 */
export function init(options: Options): Track;
