/* Decides when what is sent, and what an answer means for what was sent. */
#include "outbox.h"

void fh_outbox_init(fh_outbox *outbox, char *block, uint32_t cap) {
  *outbox = (fh_outbox){.max_events = FH_MAX_BATCH_EVENTS,
                        .max_bytes = FH_MAX_BATCH_BYTES,
                        .asks = true,
                        .queue = {.block = block, .cap = cap}};
}

/* Sends nothing before `mono`. */
static void hold(fh_outbox *outbox, double mono) {
  if (outbox->next_mono < mono) outbox->next_mono = mono;
}

void fh_outbox_queued(fh_outbox *outbox, double mono) {
  if (outbox->queue.count[FH_WAITING] == 1) hold(outbox, mono + FH_GATHER_MS);
}

void fh_outbox_count(fh_outbox *outbox, int error, int events) {
  outbox->envelope.dropped[-error] += (uint32_t)events;
}

void fh_outbox_drop(fh_outbox *outbox, fh_record *record, int error) {
  fh_queue_set(&outbox->queue, record, FH_GONE);
  fh_outbox_count(outbox, error, 1);
}

void fh_outbox_drop_all(fh_outbox *outbox, int error) {
  fh_queue *queue = &outbox->queue;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r))
    if (r->state != FH_TAIL && r->state != FH_GONE) fh_outbox_drop(outbox, r, error);
  outbox->batch_own = false; /* what flies is counted: its answer counts nothing more */
  fh_queue_sweep(queue);
}

/* The event after the last of `first`'s journal row, whose events are neighbours;
 * *under_way: whether one of them is, and not only asked for. */
static fh_record *row_end(fh_outbox *outbox, fh_record *first, bool *under_way) {
  fh_queue *queue = &outbox->queue;
  fh_record *r = first;
  *under_way = false;
  for (; r && (r->state == FH_TAIL || r->row == first->row);
       r = fh_queue_next(queue, r)) {
    *under_way |= r->state == FH_FLYING && !outbox->asking;
    if (first->row == FH_NO_ROW) return fh_queue_next(queue, r);
  }
  return r;
}

void fh_outbox_evict(fh_outbox *outbox, size_t bytes) {
  fh_queue *queue = &outbox->queue;
  size_t freed = 0;
  bool under_way = false; /* gcc cannot see that row_end sets it */
  for (fh_record *r = fh_queue_first(queue), *end; r && freed < bytes; r = end) {
    end = r->state == FH_TAIL ? fh_queue_next(queue, r) : row_end(outbox, r, &under_way);
    if (r->state == FH_TAIL || under_way) continue;
    for (; r != end; r = fh_queue_next(queue, r)) {
      freed += fh_record_size(r);
      if (r->state == FH_TAIL) continue;
      if (r->row == FH_NO_ROW) fh_outbox_count(outbox, FH_ERR_FULL, 1);
      fh_queue_set(queue, r, FH_GONE);
    }
  }
}

double fh_outbox_poll(const fh_outbox *outbox, double mono) {
  const uint32_t *count = outbox->queue.count;
  double due = outbox->next_mono;
  if (!count[FH_WAITING] && due < outbox->handed_mono + FH_HANDED_MS)
    due = outbox->handed_mono + FH_HANDED_MS;
  bool idle = !count[FH_WAITING] && !count[FH_HANDED];
  if (idle || outbox->busy || outbox->stopped) return -1;
  return due > mono ? due - mono : 0;
}

/* Whether the oldest waiting event may have arrived. */
static bool is_in_doubt(fh_queue *queue) {
  fh_record *r = fh_queue_first(queue);
  while (r && r->state != FH_WAITING) r = fh_queue_next(queue, r);
  return r && r->doubt;
}

