/* Every bound of the core: its value, why it is that value, and what happens
 * to whoever meets it. All memory of the core is sized from here. */
#ifndef FH_LIMITS_H
#define FH_LIMITS_H

/* The exchange buffer between the host and the core. It must hold one call
 * with its page facts on the way in and one batch on the way out. A longer
 * call is refused by the host (too_large) before it is copied. Modules besides the
 * agent's have room for what they read (wasm/modules.mk). */
#ifndef FH_IO_BYTES
#define FH_IO_BYTES (64 * 1024)
#endif

/* One event as it goes on the wire, context included: Segment's own limit
 * (32 KB an event, segment.com/docs/connections/sources/catalog/libraries/
 * server/http-api). A larger one is refused: too_large. */
#define FH_MAX_EVENT_BYTES (32 * 1024)

/* One batch. 64 KiB is what all keepalive requests and beacons of a document
 * share (Fetch, HTTP-network-or-cache fetch, step on inflightKeepaliveBytes);
 * 48 KB leaves room for the page's other scripts. The rest goes next. */
#define FH_MAX_BATCH_BYTES (48 * 1024)

/* A compact batch once the receiver has given each event what they share: Segment's own
 * limit for a batch is 500 KB, and what is read there has to fit into memory. */
#define FH_MAX_WHOLE_BYTES (448 * 1024)

/* Events in one batch, so that one answer never has to account for more. */
#define FH_MAX_BATCH_EVENTS 500

/* Events that wait in memory. 320 KB hold a burst of 1,000 ordinary events.
 * Beyond FH_FULL_BYTES, which leave room for one more event of any size with
 * its tail, the oldest that are not under way, 64 KB of them, leave memory: what
 * the journal has comes back later, the rest is dropped: queue_full. */
#define FH_QUEUE_BYTES (320 * 1024)
#define FH_FULL_BYTES  (256 * 1024)

/* Scratch for one call: the parsed tree of its JSON. A 32 KB event of nothing
 * but tiny values would need more; it is refused: too_complex. */
#define FH_ARENA_BYTES (80 * 1024)

/* Nesting of objects and arrays. Amplitude allows 40; every level costs stack
 * in the parser. A deeper one is refused: too_deep. */
#define FH_MAX_DEPTH 32

/* The same of a text that is parsed: servers read whole batches, whose events are two
 * levels down. */
#ifndef FH_PARSE_DEPTH
#define FH_PARSE_DEPTH FH_MAX_DEPTH
#endif

/* Text of one number. JavaScript writes at most 24 characters, and cJSON
 * prints into 26 bytes. A longer one is refused: number_too_long. */
#define FH_MAX_NUMBER_BYTES 25

/* The part of an event that is the same for all events of a page view:
 * ids and context. Page facts longer than their own bounds below are cut, so
 * that it always fits. */
#define FH_MAX_TAIL_BYTES (31 * 1024)

/* What the browser tells of itself once: user agent, screen, locale, … A
 * longer one is left out. */
#define FH_MAX_BROWSER_BYTES (4 * 1024)

/* Page facts, each cut at a character boundary. 2,048 is what peers and
 * address bars agree on for a URL. */
#define FH_MAX_URL_BYTES   2048
#define FH_MAX_TITLE_BYTES 512

/* All that is read of a page, printed: its fields, campaign, click ids, referrer, and
 * the address once more for attribution. What no longer fits is left out; only
 * addresses full of control characters, which swell when escaped, come so far. */
#define FH_MAX_PAGE_BYTES (7 * FH_MAX_URL_BYTES + FH_MAX_TITLE_BYTES)

/* One value of an address's parameter, utm_* or a click id, or of a cookie; a longer
 * one is cut. Click ids of 250 bytes have been seen (fbclid). */
#define FH_MAX_VALUE_BYTES 512

/* The click ids that cookies have, together. What no longer fits is left out. */
#define FH_MAX_COOKIES_BYTES 1024

/* The hosts that count as own: the page's, its root domain, those of the option
 * "domains". If that one makes the list too long, it is left out. */
#define FH_MAX_OWN_BYTES 1024

/* A host (RFC 1035, 2.3.4). A longer one is none. */
#define FH_MAX_HOST_BYTES 253

/* One touch of attribution. Two of them go with each event, so they are to be short;
 * what does not fit is left out from the back: the landing address, referrer, click
 * ids, campaign. The time of the touch always fits. */
#define FH_MAX_TOUCH_BYTES   1536
#define FH_TOUCH_FRAME_BYTES 33 /* ,"at":"2026-11-21T20:54:03.120Z"} */

/* What is remembered of the visitor (profile.h), printed: traits, registered
 * properties and the like. What no longer fits goes with its own event, but is not
 * remembered. So much of it is kept free for ids, which therefore always fit: two of
 * them, each byte of which may need six when escaped, and a session's. */
