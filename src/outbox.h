/* The events on their way out: what waits, when the next request is due, and
 * what an answer does to the batch it answers.
 *
 *   waiting --take--> flying --accepted--> gone
 *      ^                 '--no answer, 5xx, refused--> waiting, or dropped
 *      '--30 s alive-- handed <--beacon-- waiting
 *
 * One request at a time; a beacon may go beside it when the page may end. Events
 * of which nobody knows whether they have arrived (no answer came, a beacon took
 * them, an earlier page had them) are asked for before they are sent again, as
 * long as the endpoint understands the question. What is asked for flies, but its
 * text does not: a beacon takes it all the same. */
#ifndef FH_OUTBOX_H
#define FH_OUTBOX_H

#include "batch.h"
#include "random.h"
#include "reply.h"

/* Why the host asks for a batch. */
enum {
  FH_WHEN_DUE = 0, /* a timer fired: keep to the schedule */
  FH_NOW = 1,      /* flush(), hidden, back online: schedule or not */
  FH_LAST = 2,     /* the page may end: a beacon, beside what flies */
  FH_NET = 3       /* in case the page ends unseen: a copy, nothing changes */
};

/* What became of a batch, where it is no HTTP status. */
enum {
  FH_NO_ANSWER = 0,     /* network failure or time limit */
  FH_BEACON_TAKEN = 1,  /* sendBeacon said true */
  FH_BEACON_REFUSED = 2 /* sendBeacon said false: too much at once */
};

typedef struct fh_outbox {
  double next_mono;      /* no request before this */
  double spaced_mono;    /* nor, whatever ends a wait, before this */
  double handed_mono;    /* when a beacon last went */
  uint32_t failures;     /* in a row */
  uint32_t denials;      /* in a row */
  uint32_t max_events;   /* of the next batch */
  uint32_t max_bytes;    /* of the next batch */
  uint32_t batch_events; /* of the batch that flies */
  bool batch_own;        /* it is of this document's stream, not an adopted one */
  uint32_t batch_bytes;
  bool asks;         /* the endpoint can be asked what it has */
  uint8_t unheard;   /* questions in a row that were answered by an error */
  bool busy;         /* a request is under way */
  bool asking;       /* it is a question */
  uint32_t suspects; /* oldest events among which one is refused; 0: none */
  bool stopped;      /* the endpoint asked for silence */
  bool held;         /* there is an outage, of which the other tabs have heard */
  bool recovered;    /* it is over, of which they have not heard */
  fh_envelope envelope;
  fh_queue queue;
} fh_outbox;

/* Empties it, the envelope too. Events are kept in `cap` bytes at `block`, aligned to 8.
 */
void fh_outbox_init(fh_outbox *outbox, char *block, uint32_t cap);

/* Notes that an event was queued at `mono`. */
void fh_outbox_queued(fh_outbox *outbox, double mono);

/* Counts drops by their code. */
void fh_outbox_count(fh_outbox *outbox, int error, int events);

/* Drops an event, and counts it. The queue is not swept. */
void fh_outbox_drop(fh_outbox *outbox, fh_record *record, int error);

/* Drops all events, whatever has become of them, and forgets the request under way. */
void fh_outbox_drop_all(fh_outbox *outbox, int error);

/* Lets the oldest events that are not under way go until about `bytes` are free:
 * whole rows of the journal, which still has them, and events that are in none,
 * which are dropped: FH_ERR_FULL. They become FH_GONE; the queue is not swept. */
void fh_outbox_evict(fh_outbox *outbox, size_t bytes);

/* Milliseconds until fh_outbox_take(FH_WHEN_DUE) is worth a call; -1: nothing
 * to do until something happens. */
double fh_outbox_poll(const fh_outbox *outbox, double mono);

/* Writes the next batch; its length, or 0 if there is none to send now.
 * `sent_at_ms` is the time since 1970. */
size_t fh_outbox_take(fh_outbox *outbox, int why, char *out, size_t cap,
                      double sent_at_ms, double mono);

/* Tells how the last batch taken went. Returns 0, or -1 when a beacon with a
 * single event was refused, so that trying again is no use. */
int fh_outbox_beacon(fh_outbox *outbox, bool taken, double mono);
/* Events that are done with become FH_GONE; the queue is not swept. */
void fh_outbox_answer(fh_outbox *outbox, const fh_reply *reply, fh_random *random,
                      double mono);

/* One wait for all tabs of an origin. With `ms` < 0, after an answer: what the
 * other tabs should be told: so many ms to wait, 0 that the endpoint is there
 * again, -1 nothing. With `ms` >= 0: that another tab has told just this. */
int fh_outbox_wait(fh_outbox *outbox, int ms, fh_random *random, double mono);

#endif
