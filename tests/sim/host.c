/* What js-shim/delivery.js does, in the same order. Names are its names. */
#include <stdio.h>

#include "sim.h"

static int in_io(sim_doc *doc, const char *text) {
  size_t len = strlen(text);
  memcpy(fh_io(doc->agent), text, len);
  return (int)len;
}

/* Writes {"cookie":…,"store":… into io; its length. */
static size_t put_stored(sim_world *w, sim_doc *doc) {
  fh_writer writer = fh_writer_on(fh_io(doc->agent), FH_IO_BYTES);
  fh_put(&writer, "{\"cookie\":");
  fh_put_string(&writer, w->cookie, (size_t)w->cookie_len);
  fh_put(&writer, ",\"store\":");
  fh_put_string(&writer, w->store, (size_t)w->store_len);
  return writer.len;
}

void sim_host_up(sim_world *w, sim_doc *doc) {
  if (doc->up) return;
  sim_dice dice = {doc->dice.state ^ 0x5EED};
  uint32_t entropy[4];
  for (int i = 0; i < 4; i++) entropy[i] = (uint32_t)sim_roll(&dice);
  size_t len = put_stored(w, doc);
  len += (size_t)snprintf(
      fh_io(doc->agent) + len, FH_IO_BYTES - len,
      ",\"key\":\"k\",\"entropy\":[%u,%u,%u,%u],"
      "\"browser\":{\"locale\":\"de\",\"userAgent\":\"sim\"},"
      "\"page\":{\"url\":\"https://shop.example/%d\",\"title\":\"t\"}}",
      entropy[0], entropy[1], entropy[2], entropy[3], doc->id);
  if (fh_start(doc->agent, len, sim_clock(w, doc)) != FH_ABI_VERSION)
    sim_fail(w, "start", "document %d does not start", doc->id);
  fh_clock clock = sim_clock(w, doc);
  doc->anchor = clock.wall - clock.mono;
  memcpy(doc->stream, &doc->agent->outbox.envelope.stream, FH_STREAM_BYTES);
  if (sim_stream_owner(w, doc->stream))
    sim_fail(w, "bad id", "two documents share a stream");
  doc->up = true;
  w->counts->lives++;
}

/* What another document has stored of the visitor. */
static void restore(sim_world *w, sim_doc *doc) {
  size_t len = put_stored(w, doc);
  fh_io(doc->agent)[len++] = '}';
  fh_restore(doc->agent, len);
  sim_check_core(w, doc);
}

/* The other pages that are awake hear of it (the event "storage"). */
static void save_state(sim_world *w, sim_doc *doc) {
  w->cookie_len = fh_state(doc->agent, FH_STATE_COOKIE);
  memcpy(w->cookie, fh_io(doc->agent), (size_t)w->cookie_len);
  w->store_len = fh_state(doc->agent, FH_STATE_STORE);
  memcpy(w->store, fh_io(doc->agent), (size_t)w->store_len);
  for (int i = 0; i < SIM_TABS; i++) {
    sim_doc *other = w->shown[i];
    if (other && other != doc && other->up && other->life == SIM_LIVE) restore(w, other);
  }
}

static void save(sim_world *w, sim_doc *doc) {
  if (doc->unsaved) {
    save_state(w, doc);
    doc->counted = false;
  }
  doc->unsaved = false;
  if (doc->no_journal) return;
  for (int len; (len = fh_journal(doc->agent)) > 0; sim_step(w))
    sim_journal_add(w, doc, fh_io(doc->agent), (size_t)len);
  if (doc->leaving)
    sim_journal_leave(w, doc);
  else
    sim_journal_commit(w, doc);
  sim_step(w);
}

static void send(sim_world *w, sim_doc *doc, int why) {
  if (doc->waking) return;
  int len = fh_take(doc->agent, why, sim_clock(w, doc));
  sim_check_core(w, doc);
  if (len > 0) {
    sim_post(w, doc, (size_t)len, why);
    sim_abort_net(doc);
  }
  sim_step(w);
}

/* What waits lies with the browser too, made anew at most twice a second. */
static void net(sim_world *w, sim_doc *doc) {
  double mono = sim_clock(w, doc).mono;
  if (doc->unreached || mono < doc->net_at + 500) return;
  const uint32_t *count = doc->agent->outbox.queue.count;
  uint32_t waiting = count[FH_WAITING];
  int len = fh_take(doc->agent, FH_NET, sim_clock(w, doc));
  sim_check_core(w, doc);
  if (count[FH_WAITING] != waiting) sim_fail(w, "net", "a copy changes what it copies");
  if (len <= 0) return;
  sim_abort_net(doc);
  doc->net = sim_later(w, doc, (size_t)len);
  doc->net_at = mono;
  w->counts->nets += doc->net != NULL;
  sim_step(w);
}

