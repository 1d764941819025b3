/* What must be true, checked beside the core: what it should hold, what it may
 * forget, and in the end that nothing is missing. */
#include "sim.h"

/* --- The events in a queue or a row ------------------------------------------- */

typedef void visitor(sim_world *w, sim_doc *owner, uint32_t seq, void *context);

static void visit(sim_world *w, const char *at, const char *end, visitor *work, void *context) {
  sim_doc *owner = NULL;
  while (at < end) {
    const fh_record *record = (const fh_record *)(const void *)at;
    if (record->state == FH_TAIL)
      owner = sim_stream_owner(w, (const unsigned char *)(record + 1));
    else if (record->state != FH_GONE)
      work(w, owner, record->seq, context);
    at += (sizeof *record + record->len + 7) / 8 * 8;
  }
}

static void visit_queue(sim_world *w, sim_doc *doc, visitor *work, void *context) {
  const fh_queue *queue = &doc->agent->outbox.queue;
  visit(w, queue->block, queue->block + queue->len, work, context);
}

static void mark(sim_world *w, sim_doc *owner, uint32_t seq, void *flag) {
  if (!owner || seq >= owner->events) sim_fail(w, "row", "an event that was never tracked");
  owner->event[seq].flags |= (uint8_t) * (int *)flag;
}

void sim_mark_row(sim_world *w, const sim_row *row, int flag) {
  visit(w, row->data + FH_KEY_BYTES, row->data + row->len, mark, &flag);
}

/* --- Calls ----------------------------------------------------------------------- */

typedef struct held {
  uint32_t count;
  struct {
    sim_doc *owner;
    uint32_t seq;
    bool there;
  } event[8192];
} held;

static held before;
static bool watched;

static void hold(sim_world *w, sim_doc *owner, uint32_t seq, void *context) {
  held *list = context;
  if (list->count == 8192) sim_fail(w, "bounds", "more events than the queue can hold");
  list->event[list->count].owner = owner;
  list->event[list->count].seq = seq;
  list->event[list->count++].there = false;
}

/* The queue keeps its order, so one pass finds what is no longer there. */
static void still(sim_world *w, sim_doc *owner, uint32_t seq, void *context) {
  uint32_t *at = context;
  (void)w;
  for (uint32_t i = *at; i < before.count; i++)
    if (before.event[i].owner == owner && before.event[i].seq == seq) {
      before.event[i].there = true;
      *at = i + 1;
      return;
    }
}

void sim_before_event(sim_world *w, sim_doc *doc) {
  watched = doc->agent->outbox.queue.len > FH_QUEUE_BYTES - 5 * FH_MAX_EVENT_BYTES;
  before.count = 0;
  if (watched) visit_queue(w, doc, hold, &before);
}

static int64_t evicted(sim_world *w, sim_doc *doc) {
  uint32_t at = 0;
  int64_t gone = 0;
  if (!watched) return 0;
  visit_queue(w, doc, still, &at);
  for (uint32_t i = 0; i < before.count; i++) {
    if (before.event[i].there) continue;
    before.event[i].owner->event[before.event[i].seq].flags |= SIM_EVICTED;
    gone++;
  }
  return gone;
}

static void note_event(sim_world *w, sim_doc *doc, int flags) {
  if (doc->events == doc->event_cap) {
    uint32_t cap = doc->event_cap ? 4 * doc->event_cap : 32;
    sim_event *more = sim_alloc(w, cap * sizeof *more);
    if (doc->events) memcpy(more, doc->event, doc->events * sizeof *more);
    doc->event = more;
    doc->event_cap = cap;
  }
  doc->event[doc->events].born = w->now - w->asleep;
  doc->event[doc->events++].flags = (uint8_t)flags;
}

void sim_after_event(sim_world *w, sim_doc *doc, int result) {
  w->counts->calls++;
  if (result > 0 && (result & FH_QUEUED)) {
    note_event(w, doc, SIM_QUEUED);
    doc->live++;
    w->counts->queued++;
    if (watched) hold(w, doc, doc->events - 1, &before);
  }
  int64_t gone = evicted(w, doc);
  if (doc->events && (doc->event[doc->events - 1].flags & SIM_EVICTED)) w->counts->newest++;
  doc->live -= gone;
  doc->dropped += gone;
  w->counts->evicted += (uint64_t)gone;
  if (result < 0) {
    sim_say(w, doc, "call %u is refused: %d", doc->events, result);
    note_event(w, doc, 0);
    doc->dropped++;
    w->counts->refused_calls++;
    if (result == FH_ERR_FULL) sim_fail(w, "newest dropped", "the queue has no room for a call");
  }
  sim_check_core(w, doc);
}

