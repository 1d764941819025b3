/* Reads a request of Segment's HTTP API in one pass, without a tree: says of each event
 * what is wrong with it, or where in the text its parts are, so that a server can store
 * it as it came. What is stored is thus never printed anew: numbers and escapes keep
 * their own text.
 *
 * It takes what json.h takes, except that bytes below ' ' are space only where RFC 8259
 * says so, and a byte order mark nowhere; a fuzz target holds the two together. */
#ifndef FH_REQUEST_H
#define FH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

/* Events in one batch that are looked at (Segment's limit). Others are only counted. */
#define FH_REQUEST_EVENTS 2500

/* A messageId is shorter than this, in UTF-16 units (Segment's limit). */
#define FH_MESSAGE_ID_CHARS 100

/* Runs of members that stay, of one event: more than one between each two that a server
 * writes anew only where members are doubled. More: too_complex. */
#define FH_REQUEST_RUNS 14

/* A place in the text, counted in UTF-16 units as JavaScript's strings are. Both are 0
 * where nothing is. Of a value: quotes and brackets included. */
typedef struct fh_span {
  int start, end;
} fh_span;

/* The members of an event that a server writes anew or needs to know. */
enum {
  FH_EVENT_TYPE,
  FH_EVENT_MESSAGE_ID,
  FH_EVENT_TIMESTAMP,
  FH_EVENT_ORIGINAL_TIMESTAMP,
  FH_EVENT_SENT_AT,
  FH_EVENT_RECEIVED_AT,
  FH_EVENT_CONTEXT,
  FH_EVENT_INTEGRATIONS,
  FH_EVENT_WRITE_KEY,
  FH_EVENT_FIRSTHAND_ID,
  FH_EVENT_TAKEN /* how many they are */
};

/* One event. Where a member is doubled the last one counts, as in JavaScript. */
typedef struct fh_request_event {
  int problem;  /* 0, or a code of errors.def or refusal.def */
  int type;     /* 0 to 5 of: track identify page screen group alias */
  int has_fact; /* 1: "context" has a member that a server would add, userAgent as text
                   aside */
  int runs;
  fh_span whole;
  fh_span taken[FH_EVENT_TAKEN];
  fh_span user_agent;            /* of "context" */
  fh_span kept[FH_REQUEST_RUNS]; /* "name":value,"name":value… of all the others */
} fh_request_event;

/* A batch: its own members, and its events. */
enum {
  FH_BATCH_WRITE_KEY,
  FH_BATCH_SENT_AT,
  FH_BATCH_CONTEXT,
  FH_BATCH_INTEGRATIONS,
  FH_BATCH_FIRSTHAND,
  FH_BATCH_EVENTS, /* "batch" */
  FH_BATCH_MEMBERS
};

/* Of `int` only: who calls the module reads it as a table. */
typedef struct fh_request {
  int code;   /* 0, or why the text cannot be read: FH_ERR_JSON, _UTF8, _LARGE, _DEPTH or
                 _NUMBER of its own members, or   FH_REFUSED_EVENT where it is no object */
  int at;     /* byte at which reading ended */
  int events; /* elements of "batch"; -1 where that is no array */
  int ascii;  /* 1: a byte is a unit everywhere */
  fh_span members[FH_BATCH_MEMBERS];
  fh_request_event event[FH_REQUEST_EVENTS];
} fh_request;

/* What `type` may be, besides 0 to 5 of a single call. */
#define FH_REQUEST_BATCH (-1) /* the text is a batch, each event says its type */
#define FH_REQUEST_CALL  (-2) /* the text is one event, which says its type */

/* Reads `len` bytes at `text`, which stay as they are. A single call gives one event;
 * its type is `type`, whatever the text says. */
void fh_request_read(fh_request *request, const char *text, size_t len, int type);

/* Where the members of an object are: for each the place of its name, quotes included,
 * and of the whole member. Returns how many there are, `max` at most, or FH_ERR_JSON. */
int fh_request_members(fh_span *spans, int max, const char *text, size_t len);

#endif
