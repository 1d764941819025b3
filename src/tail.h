/* The tail of an event: what it shares with the other events of its page view,
 * which is who did it and in which context. Printed once, used for each. */
#ifndef FH_TAIL_H
#define FH_TAIL_H

#include "attribution.h"
#include "identity.h"
#include "page.h"

/* What the browser tells once a page: userAgent, locale, screen, … */
typedef struct fh_browser {
  fh_members facts;
  char text[FH_MAX_BROWSER_BYTES];
} fh_browser;

/* Takes an object whose members become members of `context`. What does not fit
 * is left out. */
void fh_browser_read(fh_browser *browser, const fh_json *facts);

/* Appends ,"anonymousId":…,"userId":…,"context":{…}. Members of `overrides` (an
 * object, or NULL) replace those of the context. */
void fh_put_tail(fh_writer *writer, const fh_identity *identity,
                 const fh_browser *browser, const fh_page *page,
                 const fh_attribution *attribution, const fh_json *overrides);

#endif
