/* The tail of an event: what it shares with the other events of its page view,
 * which is who did it and in which context. Printed once, used for each. */
#ifndef FH_TAIL_H
#define FH_TAIL_H

#include "attribution.h"
#include "identity.h"
#include "page.h"
#include "profile.h"

/* What the browser tells once a page: userAgent, locale, screen, … */
typedef struct fh_browser {
  fh_members facts;
  char text[FH_MAX_BROWSER_BYTES];
} fh_browser;

/* Takes an object whose members become members of `context`. What does not fit
 * is left out. */
void fh_browser_read(fh_browser *browser, const fh_json *facts);

/* All that an event's context is made of. */
typedef struct fh_context {
  fh_identity identity;
  fh_profile profile;
  fh_page page;
  fh_uuid view;                /* the page view: the id of its first event */
  char tab[FH_UUID_CHARS + 1]; /* the tab: the stream of its first document */
  fh_browser browser;
} fh_context;

/* What closes a tail, behind the number of the event in its session, by which the
 * events of a tail differ. */
#define FH_TAIL_END "}}"

/* Whether a call that has passed its check brings something that makes its tail another
 * one than its neighbours': context, ids of its own, facts of a page as it sees them. */
bool fh_has_own_tail(const fh_json *call);

/* Appends ,"anonymousId":…,"userId":…,"context":{…,"session":{…,"eventIndex":
 * A call (or NULL) may bring ids of its own, of which the user's holds only where none is
 * known, and members that replace those of the context; but for session, which is the
 * agent's own, and page, to which they are added. */
void fh_put_tail(fh_writer *writer, const fh_context *context, const fh_json *call);

#endif