size_t fh_outbox_take(fh_outbox *outbox, int why, char *out, size_t cap,
                      double sent_at_ms, double mono) {
  static const fh_record_state states[] = {FH_FLYING, FH_FLYING, FH_LEAVING, FH_WAITING};
  fh_queue *queue = &outbox->queue;
  bool last = why >= FH_LAST; /* or as if it were */
  if (outbox->stopped || (!last && outbox->busy) ||
      (why == FH_WHEN_DUE && fh_outbox_poll(outbox, mono) != 0))
    return 0;
  if (!last && mono >= outbox->handed_mono + FH_HANDED_MS)
    fh_queue_set_all(queue, FH_HANDED, FH_WAITING);
  /* What is only asked for is in no request that could outlive the page. */
  if (why == FH_LAST && outbox->asking) fh_queue_set_all(queue, FH_FLYING, FH_WAITING);
  fh_choice choice = FH_ALL;
  if (!last && outbox->asks) choice = is_in_doubt(queue) ? FH_ASK : FH_CERTAIN;
  fh_writer writer = fh_writer_on(out, cap);
  outbox->envelope.attempt = outbox->failures + 1;
  uint32_t count = fh_put_batch(&writer, queue, choice, states[why], &outbox->envelope,
                                outbox->max_events, outbox->max_bytes, sent_at_ms);
  if (!last && count) {
    outbox->batch_events = count;
    outbox->batch_own = outbox->envelope.own;
    outbox->batch_bytes = (uint32_t)writer.len;
    outbox->busy = true;
    outbox->asking = choice == FH_ASK;
    outbox->spaced_mono = mono + FH_SPACING_MS;
    bool emptied = !queue->count[FH_WAITING] && choice != FH_ASK;
    outbox->next_mono = emptied ? mono + FH_LULL_MS : outbox->spaced_mono;
  }
  return writer.len;
}

int fh_outbox_beacon(fh_outbox *outbox, bool taken, double mono) {
  fh_queue *queue = &outbox->queue;
  uint32_t tried = queue->count[FH_LEAVING];
  outbox->handed_mono = mono;
  if (taken) fh_queue_doubt(queue, FH_LEAVING);
  fh_queue_set_all(queue, FH_LEAVING, taken ? FH_HANDED : FH_WAITING);
  if (taken) return 0;
  outbox->max_events = tried > 1 ? tried / 2 : FH_MAX_BATCH_EVENTS;
  return tried > 1 ? 0 : -1;
}

static void wait(fh_outbox *outbox, double ms, const fh_reply *reply, double mono) {
  hold(outbox, mono + ms);
  hold(outbox, mono + reply->wait_ms);
  outbox->held = true;
  if (outbox->failures < 16) outbox->failures++; /* the cap is long reached */
}

/* The endpoint has answered: a wait is over, this page's own and that of others. */
static void answered(fh_outbox *outbox) {
  outbox->recovered |= outbox->held;
  if (outbox->held) outbox->next_mono = outbox->spaced_mono;
  outbox->held = false;
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
  outbox->next_mono = outbox->spaced_mono;
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

static bool is_in(const fh_json *ranges, uint32_t number) {
  for (const fh_json *r = fh_json_first(ranges); r; r = fh_json_next(r)) {
    const fh_json *first = fh_json_first(r);
    if (fh_json_whole(first) <= number && number <= fh_json_whole(fh_json_next(first)))
      return true;
  }
  return false;
}

/* The question is answered: what is not missing is done, what is will be sent. */
static void learn(fh_outbox *outbox, const fh_json *missing) {
  fh_queue *queue = &outbox->queue;
  outbox->failures = 0;
  outbox->suspects = 0;
  outbox->max_events = FH_MAX_BATCH_EVENTS;
  outbox->unheard = 0;
  outbox->asks = missing;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state != FH_FLYING) continue;
    r->doubt = false;
    if (missing && !is_in(missing, r->seq)) fh_queue_set(queue, r, FH_GONE);
  }
}

static double slow(fh_outbox *outbox) {
  static const uint8_t factors[] = {1, 3, FH_SLOW_CAP_MS / FH_SLOW_MS};
  return FH_SLOW_MS * (double)factors[outbox->denials < 2 ? outbox->denials++ : 2];
}

static double jitter(const fh_outbox *outbox, fh_random *random) {
  double cap = FH_RETRY_BASE_MS * (double)(1u << outbox->failures);
  if (cap > FH_RETRY_CAP_MS) cap = FH_RETRY_CAP_MS;
  return fh_random_below(random, (uint32_t)cap);
}

/* What the answer says of an event, all of whose rows share its fate. */
static fh_fate fate_of(const fh_reply *reply, const fh_record *event,
                       const fh_record *tail, uint32_t row) {
  char id[FH_UUID_CHARS + 1] = "";
  fh_writer writer = fh_writer_on(id, FH_UUID_CHARS);
  fh_uuid uuid = fh_record_stream(tail);
  fh_fate fate = FH_TAKEN;
  fh_stream_number(&uuid, event->seq);
  fh_put_uuid(&writer, &uuid);
  for (uint32_t end = row + event->rows; row < end; row++) {
    fh_fate its = reply->fate(reply->json, row, id);
    if (fate != FH_UNWANTED && its != FH_TAKEN) fate = its;
  }
  return fate;
}

