/* Every bound of the core: its value, why it is that value, and what happens
 * to whoever meets it. All memory of the core is sized from here. */
#ifndef FH_LIMITS_H
#define FH_LIMITS_H

/* The exchange buffer between the host and the core. It must hold one call
 * with its page facts on the way in and one batch on the way out. A longer
 * call is refused by the host (too_large) before it is copied. */
#define FH_IO_BYTES (64 * 1024)

/* One event as it goes on the wire, context included: Segment's own limit
 * (32 KB an event, segment.com/docs/connections/sources/catalog/libraries/
 * server/http-api). A larger one is refused: too_large. */
#define FH_MAX_EVENT_BYTES (32 * 1024)

/* One batch. 64 KiB is what all keepalive requests and beacons of a document
 * share (Fetch, HTTP-network-or-cache fetch, step on inflightKeepaliveBytes);
 * 48 KB leaves room for the page's other scripts. The rest goes next. */
#define FH_MAX_BATCH_BYTES (48 * 1024)

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

/* Text of one number. JavaScript writes at most 24 characters, and cJSON
 * prints into 26 bytes. A longer one is refused: number_too_long. */
#define FH_MAX_NUMBER_BYTES 25

/* The part of an event that is the same for all events of a page view:
 * ids and context. Page facts longer than their own bounds below are cut, so
 * that it always fits. */
#define FH_MAX_TAIL_BYTES (20 * 1024)

/* What the browser tells of itself once: user agent, screen, locale, … A
 * longer one is left out. */
#define FH_MAX_BROWSER_BYTES (4 * 1024)

/* Page facts, each cut at a character boundary. 2,048 is what peers and
 * address bars agree on for a URL. */
#define FH_MAX_URL_BYTES   2048
#define FH_MAX_TITLE_BYTES 512

/* All of them printed: url, referrer, path and search, the campaign in them,
 * the title. A field that no longer fits is left out; only addresses full of
 * control characters, which swell when escaped, come so far. */
#define FH_MAX_PAGE_BYTES (5 * FH_MAX_URL_BYTES + FH_MAX_TITLE_BYTES)

/* One campaign value of a URL (utm_*); a longer one is cut. */
#define FH_MAX_CAMPAIGN_BYTES 256

/* Ids and keys. A longer user id is refused (invalid_user_id), a longer write
 * key refuses the configuration. */
#define FH_MAX_USER_ID_BYTES 256
#define FH_MAX_KEY_BYTES     128

/* Names that masking goes by: 28 of our own, the others from maskAllow and maskDeny.
 * More of them refuse the configuration, since what is not kept is not masked. */
#define FH_MAX_NAMES 128

/* The end of a parameter's name by which it is known, twice our longest name. A longer
 * name of maskDeny finds keys only. */
#define FH_MAX_NAME_BYTES 32

/* Sending, in milliseconds. The first event waits a moment for its siblings;
 * after that a request leaves at most four times a second. */
#define FH_GATHER_MS  20
#define FH_SPACING_MS 250

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
 * Amplitude, PostHog, RudderStack, Snowplow and Matomo. */
#define FH_SESSION_IDLE_MS (30 * 60 * 1000)
#define FH_SESSION_MAX_MS  (24 * 60 * 60 * 1000)

/* Activity is written to the cookie at most this often. */
#define FH_ACTIVITY_WRITE_MS 5000

#endif