/* --- The core's own state ----------------------------------------------------------- */

void sim_check_core(sim_world *w, sim_doc *doc) {
  const fh_outbox *outbox = &doc->agent->outbox;
  const uint32_t *count = outbox->queue.count;
  int64_t live = (int64_t)count[FH_WAITING] + count[FH_FLYING] + count[FH_LEAVING] + count[FH_HANDED];
  int64_t dropped = 0;
  for (int i = 1; i <= FH_ERRORS; i++) dropped += outbox->envelope.dropped[i];
  if (outbox->queue.len > FH_QUEUE_BYTES) sim_fail(w, "bounds", "the queue is over its bound");
  if (live != doc->live)
    sim_fail(w, "queue", "document %d holds %lld events, should hold %lld", doc->id,
             (long long)live, (long long)doc->live);
  if (dropped != doc->dropped)
    sim_fail(w, "ledger", "document %d counts %lld drops, should count %lld", doc->id,
             (long long)dropped, (long long)doc->dropped);
}

void sim_check_post(sim_world *w, sim_doc *doc, const sim_request *request, int why) {
  double mono = sim_clock(w, doc).mono;
  if (request->count > 1 && request->bytes > doc->allowed)
    sim_fail(w, "requests", "%u bytes again after 413", request->bytes);
  if (doc->flight) sim_fail(w, "requests", "document %d has two in flight", doc->id);
  if (doc->silenced) sim_fail(w, "stop", "document %d sends after 410", doc->id);
  if (why == FH_WHEN_DUE && doc->last_post >= 0 && mono < doc->last_post + FH_SPACING_MS)
    sim_fail(w, "requests", "%.1f ms apart", mono - doc->last_post);
  if (why == FH_WHEN_DUE && mono < doc->hold)
    sim_fail(w, "requests", "%.1f ms before it was asked to", doc->hold - mono);
  doc->last_post = mono;
  doc->hold = 0;
}

static void keep_waiting(sim_doc *doc, double mono, double ms) {
  if (doc->hold < mono + ms) doc->hold = mono + ms;
}

/* Sixteen failures within a minute: no back-off does that. */
static void check_failures(sim_world *w, sim_doc *doc, double mono, bool failed) {
  if (!failed) doc->failed = 0;
  if (failed && doc->failed++ == 0) doc->failed_since = mono;
  if (doc->failed >= 40 && mono - doc->failed_since < 60000 && !doc->flushing)
    sim_fail(w, "requests", "%d failures within a minute", doc->failed);
}

static void silence(sim_world *w, sim_doc *doc) {
  int flag = SIM_SILENCED;
  visit_queue(w, doc, mark, &flag);
  doc->silenced = true;
  doc->dropped += doc->live;
  w->counts->silenced += (uint64_t)doc->live;
  doc->live = 0;
}

static void settle(sim_world *w, sim_doc *doc, const sim_request *request, uint32_t refused) {
  doc->live -= request->count;
  if (request->stream == doc->id) doc->dropped += refused; /* an adopted batch is another's */
  w->counts->refused += refused;
}

/* The table of answers once more, on what the relay is known to say. */
void sim_before_ack(sim_world *w, sim_doc *doc, sim_request *request) {
  double mono = sim_clock(w, doc).mono;
  int status = request->status;
  request->answered = true;
  if (request->held) doc->keepalive -= request->bytes;
  sim_say(w, doc, "is answered %d", status);
  bool failed = true;
  if (status == 200 && request->body[0] == '{') {
    settle(w, doc, request, 0);
    failed = false;
  } else if (status == 207 || (status == 400 && request->body[0] == '{')) {
    settle(w, doc, request, request->poisoned);
    failed = false;
  } else if (status == 413 || status == 400 || status == 422) {
    if (status == 413 && request->count > 1) doc->allowed = request->bytes / 2;
    if (request->count == 1) settle(w, doc, request, 1);
    failed = false; /* the halves go at once */
  } else if (status == 410) {
    silence(w, doc);
  } else if (status == 429) {
    keep_waiting(doc, mono, 1000.0 * (request->retry_after_s > 7 ? request->retry_after_s : 7));
  } else if (status == 401 || status == 403 || status == 404) {
    keep_waiting(doc, mono, FH_RETRY_SLOW_MS);
  }
  check_failures(w, doc, mono, failed);
}

