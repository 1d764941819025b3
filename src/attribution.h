/* What brought the visitor: the first time, and the last time that it was something. */
#ifndef FH_ATTRIBUTION_H
#define FH_ATTRIBUTION_H

#include "page.h"

/* How an arrival lies to what was before it. */
typedef enum fh_arrival {
  FH_VISIT,   /* a document begins, and a session with it */
  FH_SESSION, /* a document begins in a running session */
  FH_DOCUMENT /* the address changes within a document: its referrer is no news */
} fh_arrival;

/* Decides whether an arrival is a touch, and if so prints it:
 *
 *   {"campaign":{…},"clickIds":{…},"referrer":{…},"at":"2026-…Z","url":"https://…"}
 *
 * with what there is of the first three. `last` is the last touch as it was printed,
 * or any JSON, ending in NUL; "" if none is known. `ms` is wall time; `touch` is empty
 * and has room for FH_MAX_TOUCH_BYTES.
 *
 * Returns true, if the touch is the last one from now on; it is the first one as well
 * if there is none yet. If there was a last one before, a new campaign begins. */
bool fh_attribute(fh_writer *touch, const char *last, const fh_page *page,
                  fh_arrival arrival, double ms);

#endif
