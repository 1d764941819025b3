/* Events that wait, fly or are in doubt: one contiguous block of records in
 * the order in which they were tracked. Two kinds share the block:
 *
 *   event  what makes it different from others: {type, event, properties}
 *   tail   what it shares with the others of its page view: ids and context
 *
 * An event belongs to the nearest tail before it, so the context of a page
 * view is kept once. The queue drops nothing by itself. */
#ifndef FH_QUEUE_H
#define FH_QUEUE_H

#include <stdint.h>

#include "uuid.h"

typedef enum fh_record_state {
  FH_TAIL,    /* not an event: the tail of those after it */
  FH_WAITING, /* to be sent */
  FH_FLYING,  /* in the request that is under way */
  FH_LEAVING, /* in the beacon that is being handed over */
  FH_HANDED,  /* in a beacon that was taken; nobody will tell how that went */
  FH_GONE     /* acknowledged or dropped; vanishes at the next sweep */
} fh_record_state;

/* In no row of the journal yet. */
#define FH_NO_ROW UINT32_MAX

/* A record's header; its text follows, padded to 8 bytes. The text of a tail
 * begins with the stream of its events (FH_STREAM_BYTES), whose last four bytes,
 * zero in a stream, tell how many events the session has had before the stream's
 * event 0, modulo 2^32. */
typedef struct fh_record {
  uint32_t len;  /* of the text */
  uint32_t seq;  /* the event's number in its stream */
  uint32_t row;  /* the number of the first event of its journal row */
  uint8_t state; /* fh_record_state */
  uint8_t has;   /* what the text holds itself, of the FH_HAS_ below */
  uint8_t doubt; /* 1: it may have arrived already */
  uint8_t rows;  /* what it was in the last body that it was in, of a dialect's rows */
  double time;   /* when it was tracked, ms since 1970: runs with the monotonic clock */
  double wall;   /* the same by the wall clock, which may have been set meanwhile */
} fh_record;

#define FH_STREAM_BYTES 16

/* What an event's text may hold, beside its own members. */
enum {
  FH_HAS_TAIL = 1, /* its tail, open like any */
  FH_HAS_END = 2,  /* its tail to the end: all that the event is */
  FH_HAS_ID = 4,   /* its messageId */
  FH_HAS_TIME = 8  /* its timestamp */
};

typedef struct fh_queue {
  char *block;                 /* aligned to 8; not owned */
  uint32_t cap;                /* bytes there */
  uint32_t len;                /* bytes in use */
  uint32_t count[FH_GONE + 1]; /* records by state */
} fh_queue;

/* A writer on the free end of the queue. What is written there becomes a
 * record by fh_queue_close, or is forgotten if that is not called. */
fh_writer fh_queue_open(fh_queue *queue);

/* Makes a record of what was written; NULL, and nothing changed, if the
 * writer is full. `state` is FH_TAIL or FH_WAITING. */
fh_record *fh_queue_close(fh_queue *queue, const fh_writer *writer,
                          fh_record_state state);

/* Bytes of a record, header and padding included. */
size_t fh_record_size(const fh_record *record);

/* Walking: the first record, the one after; NULL at the end. */
fh_record *fh_queue_first(fh_queue *queue);
fh_record *fh_queue_next(fh_queue *queue, fh_record *record);

fh_text fh_record_text(const fh_record *record);

/* The stream that a tail belongs to. */
fh_uuid fh_record_stream(const fh_record *tail);

/* The number of an event in its session, from 1. */
uint32_t fh_record_index(const fh_record *event, const fh_record *tail);

/* The event with this number of the stream, with its tail; NULL if it is not there. */
fh_record *fh_queue_find(fh_queue *queue, const fh_uuid *stream, uint32_t number,
                         const fh_record **tail);

/* Changes an event's state and the counts. */
void fh_queue_set(fh_queue *queue, fh_record *record, fh_record_state state);

/* Sets all events in state `from` to `to`. */
void fh_queue_set_all(fh_queue *queue, fh_record_state from, fh_record_state to);

/* Notes of all events in a state that they may have arrived. */
void fh_queue_doubt(fh_queue *queue, fh_record_state state);

/* Whether an event is in any state but gone. */
bool fh_queue_has_events(const fh_queue *queue);

/* Takes out what is gone, and tails that no event needs. */
void fh_queue_sweep(fh_queue *queue);

#endif
