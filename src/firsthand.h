/* Firsthand's core: takes the calls of a page, hands out batches to be sent.
 *
 * It does no I/O, reads no clock, allocates nothing and keeps nothing but the
 * struct below. The host moves bytes and tells the time:
 *
 *   write a configuration to fh_io(), fh_start      once
 *   write a call to fh_io(), fh_event               for each call of the page
 *   fh_poll                                         when to come back
 *   fh_journal, store what is in fh_io()            soon after calls
 *   fh_take, send what is in fh_io(), fh_ack        each request
 *   fh_adopt                                        rows of pages that are gone
 *   fh_forget, fh_acknowledged, fh_wait, fh_restore what other pages have learnt
 *   fh_state                                        when told to save
 *
 * Text is UTF-8 with a length, never NUL-terminated. fh_io() belongs to the
 * host until it calls, to the core during the call, and to the host again
 * after it; what is in it is valid until the next call. A function returns
 * >= 0 for a value and < 0 for a code of errors.def. No input makes it crash,
 * and a refused call leaves everything as it was but the drop counts and what it
 * told of the page. */
#ifndef FIRSTHAND_H
#define FIRSTHAND_H

#include "feed.h"
#include "journal.h"
#include "outbox.h"
#include "tail.h"

/* Raised when a host written for another version would misunderstand. */
#define FH_ABI_VERSION 1

/* What fh_start and fh_event return: flags, and above them a count of keys. */
enum {
  FH_QUEUED = 1, /* an event waits to be sent: ask fh_poll when */
  FH_SAVE = 2,   /* the visitor's state changed: store fh_state */
  FH_HELD = 4,   /* the visitor has not decided yet: store and send nothing, and
                    repeat this call when a call "consent" returns without it */
  FH_CLEAR = 8,  /* he has refused: delete all that was ever stored */
  FH_KEYS_SHIFT = 8
};

/* What fh_state is asked for. A code of errors.def gives its reason. */
enum {
  FH_STATE_COOKIE = 0, /* the value of the _fh cookie, see identity.h */
  FH_STATE_STORE = 1,  /* the same, a space, and an object (profile.h), for localStorage */
  FH_STATE_TAB = 2,    /* the tab's id, for sessionStorage */
  FH_STATE_LEDGER = 3, /* see FH_FED: bytes, no text */
  FH_STATE_TAIL = 4,   /* the tail that the next event would have, see tail.h */
  FH_STATE_EVENT = 16  /* and a number: that event as it goes out; "" once it is gone */
};

/* What fh_adopt is told, where it is no code, of a row that another core of this document
 * has made: the host puts that core's FH_STATE_LEDGER behind the row (feed.h), which may
 * have no bytes. It returns as fh_event does; with FH_HELD the row is to come again. */
enum {
  FH_FED = 1,     /* the host stores the row for this core */
  FH_FED_ONLY = 2 /* it does not */
};

/* Everything. About 500 KB; not to be copied. */
typedef struct fh_agent {
  bool started;
  uint32_t tail_len; /* of the queue's last tail; 0: it is no longer right */
  uint32_t seq;      /* number of the next event in the stream */
  bool arrived;      /* facts of a page have come */
  bool campaign_starts; /* a session */
  int gate;          /* 0: all goes on; FH_HELD or FH_CLEAR */
  int unasked;       /* the same, for as long as the visitor has said nothing */
  double anchor;     /* wall time of mono 0 as it was at start */
  double saved_ms;   /* last activity that was stored */
  double sample_ppm; /* of all visitors are in the sample */
  double rate;       /* events a second that pass in the long run; 0: all */
  double tokens;     /* events that pass at once, at `tokens_mono` */
  double tokens_mono;
  fh_session_limits limits;
  fh_random random;
  fh_arena arena;
  fh_outbox outbox;
  fh_context context;
  fh_mask mask;
#ifdef FH_DESTINATIONS
  bool is_fed;     /* the events are made by another core */
  fh_ledger known; /* its ledger as it was last */
#endif
  _Alignas(8) char block[FH_QUEUE_BYTES];
  _Alignas(8) char scratch[FH_ARENA_BYTES];
  _Alignas(8) char io[FH_IO_BYTES];
} fh_agent;

/* The exchange buffer, FH_IO_BYTES long, always at the same address. */
char *fh_io(fh_agent *agent);

/* Starts anew. io holds `len` bytes of JSON:
 *   key      the write key of the source, required
 *   entropy  four random numbers below 2^32 (crypto.getRandomValues), required
 *   cookie   the value of the _fh cookie as found, untrusted, may be absent; "0": he
 *            has refused
 *   store    what was stored for FH_STATE_STORE, likewise
 *   tab      what was stored for FH_STATE_TAB, likewise
 *   linked   the text of such a cookie that a linked site has handed over
 *   adopted  {"anonymousId","userId"}: another agent's, for a visitor new to us
 *   browser  object whose members become members of each event's context
 *   page     the page's facts, see page.h
 *   cookies  document.cookie, for the click ids that are in it
 *   domain   hosts that are the site's own, with spaces or commas between
 *   gpc, dnt whether the browser sends Global Privacy Control, Do Not Track
 *   options  of the site; numbers may be texts:
 *     consent      "granted", "pending" or "denied" until the visitor decides
 *     gpc          "off": not minded; else it counts as "denied"
 *     dnt          "on": minded in the same way
 *     sample       of a million visitors so many are in; all, if left out
 *     rate         events a second; FH_RATE_BURST_S times as many at once
 *     sessionIdle, sessionMax   in minutes
 *     sessionCampaign   "on": a new campaign starts a session
 *     domains      more hosts that are its own
 *     mask, maskAllow, maskDeny   see mask.h
 *     dialect, endpoint   the backend's format, see dialect.h: by its name, or by the
 *                  address that batches go to
 *     label        the site's group type (Amplitude, PostHog) or vendor of schemas
 *                  (Snowplow)
 * Returns FH_ABI_VERSION with FH_HELD or FH_CLEAR, or FH_ERR_CONFIG and the like. */