void sim_host_tick(sim_world *w, sim_doc *doc) {
  sim_cancel(w, SIM_T_TICK, doc->id);
  doc->timer = 0;
  if (doc->waking) return; /* and ticks when it has read */
  send(w, doc, FH_WHEN_DUE);
  net(w, doc);
  int ms = fh_poll(doc->agent, sim_clock(w, doc));
  doc->busy = ms == 0 && !doc->flight ? doc->busy + 1 : 0;
  if (doc->busy > 100)
    sim_fail(w, "busy", "document %d is due and has nothing to send", doc->id);
  if (ms < 0) return;
  doc->timer = 1;
  sim_at(w, w->now + ms * SIM_MS, SIM_T_TICK, doc->id, NULL);
}

void sim_host_soon(sim_world *w, sim_doc *doc) {
  doc->later = 0;
  save(w, doc);
  if (doc->timer)
    net(w, doc);
  else
    sim_host_tick(w, doc);
}

static bool hand(sim_world *w, sim_doc *doc, size_t len, bool at_end) {
  return (at_end && sim_hand_later(w, doc, len)) || sim_beacon(w, doc, len);
}

/* What is asked for goes by beacon as well: its answer is then of nothing. */
static int take_last(sim_world *w, sim_doc *doc) {
  if (doc->flight && doc->flight->ask) doc->flight->taken_back = true;
  return fh_take(doc->agent, FH_LAST, sim_clock(w, doc));
}

static void hand_over(sim_world *w, sim_doc *doc, bool at_end) {
  sim_abort_net(doc);
  if (doc->waking) return;
  for (int len, result; (len = take_last(w, doc)) > 0;) {
    const uint32_t *count = doc->agent->outbox.queue.count;
    uint32_t handed = count[FH_HANDED], leaving = count[FH_LEAVING];
    bool taken = hand(w, doc, (size_t)len, at_end);
    sim_step(w);
    result = fh_ack(doc->agent, taken ? FH_BEACON_TAKEN : FH_BEACON_REFUSED, 0, 0,
                    sim_clock(w, doc));
    sim_check_core(w, doc);
    if (count[FH_HANDED] != (taken ? handed + leaving : handed))
      sim_fail(w, "beacon", "what was %s is not", taken ? "taken" : "refused");
    if (taken) sim_doubt_copy(w, doc);
    if (result < 0) return;
  }
  sim_check_handed(w, doc);
}

static void leave(sim_world *w, sim_doc *doc, bool at_end) {
  if (!doc->leaving) doc->left_at = w->now - w->asleep;
  doc->leaving = true;
  hand_over(w, doc, at_end);
  doc->unsaved |= doc->counted;
  save(w, doc);
}

static void delete_rows(sim_world *w, sim_doc *doc, int keys) {
  if (!doc->no_journal && keys > 0) sim_journal_delete(w, doc, fh_io(doc->agent), keys);
}

/* A row that is given up: its events are counted, in the ledger where they are
 * the page's own. */
static void give_up(sim_world *w, sim_doc *doc, const sim_row *row, int error) {
  memcpy(fh_io(doc->agent), row->data, row->len);
  int events = fh_adopt(doc->agent, row->len, error, sim_clock(w, doc));
  if (events != sim_events_in(w, row))
    sim_fail(w, "lost", "%d events are counted", events);
  sim_mark_row(w, row, SIM_GIVEN_UP);
  if (memcmp(row->key, doc->stream, 12) == 0)
    doc->dropped += events;
  else
    doc->lost += events;
  w->counts->lost += (uint64_t)events;
  sim_check_core(w, doc);
}

/* Rows that left the queue for younger events: what is stored comes back. */
static void park(sim_world *w, sim_doc *doc, int count) {
  unsigned char key[FH_IO_BYTES / FH_KEY_BYTES][FH_KEY_BYTES];
  memcpy(key, fh_io(doc->agent), (size_t)count * FH_KEY_BYTES);
  for (int i = 0; i < count; i++) {
    sim_row *row = NULL;
    doc->orphans = 1;
    w->counts->parked++;
    if (sim_journal_park(w, doc, key[i], &row) || !row) continue;
    give_up(w, doc, row, FH_ERR_FULL);
    sim_journal_delete(w, doc, (const char *)key[i], 1);
  }
}

