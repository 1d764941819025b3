/* The body of a request: waiting events in Segment's batch format, with our
 * ledger beside them. */
#ifndef FH_BATCH_H
#define FH_BATCH_H

#include "clock.h"
#include "errors.h"
#include "limits.h"
#include "queue.h"
#include "uuid.h"

/* What goes round the events. */
typedef struct fh_envelope {
  fh_text write_key;
  double sent_at; /* ms since 1970 */
  fh_uuid stream;
  uint32_t attempt;        /* 1 for the first try */
  const uint32_t* dropped; /* by code: [1] to [FH_ERRORS] */
  uint32_t first, last;    /* out: the numbers of the events */
} fh_envelope;

/* Appends {"batch":[…],"writeKey":…,"sentAt":…,"firsthand":{…}} with the oldest
 * waiting events, at most `max_events` of them and `max_bytes` in all, but one
 * at least; they become `state`. Returns how many; 0, and nothing written,
 * when none waits. */
uint32_t fh_put_batch(fh_writer* writer, fh_queue* queue, fh_record_state state,
                      fh_envelope* envelope, uint32_t max_events, size_t max_bytes);

#endif