int fh_start(fh_agent *agent, size_t len, fh_clock now);

/* Takes one call of the page; io holds `len` bytes of JSON as in event.h, or of
 *
 *   {"type":"reset"}        forgets the visitor: new ids, a new session, and nothing
 *                           remembered of him but his consent
 *   {"type":"user","userId":…,"traits":…,"groupId":…,"groupTraits":…}   what is known of
 *                           the visitor becomes this, where given; null forgets
 *   {"type":"amend","number":…,"event":{…}|null}   puts another event in the place of
 *                           the one with this number, all of it as given, or drops it,
 *                           if no row of the journal has it yet. Without FH_QUEUED
 *                           in the result it is as it was
 *   {"type":"anonymousId","anonymousId":…}   see fh_identity_adopt; null: another one
 *   {"type":"register","properties":{…}}     for each event; null takes one away
 *   {"type":"consent","consent":{category:true|false|null}}   what the visitor allows:
 *                           "analytics" decides whether anything is kept and sent
 *
 * and may hold facts that changed as "page" and "browser", the former with "cookies"
 * and "domain". A negative
 * `len` is a code for a call that the host itself could not turn into text: it
 * is counted like one that the core refuses. `now` is when the call was made.
 * Returns flags, or why the call was refused and counted. The full queue lets its
 * oldest go: result >> FH_KEYS_SHIFT is how many rows of the journal have left
 * memory; their keys are in io, as after fh_ack. The host brings those that are
 * stored back by fh_adopt when there is room again, and gives up those that are
 * not. */
int fh_event(fh_agent *agent, int len, fh_clock now);

/* The number that the last event has, or the last call that was refused as one; -1:
 * there was none. */
int fh_number(const fh_agent *agent);

/* Milliseconds until fh_take(FH_WHEN_DUE); -1: not until something happens. */
int fh_poll(const fh_agent *agent, fh_clock now);

/* Puts the next batch into io; its length, or 0 if there is none. The host
 * must tell by fh_ack how it went, but for FH_NET: that is a copy of what waits.
 * `why` is one of outbox.h. */
int fh_take(fh_agent *agent, int why, fh_clock now);

/* Tells how a batch went: an HTTP status with the `len` first bytes of the
 * answer in io and its Retry-After in seconds (0: none), or FH_NO_ANSWER,
 * FH_BEACON_TAKEN, FH_BEACON_REFUSED. Returns -1 if a beacon was refused that
 * could not be smaller; else how many rows of the journal are done with: their
 * keys are in io, one after the other, to be deleted. */
int fh_ack(fh_agent *agent, int status, size_t len, int retry_after_s, fh_clock now);

/* Puts into io a row of the events that are in none yet (journal.h); its length,
 * or 0. The host stores it under its first FH_KEY_BYTES. Until a row is stored,
 * its events are only as safe as the page; once it is, they survive it. */
int fh_journal(fh_agent *agent);

/* Takes over a row that another document left: io holds its `len` bytes.
 * Returns how many events; 0 if there is no room now, so that the row is better
 * left to others; FH_ERR_ROW if it is broken and had better be deleted. With a
 * code as `error` (FH_ERR_EXPIRED, FH_ERR_FULL) the row is one that the host
 * gives up: its events are only counted. */
int fh_adopt(fh_agent *agent, size_t len, int error, fh_clock now);

/* io holds `len` bytes of keys of rows that another page has deleted, having seen
 * the answer to their events: these are not sent again. Returns how many. */
int fh_forget(fh_agent *agent, size_t len);

/* io holds `len` bytes of the cookie _fh_ack, by which the receiver acknowledges
 * what beacons brought (journal.h), untrusted. Returns as fh_ack. */
int fh_acknowledged(fh_agent *agent, size_t len);

/* The wait that the tabs of an origin share. With `ms` < 0, to be asked after
 * each fh_ack of a request: what to tell the others; -1: nothing. With `ms` >= 0:
 * another tab has told this one so. */
int fh_wait(fh_agent *agent, int ms, fh_clock now);

/* io holds `len` bytes of JSON, {"cookie","store"} as for fh_start, which another
 * document has written since: the visitor and the session are the same for all. A
 * "store" that is null was read and is empty; left out, it could not be read. Returns
 * FH_HELD or FH_CLEAR, or 0. */
int fh_restore(fh_agent *agent, size_t len);

/* Puts the visitor's state, or the reason of a code, into io; its length. */
int fh_state(fh_agent *agent, int which);

#endif