/* --- Rows ------------------------------------------------------------------------------ */

enum { SIM_SETTLED = SIM_STORED | SIM_REFUSED | SIM_EVICTED | SIM_SILENCED };

static void must_be_settled(sim_world *w, sim_doc *owner, uint32_t seq, void *context) {
  (void)context;
  if (!(owner->event[seq].flags & SIM_SETTLED))
    sim_fail(w, "row deleted", "its event %d.%u is not settled", owner->id, seq);
}

void sim_check_done(sim_world *w, sim_doc *doc, const char *keys, int count) {
  for (int i = 0; i < count; i++) {
    const sim_row *row =
        sim_row_of(w, doc, (const unsigned char *)keys + i * FH_KEY_BYTES);
    if (row)
      visit(w, row->data + FH_KEY_BYTES, row->data + row->len, must_be_settled, NULL);
  }
}

/* --- The end ----------------------------------------------------------------------------- */

/* A page that has lived on a healthy network long enough has sent everything,
 * and its rows are deleted, but for those of events that were evicted. */
void sim_check_living(sim_world *w, sim_doc *doc) {
  if (!doc->up) return;
  bool whole = !doc->ever_left && !doc->silenced &&
               !doc->agent->outbox.envelope.dropped[-FH_ERR_FULL];
  for (int i = 0; whole && i < w->stored_count; i++)
    if (memcmp(w->stored[i].row->key, doc->stream, 12) == 0)
      sim_fail(w, "row kept", "document %d has sent all and keeps rows", doc->id);
  for (uint32_t i = 0; i < doc->events; i++) {
    int flags = doc->event[i].flags;
    if ((flags & SIM_QUEUED) && !(flags & SIM_SETTLED) && !doc->silenced)
      sim_fail(w, "stuck", "event %d.%u is not sent by its own page", doc->id, i);
  }
}

/* A row is committed soon after the call: at once, but for a hidden page's
 * timers (1 s), a database that opens late, a commit that is slow. */
static void note_young(sim_world *w, const sim_doc *doc, uint32_t seq) {
  sim_time age = doc->died - doc->event[seq].born;
  w->counts->young++;
  w->counts->young_age[age < 10 * SIM_MS ? 0 : age < 100 * SIM_MS ? 1 : age < SIM_SECOND ? 2 : 3]++;
  if (age > 5 * SIM_SECOND && !w->ls_denied)
    sim_fail(w, "lost", "event %d.%u, %lld ms old when its page died", doc->id, seq,
             (long long)(age / SIM_MS));
}

static void check_event(sim_world *w, const sim_doc *doc, uint32_t seq) {
  int flags = doc->event[seq].flags;
  if (!(flags & SIM_QUEUED)) return;
  if ((flags & SIM_STORED) && (flags & (SIM_EVICTED | SIM_SILENCED)))
    w->counts->dropped_but_stored++;
  if (flags & SIM_SETTLED) return;
  if (flags & SIM_EXPIRED) {
    w->counts->expired++;
  } else if (flags & SIM_DURABLE) {
    sim_fail(w, "lost", "event %d.%u was durable", doc->id, seq);
  } else if (doc->no_journal || doc->open_fails) {
    w->counts->young_memory++;
  } else if (!doc->may_lose) {
    sim_fail(w, "lost gently", "event %d.%u, though its page ended in peace", doc->id, seq);
  } else if (doc->no_room) {
    w->counts->young_no_room++;
  } else {
    note_young(w, doc, seq);
  }
}

void sim_check_end(sim_world *w) {
  for (int d = 0; d < w->docs; d++)
    for (uint32_t i = 0; i < w->doc[d].events; i++) check_event(w, &w->doc[d], i);
}