void sim_host_call(sim_world *w, sim_doc *doc, int len, bool poison) {
  sim_before_event(w, doc);
  int result = fh_event(doc->agent, len, sim_clock(w, doc));
  sim_after_event(w, doc, result);
  if (result > 0 && (result & FH_QUEUED)) doc->event[doc->events - 1].poison = poison;
  if (result < 0) return;
  if (result >> FH_KEYS_SHIFT) park(w, doc, result >> FH_KEYS_SHIFT);
  if (result & FH_SAVE) doc->unsaved = true;
  doc->counted = true;
  if (doc->leaving) {
    leave(w, doc, true);
  } else if (!doc->later) {
    doc->later = 1; /* a microtask in a page that is hidden, else a timer */
    sim_time at = doc->hidden ? 0 : w->now + sim_below(&doc->dice, 4 * SIM_MS);
    sim_at(w, at, SIM_T_SOON, doc->id, NULL);
  }
}

static void flush_next(sim_world *w, sim_doc *doc) {
  save(w, doc);
  send(w, doc, FH_NOW);
  doc->flushing = doc->flight != NULL;
}

void sim_host_flush(sim_world *w, sim_doc *doc) {
  sim_host_up(w, doc);
  flush_next(w, doc);
}

void sim_host_hidden(sim_world *w, sim_doc *doc) {
  if (!doc->up) return;
  doc->unsaved |= doc->counted;
  save(w, doc);
  send(w, doc, FH_NOW);
  hand_over(w, doc, false);
}

void sim_host_leave(sim_world *w, sim_doc *doc, bool at_end) {
  if (doc->up) leave(w, doc, at_end);
}

static bool is_idle(sim_world *w, sim_doc *doc) {
  /* fh_poll is -1 also while a request flies. */
  return !doc->flight && fh_poll(doc->agent, sim_clock(w, doc)) < 0;
}

static void look_again(sim_world *w, sim_doc *doc) {
  if (doc->orphans && is_idle(w, doc)) sim_host_look(w, doc);
}

void sim_host_seen(sim_world *w, sim_doc *doc) {
  if (!doc->up || doc->leaving) return;
  restore(w, doc);
  save(w, doc);
  sim_host_tick(w, doc);
  look_again(w, doc);
}

void sim_host_online(sim_world *w, sim_doc *doc) {
  if (!doc->up) return;
  fh_wait(doc->agent, 0, sim_clock(w, doc));
  sim_note_told(w, doc, 0);
  sim_host_tick(w, doc);
  if (!doc->hidden) send(w, doc, FH_NOW);
}

/* --- Waking -------------------------------------------------------------------- */

/* What a beacon has brought: by the cookie of its answer. */
static void read_cookie(sim_world *w, sim_doc *doc) {
  size_t len = sim_print_jar(w, fh_io(doc->agent), FH_IO_BYTES);
  if (!len) return;
  sim_hold(w, doc);
  int keys = fh_acknowledged(doc->agent, len);
  int gone = sim_check_acked(w, doc, fh_io(doc->agent), keys);
  if (gone) sim_say(w, doc, "learns of %d events from the cookie", gone);
  w->counts->acked += (uint64_t)gone;
  doc->live -= gone;
  sim_check_done(w, doc, fh_io(doc->agent), keys);
  sim_check_core(w, doc);
  delete_rows(w, doc, keys);
}

static void bury(sim_world *w, sim_doc *doc, const sim_rows *absent) {
  char *io = fh_io(doc->agent);
  sim_hold(w, doc);
  for (int i = 0; i < absent->count; i++)
    memcpy(io + i * FH_KEY_BYTES, absent->row[i]->key, FH_KEY_BYTES);
  int told = fh_forget(doc->agent, (size_t)absent->count * FH_KEY_BYTES);
  int gone = sim_check_buried(w, doc, absent);
  if (told != gone) sim_fail(w, "forgotten", "%d events, said %d", gone, told);
  if (gone) sim_say(w, doc, "forgets %d events whose rows are deleted", gone);
  w->counts->forgotten += (uint64_t)gone;
  doc->live -= gone;
  sim_check_core(w, doc);
}

void sim_host_wake(sim_world *w, sim_doc *doc) {
  if (!doc->up) return;
  sim_wake *wake = sim_alloc(w, sizeof *wake);
  wake->number = ++doc->wakes;
  sim_note_wake(w, doc);
  doc->leaving = false;
  doc->waking = true;
  if (doc->no_journal) {
    sim_host_woken(w, doc, wake);
    return;
  }
  sim_journal_read(w, doc, wake);
  sim_at(w, w->now + SIM_SECOND, SIM_T_WOKEN, doc->id, wake);
}