/* Does to each event of the batch what the answer says of it, or with `only_count`
 * nothing. How many are to be sent again. */
static uint32_t sort_out(fh_outbox *outbox, const fh_reply *reply, bool only_count) {
  fh_queue *queue = &outbox->queue;
  const fh_record *tail = NULL;
  uint32_t row = 0, again = 0;
  for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r)) {
    if (r->state == FH_TAIL) tail = r;
    if (r->state != FH_FLYING) continue;
    fh_fate fate = fate_of(reply, r, tail, row);
    row += r->rows;
    again += fate == FH_ONCE_MORE;
    if (only_count || fate == FH_TAKEN) continue;
    fh_queue_set(queue, r, fate == FH_UNWANTED ? FH_GONE : FH_WAITING);
    if (fate == FH_UNWANTED && outbox->batch_own)
      fh_outbox_count(outbox, FH_ERR_REFUSED, 1);
  }
  return again;
}

/* The answer tells of each event. False, if none of them is done with. */
static bool settle_each(fh_outbox *outbox, const fh_reply *reply, fh_random *random,
                        double mono) {
  uint32_t again = sort_out(outbox, reply, true);
  if (again >= outbox->batch_events) return false;
  sort_out(outbox, reply, false);
  answered(outbox);
  outbox->batch_events -= again;
  settle(outbox, 0);
  if (again) outbox->next_mono = outbox->spaced_mono;
  if (again && reply->verdict == FH_RETRY)
    wait(outbox, jitter(outbox, random), reply, mono);
  return true;
}

void fh_outbox_answer(fh_outbox *outbox, const fh_reply *reply, fh_random *random,
                      double mono) {
  fh_queue *queue = &outbox->queue;
  bool asked = outbox->asking;
  outbox->busy = outbox->asking = false;
  if (reply->verdict != FH_SLOW) outbox->denials = 0;
  if (reply->verdict == FH_ACCEPTED || reply->verdict == FH_SMALLER ||
      reply->verdict == FH_BISECT)
    answered(outbox);
  if (reply->unknown && reply->verdict == FH_RETRY) fh_queue_doubt(queue, FH_FLYING);
  if (asked && reply->verdict != FH_RETRY && reply->verdict != FH_SLOW &&
      reply->verdict != FH_STOP) {
    learn(outbox, reply->missing);
    fh_queue_set_all(queue, FH_FLYING, FH_WAITING);
    return;
  }
  /* An endpoint may have an error for every batch without events, or a 204. */
  if (asked && reply->came && ++outbox->unheard == FH_MAX_UNHEARD) outbox->asks = false;
  if (FH_DIALECTS && reply->fate && settle_each(outbox, reply, random, mono)) return;
  switch (reply->verdict) {
    case FH_ACCEPTED: settle(outbox, reply->refused); break;
    case FH_SMALLER: split(outbox, true); break;
    case FH_BISECT: split(outbox, false); break;
    case FH_RETRY: wait(outbox, jitter(outbox, random), reply, mono); break;
    case FH_SLOW: wait(outbox, slow(outbox), reply, mono); break;
    case FH_STOP:
      outbox->stopped = true;
      for (fh_record *r = fh_queue_first(queue); r; r = fh_queue_next(queue, r))
        if (r->state != FH_TAIL) fh_outbox_drop(outbox, r, FH_ERR_STOPPED);
      break;
  }
  fh_queue_set_all(queue, FH_FLYING, FH_WAITING);
}

int fh_outbox_wait(fh_outbox *outbox, int ms, fh_random *random, double mono) {
  if (ms < 0) {
    bool recovered = outbox->recovered;
    outbox->recovered = false;
    if (outbox->held && outbox->next_mono > mono)
      return (int)(outbox->next_mono - mono) + 1;
    return recovered - 1;
  }
  double due = mono + fh_random_below(random, FH_SPREAD_MS);
  if (ms) {
    outbox->held = true;
    hold(outbox, due + (ms < FH_SLOW_CAP_MS ? ms : FH_SLOW_CAP_MS));
  } else if (outbox->held) {
    outbox->held = false;
    outbox->failures = 0;
    outbox->denials = 0;
    if (due < outbox->spaced_mono) due = outbox->spaced_mono;
    outbox->next_mono = due;
  }
  return ms;
}
