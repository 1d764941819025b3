/* Decides when what is sent, and what an answer means for what was sent. */
#include "outbox.h"

void fh_outbox_init(fh_outbox *outbox, char *block, uint32_t cap) {
  *outbox = (fh_outbox){.max_events = FH_MAX_BATCH_EVENTS,
                        .max_bytes = FH_MAX_BATCH_BYTES,
                        .queue = {.block = block, .cap = cap}};
}

/* Sends nothing before `mono`. */
static void hold(fh_outbox *outbox, double mono) {
  if (outbox->next_mono < mono) outbox->next_mono = mono;
}

void fh_outbox_queued(fh_outbox *outbox, double mono) {
  if (outbox->queue.count[FH_WAITING] == 1) hold(outbox, mono + FH_GATHER_MS);
}

void fh_outbox_count(fh_outbox *outbox, int error) { outbox->envelope.dropped[-error]++; }

/* Drops the events in `state`, oldest first, until `bytes` of them are gone. */
static size_t drop(fh_outbox *outbox, fh_record_state state, size_t bytes, int error) {
  size_t freed = 0;
  fh_queue *queue = &outbox->queue;
  for (fh_record *r = fh_queue_first(queue); r && freed < bytes;
       r = fh_queue_next(queue, r)) {
    if (r->state != state) continue;
    freed += fh_record_size(r);
    fh_queue_set(queue, r, FH_GONE);
    fh_outbox_count(outbox, error);
  }
  return freed;
}

void fh_outbox_evict(fh_outbox *outbox, size_t bytes) {
  /* What a beacon took is the least to be missed. */
  size_t freed = drop(outbox, FH_HANDED, bytes, FH_ERR_FULL);
  if (freed < bytes) drop(outbox, FH_WAITING, bytes - freed, FH_ERR_FULL);
  fh_queue_sweep(&outbox->queue);
}

double fh_outbox_poll(const fh_outbox *outbox, double mono) {
  const uint32_t *count = outbox->queue.count;
  double due = outbox->next_mono;
  if (!count[FH_WAITING] && due < outbox->handed_mono + FH_HANDED_MS)
    due = outbox->handed_mono + FH_HANDED_MS;
  bool idle = !count[FH_WAITING] && !count[FH_HANDED];
  if (idle || count[FH_FLYING] || outbox->stopped) return -1;
  return due > mono ? due - mono : 0;
}

size_t fh_outbox_take(fh_outbox *outbox, int why, char *out, size_t cap,
                      double sent_at_ms, double mono) {
  fh_queue *queue = &outbox->queue;
  bool last = why == FH_LAST;
  if (outbox->stopped || (!last && queue->count[FH_FLYING]) ||
      (why == FH_WHEN_DUE && fh_outbox_poll(outbox, mono) != 0))
    return 0;
  if (!last && mono >= outbox->handed_mono + FH_HANDED_MS)
    fh_queue_set_all(queue, FH_HANDED, FH_WAITING);
  fh_writer writer = fh_writer_on(out, cap);
  outbox->envelope.attempt = outbox->failures + 1;
  uint32_t count =
      fh_put_batch(&writer, queue, last ? FH_LEAVING : FH_FLYING, &outbox->envelope,
                   outbox->max_events, outbox->max_bytes, sent_at_ms);
  if (!last && count) {
    outbox->batch_events = count;
    outbox->batch_own = outbox->envelope.own;
    outbox->batch_bytes = (uint32_t)writer.len;
    outbox->next_mono = mono + FH_SPACING_MS; /* a flush ends an earlier wait */
  }
  return writer.len;
}

int fh_outbox_beacon(fh_outbox *outbox, bool taken, double mono) {
  fh_queue *queue = &outbox->queue;
  uint32_t tried = queue->count[FH_LEAVING];
  outbox->handed_mono = mono;
  fh_queue_set_all(queue, FH_LEAVING, taken ? FH_HANDED : FH_WAITING);
  if (taken) return 0;
  outbox->max_events = tried > 1 ? tried / 2 : FH_MAX_BATCH_EVENTS;
  return tried > 1 ? 0 : -1;
}

static void wait(fh_outbox *outbox, double ms, const fh_reply *reply, double mono) {
  hold(outbox, mono + ms);
  hold(outbox, mono + reply->wait_ms);
  if (outbox->failures < 16) outbox->failures++; /* the cap is long reached */
}

static void settle(fh_outbox *outbox, uint32_t refused) {
  /* The ledger is of this document's stream. */
  if (outbox->batch_own) outbox->envelope.dropped[-FH_ERR_REFUSED] += refused;
  outbox->failures = 0;
  /* What is left of the suspects is halved again; where none is left, the
   * refusal was not theirs. */
  uint32_t sent = outbox->batch_events;
  outbox->suspects = outbox->suspects > sent ? outbox->suspects - sent : 0;
  outbox->max_events =
      outbox->suspects ? (outbox->suspects + 1) / 2 : FH_MAX_BATCH_EVENTS;
  fh_queue_set_all(&outbox->queue, FH_FLYING, FH_GONE);
}

/* The batch was refused: its halves are tried; a single event is dropped. */
static void split(fh_outbox *outbox, bool by_bytes) {
  if (outbox->batch_events == 1) {
    settle(outbox, 1);
    outbox->suspects = 0;
    outbox->max_events = FH_MAX_BATCH_EVENTS;
    return;
  }
  if (by_bytes) {
    outbox->max_bytes = outbox->batch_bytes / 2;
    return;
  }
  outbox->suspects = outbox->batch_events;
  outbox->max_events = (outbox->batch_events + 1) / 2;
}

static double jitter(const fh_outbox *outbox, fh_random *random) {
  double cap = FH_RETRY_BASE_MS * (double)(1u << outbox->failures);
  if (cap > FH_RETRY_CAP_MS) cap = FH_RETRY_CAP_MS;
  return fh_random_below(random, (uint32_t)cap);
}

void fh_outbox_answer(fh_outbox *outbox, const fh_reply *reply, fh_random *random,
                      double mono) {
  fh_queue *queue = &outbox->queue;
  switch (reply->verdict) {
    case FH_ACCEPTED: settle(outbox, reply->refused); break;
    case FH_SMALLER: split(outbox, true); break;
    case FH_BISECT: split(outbox, false); break;
    case FH_RETRY: wait(outbox, jitter(outbox, random), reply, mono); break;
    case FH_SLOW: wait(outbox, FH_RETRY_SLOW_MS, reply, mono); break;
    case FH_STOP:
      outbox->stopped = true;
      drop(outbox, FH_FLYING, queue->cap, FH_ERR_STOPPED);
      drop(outbox, FH_WAITING, queue->cap, FH_ERR_STOPPED);
      drop(outbox, FH_HANDED, queue->cap, FH_ERR_STOPPED);
      break;
  }
  fh_queue_set_all(queue, FH_FLYING, FH_WAITING);
}