#define FH_MAX_PROFILE_BYTES (10 * 1024)
#define FH_IDS_BYTES         (2 * (6 * FH_MAX_USER_ID_BYTES + 2) + 38)

/* An anonymous id: a UUID has 36 characters, ids of other agents have fewer. Every
 * cookie carries it. A longer one is refused (invalid_anonymous_id). */
#define FH_MAX_ANONYMOUS_ID_BYTES 64

/* Ids and keys. A longer user or group id is refused (invalid_user_id), a longer write
 * key refuses the configuration. */
#define FH_MAX_USER_ID_BYTES 256
#define FH_MAX_KEY_BYTES     128

/* The site's word for a group, or for the vendor of its schemas (dialect.h). More is
 * cut. */
#define FH_MAX_LABEL_BYTES 128

/* Names that masking goes by: 30 of our own, the others from maskAllow and maskDeny.
 * More of them refuse the configuration, since what is not kept is not masked. */
#define FH_MAX_NAMES 130

/* The end of a parameter's name by which it is known, twice our longest name. A longer
 * name of maskDeny finds keys only. */
#define FH_MAX_NAME_BYTES 32

/* A bundle for the server (stitch.h) as JSON; more than that is refused. With ids at
 * their longest it has 6 KB for the context. */
#define FH_MAX_BUNDLE_BYTES (8 * 1024)

/* The same in a header, encoded: servers take 8 KB a line (nginx) or 16 KB in all
 * (Node). A longer one is refused. */
#define FH_MAX_HEADER_BYTES (4 * 1024)

/* A value of the flat map: Square's bound, Stripe's is 500. Names of ours have at most
 * FH_MAX_PREFIX_BYTES + 4, where Stripe allows 40. */
#define FH_MAX_FLAT_BYTES   255
#define FH_MAX_PREFIX_BYTES 16

/* A signature beside a bundle: HMAC-SHA-256 in base64url is 43 characters. */
#define FH_MAX_SIG_BYTES 64

/* A bundle is refused that is older, or from further ahead; the browser's clock says
 * when it was made, and some are wrong by hours. A day is also how long a session lasts
 * and a hosted checkout waits. */
#define FH_STITCH_AGE_MS   (24 * 60 * 60 * 1000)
#define FH_STITCH_AHEAD_MS (24 * 60 * 60 * 1000)

/* Sending, in milliseconds. The first event waits a moment for its siblings. A batch
 * that has left others behind is followed by the next one soon; one that took all there
 * was gives those to come time to gather (peers: 1 to 5 s), since a request costs the
 * main thread as much as a hundred events do, and 0.7 KB of headers. */
#define FH_GATHER_MS  20
#define FH_SPACING_MS 250
#define FH_LULL_MS    1000

/* Retry: full jitter, rand(0, min(cap, base * 2^n)); a misconfigured endpoint
 * (401, 403, 404) is asked after 5, 15, 60, 60, … minutes. */
#define FH_RETRY_BASE_MS     4000
#define FH_RETRY_CAP_MS      (5 * 60 * 1000)
#define FH_RETRY_AFTER_CAP_S 300
#define FH_SLOW_MS           (5 * 60 * 1000)
#define FH_SLOW_CAP_MS       (60 * 60 * 1000)

/* What the tabs of an origin tell each other of a wait is kept to with so much
 * jitter, so that twenty of them, with a question and a batch each, make three or
 * four requests a second together. */
#define FH_SPREAD_MS 12000

/* So many questions ("ask") in a row that are answered by an error, and the page
 * asks no more: it sends. */
#define FH_MAX_UNHEARD 3

/* An event given to a beacon whose page lives on is sent again after this
 * long: a beacon's true proves nothing, and ids make a copy harmless. */
#define FH_HANDED_MS (30 * 1000)

/* A session ends after half an hour of silence or after a day, as in
 * Amplitude, PostHog, RudderStack, Snowplow and Matomo. In minutes, as configured by
 * sessionIdle and sessionMax. */
#define FH_SESSION_IDLE_MIN 30
#define FH_SESSION_MAX_MIN  (24 * 60)

/* The rate guard lets as many events pass at once as in this many seconds. */
#define FH_RATE_BURST_S 10

/* A tracking plan as it is kept, without its prose: some 100 bytes a property, so 2,500
 * of them. A larger one is refused: plan_too_large. Modules may have more room. */
#ifndef FH_PLAN_BYTES
#define FH_PLAN_BYTES (256 * 1024)
#endif

/* Activity is written to the cookie at most this often. */
#define FH_ACTIVITY_WRITE_MS 5000

#endif
