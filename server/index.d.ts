// Types of firsthand/server. Kept by hand; docs/HYBRID.md has worked examples.
//
//   import { stitch } from 'firsthand/server'
//
//   const visit = stitch(request)
//   analytics.track({ ...visit.segment(), event: 'Order Completed', properties })

/** The request header that carries a bundle. */
export const HEADER: 'x-fh-context';

/**
 * What the browser knew of the visit. Untrusted: it has this shape and is not too old, but
 * anyone can write one, unless it was read with a `secret`.
 */
export interface Bundle {
  v: 1;
  anonymousId: string;
  /** Whom the page has identified. */
  userId?: string;
  /** When the session began, ms since 1970: Amplitude's and RudderStack's id of it. */
  sessionId: number;
  /** Its id, a UUID of version 7. */
  sessionUuid: string;
  /** 1 is the visitor's first. */
  sessionIndex: number;
  pageViewId?: string;
  firstEventId?: string;
  /** When the bundle was made, ms by the browser's clock; of a cookie, when he was last seen. */
  at: number;
  /** What he allows, by category. */
  consent?: { [category: string]: boolean };
  /** Ids that vendors know him by: `googleAnalytics4.clientID`, `facebookTag._fbp`. */
  providers?: { [vendor: string]: { [name: string]: string | number | boolean | null } };
  context?: {
    campaign?: Facts;
    clickIds?: Facts;
    page?: Facts;
    referrer?: Facts;
    locale?: string;
    timezone?: string;
    screen?: Facts;
    library?: Facts;
    userAgent?: string;
    userAgentData?: unknown;
  };
}

export type Facts = { [name: string]: string | number | boolean | null };

/** Node's IncomingMessage, Express's or Fastify's request: what is read of it. */
export interface NodeRequest {
  headers: { [name: string]: string | string[] | undefined };
  /** A form that the framework has parsed. */
  body?: unknown;
  ip?: string | undefined;
  socket?: { remoteAddress?: string | undefined } | null;
}

/** Anything with `get`: Headers, FormData, URLSearchParams. */
export interface Lookup {
  get(name: string): unknown;
}

/** A web-standard Request: its headers are read, its body is not. */
export interface WebRequest {
  headers: Lookup;
}

/**
 * Where a bundle may be: a request (the header first, then a form that was parsed, then the
 * cookie), headers, a form, the metadata of a payment, the bundle itself, or as a text the
 * bundle's JSON, the header or the cookie.
 */
export type Source = WebRequest | NodeRequest | Lookup | { readonly [name: string]: unknown } | string | null | undefined;

export interface StitchOptions {
  /**
   * Whether the visitor did this himself, now: a sign-up, an order, a cancellation.
   * With `false` (a renewal, an expiry, most webhooks) the event joins no session, has no
   * anonymous id, and the bundle's age does not matter. True if left out.
   */
  present?: boolean;

  /**
   * Who he is by the server's own session, which is better than what a browser says;
   * null: nobody. The bundle's, if left out.
   */
  userId?: string | null | undefined;

  /** His address; the request's, if left out: Express's `ip`, or the socket's. */
  ip?: string | undefined;

  /** How old a bundle may be, in ms; a day if left out. Infinity: any age. */
  maxAge?: number | undefined;

  /** The time, ms since 1970; Date.now() if left out. */
  now?: number;

  /** Of names in forms and metadata; `fh` if left out. 1 to 16 letters, digits, - _ */
  prefix?: string | undefined;

  /** Believes only what `flat({ secret })` and its like have signed. */
  secret?: string | undefined;
}

export interface CarrierOptions {
  /** As in StitchOptions. */
  prefix?: string | undefined;
  /** Signs the carrier with it (HMAC, SHA-256). */
  secret?: string | undefined;
}

/** Why there is no bundle. Keys for logs; they do not change. */
export type Reason =
  | 'no_bundle' // nothing there
  | 'no_consent' // the visitor has refused
  | 'no_session' // a cookie before the first event
  | 'invalid_bundle'
  | 'unknown_version'
  | 'invalid_anonymous_id'
  | 'invalid_user_id'
  | 'invalid_context'
  | 'invalid_json'
  | 'invalid_prefix'
  | 'broken' // cut or changed on the way
  | 'too_large'
  | 'stale'
  | 'from_the_future'
  | 'unsigned'
  | 'forged'
  | (string & {});

/** A visit, in the shapes of the official server SDKs. Without a bundle they have what is known otherwise, so that no event is lost for it. */
export interface Shapes {
  /** What was read, as it was; null without one. */
  bundle: Bundle | null;
  present: boolean;

  /** Who and which session events will have; undefined where they have none. */
  userId: string | undefined;
  anonymousId: string | undefined;
  sessionId: number | undefined;

  /** For `analytics.track({ ...visit.segment(), event, properties })` of @segment/analytics-node. */
  segment(): SegmentShape & { integrations?: { [name: string]: { session_id: number } } };

  /** For `client.track({ ...visit.rudderstack(), event, properties })` of @rudderstack/rudder-sdk-node. */
  rudderstack(): SegmentShape;

  /** The third argument of `track(name, properties, visit.amplitude())` of @amplitude/analytics-node. */
  amplitude(): { device_id?: string; user_id?: string; session_id: number; ip?: string; user_agent?: string; language?: string };

  /**
   * For @snowplow/node-tracker, whose setters hold for all requests at once: what is of this
   * request is put on the event instead.
   *
   *   const { payload, context } = visit.snowplow()
   *   const event = buildSelfDescribingEvent({ event: { schema, data } })
   *   event.addDict(payload)
   *   tracker.track(event, context)
   */
  snowplow(): { payload: { [name: string]: string }; context: { schema: string; data: { [name: string]: unknown } }[] };

  /** For `client.capture({ ...visit.posthog(properties), event })` of posthog-node. */
  posthog(properties?: { [name: string]: any }): { distinctId: string; properties: { [name: string]: any } };

  /** The body of a request to GA4's Measurement Protocol. Without a visit it has no `client_id`, which GA4 wants: give it one of your own. */
  ga4(events?: { name: string; params?: { [name: string]: any } }[]): {
    client_id?: string;
    user_id?: string;
    consent?: { ad_user_data: 'GRANTED' | 'DENIED'; ad_personalization: 'GRANTED' | 'DENIED' };
    events: { name: string; params: { [name: string]: any } }[];
  };

  /** The bundle on its way further: into the metadata of a payment, a form, a call of another service. Empty without one. */
  flat(options?: CarrierOptions): { [name: string]: string };
  fields(options?: CarrierOptions): { [name: string]: string };
  json(options?: CarrierOptions): Bundle | { [name: string]: never };
  header(options?: CarrierOptions): string;
}

/** Typed as their calls want it, which need one of the two: without a visit and a user there is neither. */
export interface SegmentShape {
  anonymousId: string;
  userId: string;
  context: { [name: string]: any };
}

/** A visit whose bundle was believed. */
export interface Visit extends Shapes {
  ok: true;
  from: 'json' | 'flat' | 'header' | 'cookie';
  bundle: Bundle;
}

/** None. */
export interface NoVisit extends Shapes {
  ok: false;
  reason: Reason;
  /** For people. */
  message: string;
  bundle: null;
}

/**
 * Reads the bundle that the browser's agent has sent along. Never throws.
 * @param source where it may be; a Request's body is not read: `stitch(await request.formData())`
 */
export function stitch(source: Source, options?: StitchOptions): Visit | NoVisit;
