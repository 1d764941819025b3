// Types of the bridge's module build, dist/firsthand.bridge.mjs. Kept by hand.
// What each part reads and does: docs/BRIDGE.md.

/** The options that the bridge answers to; each is off where it is left out. */
export interface BridgeOptions {
  /**
   * Whose ids to take over on the first visit, the first that is found in this
   * order: `"segment,amplitude"`, or `"all"`. Known are segment, rudderstack,
   * amplitude, snowplow, posthog, mixpanel, matomo, jitsu.
   */
  adopt?: string;

  /**
   * Hosts of other sites that are one with this one, subdomains included:
   * `"other.example,third.example"`. Links there bring the visitor along, and
   * links from there are believed.
   */
  link?: string;

  /**
   * Obeys `ajs_uid`, `ajs_aid`, `ajs_event`, `ajs_trait_*` and `ajs_prop_*` in the
   * page's address, as Segment's agent does. Anybody can write such a link.
   */
  query?: true | '' | { uid?: RegExp; aid?: RegExp };

  /** Whose word on consent counts: `"tcf"`, `"gcm"` (Google) or `"tcf,gcm"`. */
  cmp?: string;

  /**
   * Asks the receiver for the visitor's id where this browser has lost the cookie,
   * before the first event: the address of the relay's `/v1/renew` on the page's own
   * origin, `""` for the one beside the endpoint.
   */
  renew?: string;
}

export type Consent = 'granted' | 'denied' | 'pending';

/** What an agent provides; more of it in js-shim/bridge/index.js. */
export interface Agent {
  options: BridgeOptions;
  /** Of the cookie: the root domain, or the host. */
  domain: string;
  /** Called once, and before load() returns. */
  start(found: { adopted?: { anonymousId: string; userId?: string }; linked?: string; cookie?: string }): void;
  /** Set by the bridge where it calls start() later, after load(). */
  later?: boolean;
  /** `setAnonymousId(id)`, `identify(id, traits)`, `track(event, properties)`. */
  call(verb: string, ...args: unknown[]): void;
  consent(categories: { analytics?: Consent; ads?: Consent }): void;
  /** The cookie's text as of now; nothing where the visitor is not to be known. */
  state(): string | undefined;
}

/** A plugin that connects an agent to what its options name: `track.use(bridge)`. Never throws. */
export const bridge: { name: 'bridge'; load(track: unknown, agent: Agent): void };