void sim_host_reread(sim_world *w, sim_doc *doc, const sim_tx *tx) {
  if (!tx->failed)
    bury(w, doc, &tx->absent);
  else
    w->counts->woken_blind++;
  if (tx->wake->number >= doc->first_wake) doc->unread = 0;
  sim_host_woken(w, doc, tx->wake);
}

void sim_host_woken(sim_world *w, sim_doc *doc, sim_wake *wake) {
  if (wake->over) return;
  wake->over = true;
  if (wake->number != doc->wakes) return; /* it has slept again meanwhile */
  doc->waking = false;
  read_cookie(w, doc);
  sim_host_seen(w, doc);
}

/* --- Answers ------------------------------------------------------------------- */

void sim_host_told(sim_world *w, sim_doc *doc, int ms) {
  sim_say(w, doc, "is told to wait %d ms", ms);
  w->counts->told++;
  fh_wait(doc->agent, ms, sim_clock(w, doc));
  sim_note_told(w, doc, ms);
  sim_host_tick(w, doc);
}

/* By BroadcastChannel, which does not reach a page that is frozen or cached. */
static int tell(sim_world *w, sim_doc *doc, const sim_request *request) {
  int ms = fh_wait(doc->agent, -1, sim_clock(w, doc));
  sim_check_telling(w, doc, request, ms);
  if (ms < 0) return ms;
  sim_say(w, doc, "tells the others to wait %d ms", ms);
  for (int i = 0; i < SIM_TABS; i++) {
    const sim_doc *other = w->shown[i];
    if (other && other != doc && other->up)
      sim_at(w, w->now + sim_below(&doc->dice, 5 * SIM_MS), SIM_T_TOLD, other->id,
             (void *)(intptr_t)ms);
  }
  return ms;
}

void sim_host_look(sim_world *w, sim_doc *doc) {
  doc->orphans = 0;
  sim_journal_claim(w, doc);
}

void sim_host_answer(sim_world *w, sim_doc *doc, sim_request *request) {
  doc->flight = NULL;
  doc->unreached = request->status == 0;
  if (doc->unreached) doc->keepalive_from = sim_clock(w, doc).mono + 30000;
  sim_before_ack(w, doc, request);
  if (request->ask) sim_hold(w, doc);
  int len = request->body ? in_io(doc, request->body) : 0;
  int done = fh_ack(doc->agent, request->status, (size_t)len, request->retry_after_s,
                    sim_clock(w, doc));
  sim_check_done(w, doc, fh_io(doc->agent), done);
  if (request->ask && !doc->silenced)
    sim_check_learnt(w, doc, request, fh_io(doc->agent), done);
  sim_check_core(w, doc);
  sim_step(w);
  delete_rows(w, doc, done);
  int ms = tell(w, doc, request);
  sim_host_tick(w, doc);
  look_again(w, doc);
  if (!doc->flushing) return;
  if (ms <= 0 && request->status)
    flush_next(w, doc);
  else
    doc->flushing = false;
}

static void take_over(sim_world *w, sim_doc *doc, const sim_row *row) {
  memcpy(fh_io(doc->agent), row->data, row->len);
  int events = fh_adopt(doc->agent, row->len, 0, sim_clock(w, doc));
  if (events < 0) sim_fail(w, "row", "a row of ours is called broken");
  sim_say(w, doc, "adopts %d events", events);
  /* No room again. */
  if (!events)
    sim_journal_park(w, doc, row->key, &(sim_row *){NULL});
  else
    sim_doubt_row(w, doc, row);
  doc->orphans += events;
  doc->live += events;
  w->counts->adopted += (uint64_t)events;
  sim_check_core(w, doc);
  sim_step(w);
}

/* The rest of adopt(), when it knows the rows that are nobody's. */
void sim_host_orphans(sim_world *w, sim_doc *doc, const sim_claim *claim) {
  for (int i = 0; i < claim->given_up.count; i++)
    give_up(w, doc, claim->given_up.row[i], FH_ERR_EXPIRED);
  for (int i = 0; i < claim->found.count; i++) take_over(w, doc, claim->found.row[i]);
  if (!claim->failed) read_cookie(w, doc);
  if (doc->orphans > 0) sim_host_tick(w, doc);
  sim_cancel(w, SIM_T_ADOPT, doc->id);
  if (doc->orphans && !is_idle(w, doc)) return;
  sim_at(w, w->now + (doc->orphans ? 0 : SIM_MINUTE), SIM_T_ADOPT, doc->id, NULL);
}
