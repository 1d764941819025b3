/* What a call of the core may take out of its queue: listed before the call and
 * compared after it. */
#include "sim.h"

typedef struct entry {
  sim_doc *owner;
  uint32_t seq, row;
  uint8_t state;
  bool there; /* after the call */
} entry;

enum { MOST = 8192 };

static entry held[MOST];
static int count;

static void walk(sim_world *w, sim_doc *doc,
                 void (*work)(sim_world *, sim_doc *, const fh_record *)) {
  const fh_queue *queue = &doc->agent->outbox.queue;
  sim_doc *owner = NULL;
  for (const char *at = queue->block; at < queue->block + queue->len;) {
    const fh_record *record = (const fh_record *)(const void *)at;
    if (record->state == FH_TAIL)
      owner = sim_stream_owner(w, (const unsigned char *)(record + 1));
    else if (record->state != FH_GONE)
      work(w, owner, record);
    at += (sizeof *record + record->len + 7) / 8 * 8;
  }
}

static void list(sim_world *w, sim_doc *owner, const fh_record *record) {
  if (count == MOST) sim_fail(w, "bounds", "more events than the queue can hold");
  held[count++] = (entry){owner, record->seq, record->row, record->state, false};
}

/* The queue keeps its order, so one pass finds what is no longer there. */
static int found;

static void find(sim_world *w, sim_doc *owner, const fh_record *record) {
  (void)w;
  for (int i = found; i < count; i++)
    if (held[i].owner == owner && held[i].seq == record->seq) {
      held[i].there = true;
      found = i + 1;
      return;
    }
}

void sim_hold(sim_world *w, sim_doc *doc) {
  count = 0;
  walk(w, doc, list);
}

void sim_hold_new(sim_world *w, sim_doc *doc, uint32_t seq) {
  if (count == MOST) sim_fail(w, "bounds", "more events than the queue can hold");
  held[count++] = (entry){doc, seq, FH_NO_ROW, FH_WAITING, false};
}

static void compare(sim_world *w, sim_doc *doc) {
  found = 0;
  walk(w, doc, find);
}

static bool is_loose(const entry *e) {
  return e->state == FH_WAITING || e->state == FH_HANDED;
}

static bool same_row(const entry *a, const entry *b) {
  return a->owner == b->owner && a->row == b->row && a->row != FH_NO_ROW;
}

static void key_of(const entry *e, unsigned char key[FH_KEY_BYTES]) {
  memcpy(key, e->owner->stream, FH_KEY_BYTES);
  for (int i = 0; i < 4; i++) key[12 + i] = (unsigned char)(e->row >> (24 - 8 * i));
}

static bool is_named(const entry *e, const char *keys, int named) {
  unsigned char key[FH_KEY_BYTES];
  key_of(e, key);
  for (int i = 0; i < named; i++)
    if (memcmp(keys + i * FH_KEY_BYTES, key, sizeof key) == 0) return true;
  return false;
}

/* A row of which something vanished is named where nothing of it is left, and
 * only there. */
static void check_named(sim_world *w, const entry *e, bool whole, const char *keys,
                        int named) {
  bool left = false;
  for (int i = 0; i < count; i++) left |= same_row(&held[i], e) && held[i].there;
  if (left && whole)
    sim_fail(w, "row", "split: %d.%u goes, another event of its row stays", e->owner->id,
             e->seq);
  if (left == is_named(e, keys, named))
    sim_fail(w, "row", "%d.%u is %s", e->owner->id, e->row,
             left ? "named and not done with" : "done with and not named");
}

static void check_all_named(sim_world *w, bool whole, const char *keys, int named) {
  const entry *last = NULL;
  for (int i = 0; i < count; i++) {
    const entry *e = &held[i];
    if (e->there || e->row == FH_NO_ROW || (last && same_row(last, e))) continue;
    check_named(w, e, whole, keys, named);
    last = e;
  }
}

int sim_check_evicted(sim_world *w, sim_doc *doc, const char *keys, int named,
                      int *dropped) {
  int gone = 0;
  *dropped = 0;
  compare(w, doc);
  for (int i = 0; i < count; i++) {
    const entry *e = &held[i];
    if (e->there) continue;
    if (!is_loose(e) && !(e->state == FH_FLYING && doc->flight && doc->flight->ask))
      sim_fail(w, "evicted", "%d.%u, which is under way", e->owner->id, e->seq);
    gone++;
    if (e->row != FH_NO_ROW) continue;
    e->owner->event[e->seq].flags |= SIM_EVICTED;
    ++*dropped;
  }
  check_all_named(w, true, keys, named);
  return gone;
}

