/* What must be true, checked beside the core: what it should hold, what it may
 * forget, and in the end that nothing is missing. */
#include "sim.h"

/* --- The events in a queue or a row ------------------------------------------- */

typedef void visitor(sim_world *w, sim_doc *owner, uint32_t seq, void *context);

static void visit(sim_world *w, const char *at, const char *end, visitor *work,
                  void *context) {
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

static void visit_row(sim_world *w, const sim_row *row, visitor *work, void *context) {
  visit(w, row->data + FH_KEY_BYTES, row->data + row->len, work, context);
}

static void visit_queue(sim_world *w, sim_doc *doc, visitor *work, void *context) {
  const fh_queue *queue = &doc->agent->outbox.queue;
  visit(w, queue->block, queue->block + queue->len, work, context);
}

static void mark(sim_world *w, sim_doc *owner, uint32_t seq, void *flag) {
  if (!owner || seq >= owner->events)
    sim_fail(w, "row", "an event that was never tracked");
  owner->event[seq].flags |= (uint16_t) * (int *)flag;
}

void sim_mark_row(sim_world *w, const sim_row *row, int flag) {
  visit_row(w, row, mark, &flag);
}

static void count(sim_world *w, sim_doc *owner, uint32_t seq, void *events) {
  (void)w, (void)owner, (void)seq;
  ++*(int *)events;
}

int sim_events_in(sim_world *w, const sim_row *row) {
  int events = 0;
  visit_row(w, row, count, &events);
  return events;
}

/* --- Calls ----------------------------------------------------------------------- */

static bool watched; /* the call may drop events */

void sim_before_event(sim_world *w, sim_doc *doc) {
  watched = doc->agent->outbox.queue.len > FH_QUEUE_BYTES - 5 * FH_MAX_EVENT_BYTES;
  if (watched) sim_hold(w, doc);
}

static void note_event(sim_world *w, sim_doc *doc, uint16_t flags) {
  if (doc->events == doc->event_cap) {
    uint32_t cap = doc->event_cap ? 4 * doc->event_cap : 32;
    sim_event *more = sim_alloc(w, cap * sizeof *more);
    if (doc->events) memcpy(more, doc->event, doc->events * sizeof *more);
    doc->event = more;
    doc->event_cap = cap;
  }
  fh_clock clock = sim_clock(w, doc);
  const fh_session *session = &doc->agent->context.identity.session;
  doc->event[doc->events++] = (sim_event){.flags = flags,
                                          .born = w->now - w->asleep,
                                          .last = doc->leaving,
                                          .time = doc->anchor + clock.mono,
                                          .wall = clock.wall,
                                          .index = session->events};
}

static void note_evicted(sim_world *w, sim_doc *doc, int keys) {
  int dropped = 0;
  int gone = watched ? sim_check_evicted(w, doc, fh_io(doc->agent), keys, &dropped) : 0;
  if (keys && !gone) sim_fail(w, "row", "%d are named, nothing was evicted", keys);
  w->counts->newest += gone && (doc->event[doc->events - 1].flags & SIM_EVICTED);
  doc->live -= gone;
  doc->dropped += dropped;
  w->counts->evicted += (uint64_t)dropped;
}

void sim_after_event(sim_world *w, sim_doc *doc, int result) {
  w->counts->calls++;
  if (result > 0 && (result & FH_QUEUED)) {
    note_event(w, doc, SIM_QUEUED);
    doc->live++;
    w->counts->queued++;
    if (watched) sim_hold_new(w, doc, doc->events - 1);
  }
  note_evicted(w, doc, result > 0 ? result >> FH_KEYS_SHIFT : 0);
  if (result < 0) {
    sim_say(w, doc, "call %u is refused: %d", doc->events, result);
    note_event(w, doc, 0);
    doc->dropped++;
    w->counts->refused_calls++;
    if (result == FH_ERR_FULL)
      sim_fail(w, "newest dropped", "the queue has no room for a call");
  }
  sim_check_core(w, doc);
}

/* --- The core's own state ----------------------------------------------------------- */

void sim_check_core(sim_world *w, sim_doc *doc) {
  const fh_outbox *outbox = &doc->agent->outbox;
  const uint32_t *count = outbox->queue.count;
  int64_t live = (int64_t)count[FH_WAITING] + count[FH_FLYING] + count[FH_LEAVING] +
                 count[FH_HANDED];
  int64_t dropped = 0;
  for (int i = 1; i <= FH_ERRORS; i++) dropped += outbox->envelope.dropped[i];
  if (outbox->queue.len > FH_QUEUE_BYTES)
    sim_fail(w, "bounds", "the queue is over its bound");
  if (live != doc->live)
    sim_fail(w, "queue", "document %d holds %lld events, should hold %lld", doc->id,
             (long long)live, (long long)doc->live);
  if (dropped != doc->dropped)
    sim_fail(w, "ledger", "document %d counts %lld drops, should count %lld", doc->id,
             (long long)dropped, (long long)doc->dropped);
}

/* --- What may have arrived --------------------------------------------------------- */

bool sim_in_doubt(const sim_doc *doc, int stream, uint32_t seq) {
  const sim_doubts *doubt = &doc->doubt[stream];
  return seq < doubt->cap && doubt->at[seq];
}

static void set_doubt(sim_world *w, sim_doc *doc, int stream, uint32_t seq, bool value) {
  sim_doubts *doubt = &doc->doubt[stream];
  if (seq >= doubt->cap) {
    uint32_t cap = 2 * seq + 32;
    bool *more = sim_alloc(w, cap * sizeof *more);
    if (doubt->cap) memcpy(more, doubt->at, doubt->cap * sizeof *more);
    *doubt = (sim_doubts){cap, more};
  }
  doubt->at[seq] = value;
}

static void doubt_request(sim_world *w, sim_doc *doc, const sim_request *request) {
  for (uint32_t i = 0; i < request->count; i++)
    set_doubt(w, doc, request->stream, request->seq[i], true);
}

void sim_doubt_copy(sim_world *w, sim_doc *doc) { doubt_request(w, doc, doc->copy); }

static void doubt_event(sim_world *w, sim_doc *owner, uint32_t seq, void *doc) {
  set_doubt(w, doc, owner->id, seq, true);
}

void sim_doubt_row(sim_world *w, sim_doc *doc, const sim_row *row) {
  visit_row(w, row, doubt_event, doc);
}

/* It names what is in doubt, and nothing else; and a batch is of the others, as
 * long as the endpoint may understand. */
static void check_doubt(sim_world *w, sim_doc *doc, const sim_request *request) {
  if (request->ask && !doc->asks)
    sim_fail(w, "question", "document %d asks what is not understood", doc->id);
  for (uint32_t i = 0; doc->asks && i < request->count; i++)
    if (sim_in_doubt(doc, request->stream, request->seq[i]) != request->ask)
      sim_fail(w, "doubt", "%d.%u is %s", request->stream, request->seq[i],
               request->ask ? "asked for without need" : "sent and not asked for");
}

void sim_check_handed(sim_world *w, sim_doc *doc) {
  const uint32_t *count = doc->agent->outbox.queue.count;
  bool asked = doc->flight && doc->flight->ask && count[FH_FLYING];
  if (count[FH_WAITING] || asked)
    sim_fail(w, "handed over", "%u events wait, %u are only asked for", count[FH_WAITING],
             asked ? count[FH_FLYING] : 0);
}

/* What must not be sent in any way. */
static void check_any(sim_world *w, sim_doc *doc, const sim_request *request) {
  if (doc->silenced) sim_fail(w, "stop", "document %d sends after 410", doc->id);
  for (uint32_t i = 0; request->stream == doc->id && i < request->count; i++)
    if (doc->event[request->seq[i]].flags & SIM_BURIED)
      sim_fail(w, "woken", "%d.%u is sent, whose row is deleted", doc->id,
               request->seq[i]);
}

void sim_check_copy(sim_world *w, sim_doc *doc, sim_request *request) {
  if (request->ask) sim_fail(w, "question", "document %d asks nobody", doc->id);
  check_any(w, doc, request);
  doc->copy = request;
}

void sim_note_wake(sim_world *w, sim_doc *doc) {
  if (!doc->leaving) return;
  doc->first_wake = doc->wakes;
  doc->unread = doc->no_journal ? 0 : w->now + SIM_SECOND;
}

/* Of how many tabs the first request after the outage was in the last second. */
static void check_flood(sim_world *w, sim_doc *doc) {
  if (!w->crowd || !w->recovered || doc->came_back) return;
  doc->came_back = true;
  int recent = 0;
  w->first[w->firsts++] = w->now;
  for (int i = 0; i < w->firsts; i++) recent += w->first[i] > w->now - SIM_SECOND;
  if (recent > w->most_firsts) w->most_firsts = recent;
  if (recent > SIM_FLOOD) sim_fail(w, "flood", "%d tabs within a second", recent);
}

void sim_check_post(sim_world *w, sim_doc *doc, sim_request *request, int why) {
  double mono = sim_clock(w, doc).mono;
  check_doubt(w, doc, request);
  if (request->count > 1 && request->bytes > doc->allowed)
    sim_fail(w, "requests", "%u bytes again after 413", request->bytes);
  if (doc->flight) sim_fail(w, "requests", "document %d has two in flight", doc->id);
  if (doc->leaving && why == FH_WHEN_DUE)
    sim_fail(w, "asleep", "document %d sends", doc->id);
  if (w->now < doc->unread)
    sim_fail(w, "woken", "document %d sends before it has read", doc->id);
  check_any(w, doc, request);
  if (why == FH_WHEN_DUE && doc->last_post >= 0 && mono < doc->last_post + FH_SPACING_MS)
    sim_fail(w, "requests", "%.1f ms apart", mono - doc->last_post);
  if (why == FH_WHEN_DUE && mono < doc->hold)
    sim_fail(w, "requests", "%.1f ms before it was asked to", doc->hold - mono);
  check_flood(w, doc);
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
  if (doc->failed >= 40 && mono - doc->failed_since < 60000)
    sim_fail(w, "requests", "%d failures within a minute", doc->failed);
}

/* 5, 15, 60, 60 … minutes. */
static double slow_ms(int denied) {
  return 60000.0 * (denied == 1 ? 5 : denied == 2 ? 15 : 60);
}

static void silence(sim_world *w, sim_doc *doc) {
  int flag = SIM_SILENCED;
  visit_queue(w, doc, mark, &flag);
  doc->silenced = true;
  doc->dropped += doc->live;
  w->counts->silenced += (uint64_t)doc->live;
  doc->live = 0;
}

static void settle(sim_world *w, sim_doc *doc, const sim_request *request,
                   uint32_t refused) {
  doc->live -= request->count;
  if (request->stream == doc->id)
    doc->dropped += refused; /* an adopted batch is another's */
  w->counts->refused += refused;
}

/* A question was answered, and not by an error: what the relay has is done. */
static void learn(sim_world *w, sim_doc *doc, const sim_request *request) {
  doc->unheard = 0;
  doc->asks = request->has;
  w->counts->not_understood += !doc->asks;
}

void sim_settle_doubt(sim_world *w, sim_doc *doc, sim_doc *owner, uint32_t seq,
                      bool had) {
  set_doubt(w, doc, owner->id, seq, false);
  if (!had) return;
  if (!(owner->event[seq].flags & SIM_STORED))
    sim_fail(w, "question", "%d.%u is said to be stored", owner->id, seq);
  doc->live--;
  w->counts->learnt++;
}

/* Whether that ended the trouble. */
static bool judge_question(sim_world *w, sim_doc *doc, const sim_request *request) {
  int status = request->status;
  bool understood = status == 200 && request->body[0] == '{';
  if (understood || status == 400 || status == 413) {
    learn(w, doc, request);
    return true;
  }
  if (status > 0 && ++doc->unheard == FH_MAX_UNHEARD) doc->asks = false;
  return false;
}

/* The table of answers once more, on what the relay is known to say. */
void sim_before_ack(sim_world *w, sim_doc *doc, sim_request *request) {
  double mono = sim_clock(w, doc).mono;
  int status = request->status;
  request->answered = true;
  if (request->held) doc->keepalive -= request->bytes;
  sim_say(w, doc, "is answered %d", status);
  bool failed = true;
  doc->denied = status == 401 || status == 403 || status == 404 ? doc->denied + 1 : 0;
  bool unknown =
      status == 0 || status == 204 || (status == 200 && request->body[0] != '{');
  if (unknown && !request->ask) doubt_request(w, doc, request);
  if (request->ask && judge_question(w, doc, request)) {
    failed = false;
  } else if (status == 200 && request->body[0] == '{') {
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
    keep_waiting(doc, mono,
                 1000.0 * (request->retry_after_s > 7 ? request->retry_after_s : 7));
  } else if (doc->denied) {
    keep_waiting(doc, mono, slow_ms(doc->denied));
  }
  request->failed = failed;
  check_failures(w, doc, mono, failed);
}

/* --- The wait that the tabs share ------------------------------------------------- */

/* The endpoint answers again: nothing waits for longer than the spread. */
static void end_wait(sim_world *w, sim_doc *doc) {
  if (doc->trouble) doc->hold = doc->denied = 0;
  doc->trouble = false;
  int poll = fh_poll(doc->agent, sim_clock(w, doc));
  if (doc->agent->outbox.queue.count[FH_WAITING] && poll > FH_SPREAD_MS + 1)
    sim_fail(w, "wait", "is over, and document %d waits %d ms", doc->id, poll);
}

static bool is_split(const sim_request *request) {
  bool bare =
      request->status == 422 || (request->status == 400 && request->body[0] != '{');
  return request->count > 1 && !request->ask && (request->status == 413 || bare);
}

void sim_check_telling(sim_world *w, sim_doc *doc, const sim_request *request, int ms) {
  int poll = fh_poll(doc->agent, sim_clock(w, doc));
  if (doc->silenced) return;
  if (request->failed) {
    doc->trouble = true;
    bool waits = doc->agent->outbox.queue.count[FH_WAITING]; /* else for a beacon's end */
    if (waits && poll > 0 && (ms > poll || ms < poll - 1))
      sim_fail(w, "wait", "%d ms, others are told %d", poll, ms);
    return;
  }
  if (is_split(request) && ms == -1) return; /* it may tell so later */
  if (ms != (doc->trouble ? 0 : -1))
    sim_fail(w, "wait", "%d is told after an answer", ms);
  end_wait(w, doc);
}

void sim_note_told(sim_world *w, sim_doc *doc, int ms) {
  fh_clock clock = sim_clock(w, doc);
  if (ms > 0) {
    keep_waiting(doc, clock.mono, ms < FH_SLOW_CAP_MS ? ms : FH_SLOW_CAP_MS);
    doc->trouble = true;
    return;
  }
  end_wait(w, doc);
}

/* --- Rows ------------------------------------------------------------------------------
 */

enum {
  SIM_COUNTED = SIM_EVICTED | SIM_SILENCED | SIM_GIVEN_UP,
  SIM_SETTLED = SIM_STORED | SIM_REFUSED | SIM_COUNTED
};

static void must_be_settled(sim_world *w, sim_doc *owner, uint32_t seq, void *context) {
  (void)context;
  if (!(owner->event[seq].flags & SIM_SETTLED))
    sim_fail(w, "row deleted", "its event %d.%u is not settled", owner->id, seq);
}

void sim_check_done(sim_world *w, sim_doc *doc, const char *keys, int count) {
  for (int i = 0; i < count; i++) {
    const sim_row *row =
        sim_row_of(w, doc, (const unsigned char *)keys + i * FH_KEY_BYTES);
    if (row) visit_row(w, row, must_be_settled, NULL);
  }
}

/* --- The end
 * ----------------------------------------------------------------------------- */

/* A page that has lived on a healthy network long enough has sent everything,
 * and its rows are deleted. */
void sim_check_living(sim_world *w, sim_doc *doc) {
  if (!doc->up) return;
  bool whole = !doc->ever_left && !doc->silenced;
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
 * timers (1 s), a database that opens late, a commit that is slow. One that sleeps
 * has spilled the rest, which is durable as soon as localStorage is. */
static void note_young(sim_world *w, const sim_doc *doc, uint32_t seq) {
  sim_time age = (doc->leaving ? doc->left_at : doc->died) - doc->event[seq].born;
  w->counts->young++;
  w->counts->young_age[age < 10 * SIM_MS    ? 0
                       : age < 100 * SIM_MS ? 1
                       : age < SIM_SECOND   ? 2
                                            : 3]++;
  if (age > 5 * SIM_SECOND && !w->ls_denied && !doc->event[seq].last)
    sim_fail(w, "lost", "event %d.%u, %lld ms old when its page died", doc->id, seq,
             (long long)(age / SIM_MS));
}

static void check_event(sim_world *w, const sim_doc *doc, uint32_t seq) {
  int flags = doc->event[seq].flags;
  if (!(flags & SIM_QUEUED)) return;
  if ((flags & SIM_STORED) && (flags & SIM_COUNTED)) w->counts->dropped_but_stored++;
  if (flags & SIM_GIVEN_UP) w->counts->given_up++;
  if (flags & SIM_SETTLED) return;
  if (flags & SIM_DURABLE) {
    sim_fail(w, "lost", "event %d.%u was durable", doc->id, seq);
  } else if (doc->no_journal || doc->open_fails || doc->shut) {
    w->counts->young_memory++;
  } else if (!doc->may_lose) {
    sim_fail(w, "lost gently", "event %d.%u, though its page ended in peace", doc->id,
             seq);
  } else if (doc->no_room) {
    w->counts->young_no_room++;
  } else {
    note_young(w, doc, seq);
  }
}

void sim_check_end(sim_world *w) {
  for (int d = 0; d < w->docs; d++)
    for (uint32_t i = 0; i < w->doc[d].events; i++) check_event(w, &w->doc[d], i);
  if (!w->crowd) return;
  w->counts->crowds++;
  w->counts->crowd_most[w->most_firsts]++;
}
