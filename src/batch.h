/* The body of a request: waiting events in Segment's batch format, with our
 * ledger beside them. */
#ifndef FH_BATCH_H
#define FH_BATCH_H

#include "clock.h"
#include "dialect.h"
#include "errors.h"
#include "limits.h"
#include "mask.h"
#include "queue.h"
#include "uuid.h"

/* More than `"messageId":"…","timestamp":"…","originalTimestamp":"…",` and the
 * braces of an event take. */
#define FH_STAMP_BYTES 160

/* Which of the waiting events a batch is of. */
typedef enum fh_choice {
  FH_ALL,     /* the oldest of any */
  FH_CERTAIN, /* those that cannot have arrived */
  FH_ASK      /* those that may have: they are asked for by number, and not sent */
} fh_choice;

/* What goes round the events of a document. */
typedef struct fh_envelope {
  uint32_t attempt;                /* 1 for the first try */
  uint32_t first, last;            /* the numbers of the batch's events */
  bool own;                        /* they are of `stream`, not adopted */
  bool compact;                    /* the endpoint takes compact batches */
  uint32_t key_len;                /* of the write key */
  uint32_t dropped[FH_ERRORS + 1]; /* so far, by code */
  uint32_t masked[FH_RULES];       /* so far, by rule */
  uint32_t lost;                   /* events of other documents, given up here */
  fh_uuid stream;                  /* never stored, so that no two documents share it */
  char key[FH_MAX_KEY_BYTES];
  const fh_dialect *dialect; /* NULL: Segment's */
  fh_arena *arena;           /* of the call in hand: for events on their way into it */
  char label[FH_MAX_LABEL_BYTES + 1]; /* see fh_item; ends in NUL */
} fh_envelope;

/* Appends an event as Segment gets it, with members besides (each behind a comma);
 * how many bytes that takes at most, without those. */
void fh_put_stamped(fh_writer *writer, const fh_record *event, const fh_record *tail,
                    const char *extra);
size_t fh_stamped_size(const fh_record *event, const fh_record *tail);

/* Appends the event with this number of the stream as a batch has it, or nothing if it
 * is no longer in the queue. */
void fh_put_queued(fh_writer *writer, fh_queue *queue, const fh_uuid *stream,
                   uint32_t number);

/* Appends {"batch":[…],"writeKey":…,"sentAt":…,"firsthand":{…}} with the oldest
 * events of the choice, at most `max_events` of them and `max_bytes` in all (a
 * question: of numbers that are less than FH_MAX_BATCH_EVENTS apart), but one at
 * least; they become `state`. In a dialect the body is the dialect's, and what its
 * backend would refuse is dropped on the way. Returns how many; 0, and nothing written,
 * when there are none. */
uint32_t fh_put_batch(fh_writer *writer, fh_queue *queue, fh_choice choice,
                      fh_record_state state, fh_envelope *envelope, uint32_t max_events,
                      size_t max_bytes, double sent_at_ms);

#endif