/* What had to go and what has gone are the same. */
static int check_gone(sim_world *w, sim_doc *doc,
                      bool (*had_to)(sim_world *, const entry *, const void *),
                      const void *context) {
  int gone = 0;
  compare(w, doc);
  for (int i = 0; i < count; i++) {
    const entry *e = &held[i];
    bool should = is_loose(e) && had_to(w, e, context);
    if (should == e->there)
      sim_fail(w, should ? "not forgotten" : "forgotten", "%d.%u", e->owner->id, e->seq);
    gone += !e->there;
  }
  return gone;
}

static bool is_acked(sim_world *w, const entry *e, const void *context) {
  (void)context;
  for (int i = 0; i < w->jar.count; i++)
    if (w->jar.ack[i].stream == e->owner->id) return e->seq <= w->jar.ack[i].number;
  return false;
}

int sim_check_acked(sim_world *w, sim_doc *doc, const char *keys, int named) {
  int gone = check_gone(w, doc, is_acked, NULL);
  check_all_named(w, false, keys, named);
  return gone;
}

static bool is_learnt(sim_world *w, const entry *e, const void *context) {
  const sim_request *request = context;
  (void)w;
  return request->has && request->has[e->seq - request->first];
}

/* What flew was asked for: it is gone where the relay has it. */
void sim_check_learnt(sim_world *w, sim_doc *doc, const sim_request *request,
                      const char *keys, int named) {
  bool heard = !request->failed;
  compare(w, doc);
  for (int i = 0; i < count; i++) {
    const entry *e = &held[i];
    bool should = e->state == FH_FLYING && is_learnt(w, e, request);
    if (should == e->there)
      sim_fail(w, "question", "%d.%u is %s", e->owner->id, e->seq,
               should ? "there and not forgotten" : "forgotten");
    if (heard && e->state == FH_FLYING)
      sim_settle_doubt(w, doc, e->owner, e->seq, should);
  }
  check_all_named(w, false, keys, named);
}

static sim_request *question;

static void note_asked(sim_world *w, sim_doc *owner, const fh_record *record) {
  if (record->state != FH_FLYING) return;
  if (owner->id != question->stream)
    sim_fail(w, "question", "of %d names events of %d", question->stream, owner->id);
  if (record->seq < question->first || record->seq > question->last)
    sim_fail(w, "question", "names %u, not within %u to %u", record->seq, question->first,
             question->last);
  if (question->count == MOST) sim_fail(w, "bounds", "too many in a question");
  question->seq[question->count++] = record->seq;
}

void sim_list_asked(sim_world *w, sim_doc *doc, sim_request *request) {
  static uint32_t seq[MOST];
  question = request;
  request->seq = seq;
  walk(w, doc, note_asked);
  if (!request->count) sim_fail(w, "question", "of nothing");
  request->seq = sim_alloc(w, request->count * sizeof *seq);
  memcpy(request->seq, seq, request->count * sizeof *seq);
  bool first = false, last = false;
  for (uint32_t i = 0; i < request->count; i++) {
    first |= seq[i] == request->first;
    last |= seq[i] == request->last;
  }
  if (!first || !last) sim_fail(w, "question", "its ends are not asked for");
}

static bool is_buried(sim_world *w, const entry *e, const void *context) {
  const sim_rows *absent = context;
  unsigned char key[FH_KEY_BYTES];
  (void)w;
  if (e->row == FH_NO_ROW) return false;
  key_of(e, key);
  for (int i = 0; i < absent->count; i++)
    if (memcmp(absent->row[i]->key, key, sizeof key) == 0) return true;
  return false;
}

int sim_check_buried(sim_world *w, sim_doc *doc, const sim_rows *absent) {
  int gone = check_gone(w, doc, is_buried, absent);
  for (int i = 0; i < count; i++)
    if (!held[i].there) held[i].owner->event[held[i].seq].flags |= SIM_BURIED;
  return gone;
}
