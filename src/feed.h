/* Several destinations of one page: a core makes the events, one more for each
 * destination sends them. Each is an agent; what goes from the first to the others is a
 * row of the journal, or nothing, and behind it the ledger of who made it. So an event
 * has one id at all destinations, and each of them can account for each number of the
 * stream.
 *
 * Built in by `make DESTINATIONS=n`: without, nothing of this is in the module. */
#ifndef FH_FEED_H
#define FH_FEED_H

#include "batch.h"

/* What has become of the numbers of a stream that are no events. */
typedef struct fh_ledger {
  fh_uuid stream;
  uint32_t dropped[FH_ERRORS + 1]; /* so far, by code */
  uint32_t masked[FH_RULES];       /* so far, by rule */
} fh_ledger;

/* Appends the ledger of an envelope. */
void fh_put_ledger(fh_writer *writer, const fh_envelope *envelope);

/* Takes the stream and the counts of `made` into an envelope, beside what that has
 * counted itself. `known` is what was taken last, and becomes what is. Of a stream that
 * is new the envelope has counted nothing yet. */
void fh_take_ledger(fh_envelope *envelope, fh_ledger *known, const fh_ledger *made);

#endif
