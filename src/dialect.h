/* The formats in which backends want events. The core's own event is Segment's
 * (event.h, tail.h, batch.h); a dialect makes another one of it when a batch is made,
 * so that queue and journal know no dialect, and what waits when a site changes its
 * backend goes out as the new one wants it. docs/DIALECTS.md has every mapping.
 *
 * Built in are those that `make DIALECTS="segment amplitude"` names: each defines a
 * macro. Without any, nothing of this is in the module. */
#ifndef FH_DIALECT_H
#define FH_DIALECT_H

#include "json.h"
#include "limits.h"
#include "reply.h"
#include "uuid.h"

#if defined(FH_AMPLITUDE) || defined(FH_SNOWPLOW) || defined(FH_POSTHOG) || \
    defined(FH_RELATIVES)
#define FH_DIALECTS 1
#else
#define FH_DIALECTS 0
#endif

/* An event on its way into a dialect. */
typedef struct fh_item {
  const fh_json *event;       /* as Segment would get it */
  const char *type;           /* of it */
  const fh_json *page;        /* url, path, title, referrer, hash: of a page event as
                                 the call has changed them */
  const char *key;            /* of the source; all of these end in NUL */
  const char *label;          /* the site's group type, or vendor of schemas; or "" */
  char id[FH_UUID_CHARS + 1]; /* its place in the stream: what it is known by */
  double time_ms, sent_ms;
  fh_arena *arena; /* what is left of it is free for use */
  uint32_t rows;   /* how many events the backend gets of it; 1 to begin with */
} fh_item;

typedef struct fh_dialect {
  const char *name;
  const char *places; /* ends of hosts and paths that tell it, each ended by NUL */

  /* Segment's own format with what differs; `put` is NULL. */
  const char
      *extra; /* members that each event gets besides, each behind a comma; or "" */

  /* Another format: `put` appends the rows of an event, with a comma before each but
   * the first. The body is opening, the rows, then
   *   before_key  the key  before_time  the time of sending  closing
   * key and time only where the text before them is not NULL. */
  void (*put)(fh_writer *writer, fh_item *item);
  const char *opening, *before_key, *before_time, *closing;
  size_t max_id;     /* bytes of a user id */
  const char *ids;   /* that the backend refuses, lower case, each ended by NUL */
  const char *names; /* beginnings of event names that are its own, likewise */

  /* Says what an answer means, where it is not what it means in Segment's. */
  void (*judge)(fh_reply *reply, int status, fh_text body);
} fh_dialect;

/* The dialect that the site's options name ("dialect"), or that the address of the
 * endpoint tells ("endpoint"); NULL: Segment's. False if there is none of that name
 * in this build. */
bool fh_dialect_choose(const fh_json *options, const fh_dialect **chosen);

/* Whether the backend would refuse an event for its ids or its name: 0, or
 * FH_ERR_USER_ID or FH_ERR_NAME. */
int fh_dialect_check(const fh_dialect *dialect, const fh_json *event);

/* --- What dialects share ---------------------------------------------------- */

/* The value at a path of names with dots between; NULL where there is none. */
const fh_json *fh_at(const fh_json *value, const char *path);
const char *fh_text_at(const fh_json *value, const char *path);

/* Appends members by a table of `path NUL name NUL`, with one more NUL at its end:
 * what is at the path, as it is, under the name. Nothing where that is "", null or
 * nothing. fh_put_texts makes each a string, fh_put_missing leaves out those whose
 * names `named` has: what the page has given goes before what we know. */
void fh_put_fields(fh_writer *writer, const fh_json *value, const char *table);
void fh_put_missing(fh_writer *writer, const fh_json *value, const char *table,
                    const fh_json *named);
void fh_put_texts(fh_writer *writer, const fh_json *value, const char *table);

/* Appends a member with a text. */
void fh_put_member(fh_writer *writer, const char *name, const char *text);

/* Appends a member with a number that is whole. */
void fh_put_count(fh_writer *writer, const char *name, double number);

/* The address of the page as the address bar has it, without the hash. */
const char *fh_address_of(const fh_item *item);

/* Appends a member with it, hash and all. */
void fh_put_location(fh_writer *writer, const fh_item *item, const char *name);

/* Appends a member with the host, or the path, of any address that has one. */
void fh_put_host(fh_writer *writer, const char *url, const char *name);
void fh_put_path(fh_writer *writer, const char *url, const char *name);

/* Appends utm_* and click ids, each behind `prefix`, of a context or a touch of it, but
 * those whose whole names `named` (an object, or NULL) has. Names that are longer than
 * any known one are left out. */
void fh_put_origin(fh_writer *writer, const fh_json *from, const char *prefix,
                   const fh_json *named);

/* Appends the members of the event's properties: of a page event those that are no
 * facts of the page, and its name and category. A screen's, too. */
void fh_put_properties(fh_writer *writer, const fh_item *item);

/* The id of the group that the event tells of, or that the visitor belongs to; "". */
const char *fh_group_of(const fh_item *item);

#endif
