/* What js-shim/agent.js does, in the same order. Names are its names. */
#include <stdio.h>

#include "sim.h"

static int in_io(sim_doc *doc, const char *text) {
  size_t len = strlen(text);
  memcpy(fh_io(doc->agent), text, len);
  return (int)len;
}

void sim_host_up(sim_world *w, sim_doc *doc) {
  if (doc->up) return;
  sim_dice dice = {doc->dice.state ^ 0x5EED};
  uint32_t entropy[4];
  for (int i = 0; i < 4; i++) entropy[i] = (uint32_t)sim_roll(&dice);
  char *io = fh_io(doc->agent);
  int len = snprintf(io, FH_IO_BYTES,
                     "{\"key\":\"k\",\"entropy\":[%u,%u,%u,%u],\"cookie\":\"%.*s\",\"store\":\"%.*s\","
                     "\"browser\":{\"locale\":\"de\",\"userAgent\":\"sim\"},"
                     "\"page\":{\"url\":\"https://shop.example/%d\",\"title\":\"t\"}}",
                     entropy[0], entropy[1], entropy[2], entropy[3], w->cookie_len, w->cookie,
                     w->store_len, w->store, doc->id);
  if (fh_start(doc->agent, (size_t)len, sim_clock(w, doc)) != FH_ABI_VERSION)
    sim_fail(w, "start", "document %d does not start", doc->id);
  memcpy(doc->stream, &doc->agent->outbox.envelope.stream, FH_STREAM_BYTES);
  if (sim_stream_owner(w, doc->stream)) sim_fail(w, "bad id", "two documents share a stream");
  doc->up = true;
  w->counts->lives++;
}

static void save_state(sim_world *w, sim_doc *doc) {
  w->cookie_len = fh_state(doc->agent, FH_STATE_COOKIE);
  memcpy(w->cookie, fh_io(doc->agent), (size_t)w->cookie_len);
  w->store_len = fh_state(doc->agent, FH_STATE_STORE);
  memcpy(w->store, fh_io(doc->agent), (size_t)w->store_len);
}

static void save(sim_world *w, sim_doc *doc) {
  if (doc->unsaved) save_state(w, doc);
  doc->unsaved = false;
  if (doc->no_journal) return;
  for (int len; (len = fh_journal(doc->agent)) > 0; sim_step(w))
    sim_journal_add(w, doc, fh_io(doc->agent), (size_t)len);
  if (doc->leaving) sim_journal_leave(w, doc);
  else sim_journal_commit(w, doc);
  sim_step(w);
}

static void send(sim_world *w, sim_doc *doc, int why) {
  int len = fh_take(doc->agent, why, sim_clock(w, doc));
  sim_check_core(w, doc);
  if (len > 0) sim_post(w, doc, (size_t)len, why);
  sim_step(w);
}

void sim_host_tick(sim_world *w, sim_doc *doc) {
  sim_cancel(w, SIM_T_TICK, doc->id);
  doc->timer = 0;
  send(w, doc, FH_WHEN_DUE);
  int ms = fh_poll(doc->agent, sim_clock(w, doc));
  doc->busy = ms == 0 && !doc->flight ? doc->busy + 1 : 0;
  if (doc->busy > 100) sim_fail(w, "busy", "document %d is due and has nothing to send", doc->id);
  if (ms < 0) return;
  doc->timer = 1;
  sim_at(w, w->now + ms * SIM_MS, SIM_T_TICK, doc->id, NULL);
}

void sim_host_soon(sim_world *w, sim_doc *doc) {
  doc->later = 0;
  save(w, doc);
  if (!doc->timer) sim_host_tick(w, doc);
}

static void hand_over(sim_world *w, sim_doc *doc) {
  for (int len, result; (len = fh_take(doc->agent, FH_LAST, sim_clock(w, doc))) > 0;) {
    const uint32_t *count = doc->agent->outbox.queue.count;
    uint32_t handed = count[FH_HANDED], leaving = count[FH_LEAVING];
    bool taken = sim_beacon(w, doc, (size_t)len);
    sim_step(w);
    result = fh_ack(doc->agent, taken ? FH_BEACON_TAKEN : FH_BEACON_REFUSED, 0, 0,
                    sim_clock(w, doc));
    sim_check_core(w, doc);
    if (count[FH_HANDED] != (taken ? handed + leaving : handed))
      sim_fail(w, "beacon", "what was %s is not", taken ? "taken" : "refused");
    if (result < 0) break;
  }
}

static void leave(sim_world *w, sim_doc *doc) {
  hand_over(w, doc);
  save(w, doc);
}

void sim_host_call(sim_world *w, sim_doc *doc, int len, bool poison) {
  sim_before_event(w, doc);
  int result = fh_event(doc->agent, len, sim_clock(w, doc));
  sim_after_event(w, doc, result);
  if (result > 0 && (result & FH_QUEUED)) doc->event[doc->events - 1].poison = poison;
  if (result < 0) return;
  if (result & FH_SAVE) doc->unsaved = true;
  if (doc->leaving) {
    leave(w, doc);
  } else if (!doc->later) {
    doc->later = 1;
    sim_at(w, w->now, SIM_T_SOON, doc->id, NULL);
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
  save(w, doc);
  send(w, doc, FH_NOW);
  hand_over(w, doc);
}

void sim_host_pagehide(sim_world *w, sim_doc *doc) {
  doc->leaving = true;
  if (doc->up) leave(w, doc);
}

void sim_host_back(sim_world *w, sim_doc *doc) {
  doc->leaving = false;
  if (!doc->up) return;
  save(w, doc);
  send(w, doc, FH_NOW);
  sim_host_tick(w, doc);
}

void sim_host_look(sim_world *w, sim_doc *doc) {
  doc->orphans = 0;
  sim_journal_claim(w, doc);
}

void sim_host_answer(sim_world *w, sim_doc *doc, sim_request *request) {
  sim_before_ack(w, doc, request);
  doc->flight = NULL;
  int len = in_io(doc, request->body ? request->body : "");
  int done = fh_ack(doc->agent, request->status, (size_t)len, request->retry_after_s,
                    sim_clock(w, doc));
  sim_check_done(w, doc, fh_io(doc->agent), done);
  sim_check_core(w, doc);
  sim_step(w);
  if (!doc->no_journal && done > 0) sim_journal_delete(w, doc, fh_io(doc->agent), done);
  sim_host_tick(w, doc);
  /* fh_poll is -1 also while a request flies. */
  bool idle = !doc->flight;
  if (idle && doc->orphans && fh_poll(doc->agent, sim_clock(w, doc)) < 0) sim_host_look(w, doc);
  if (!doc->flushing) return;
  if (request->status == 200) flush_next(w, doc);
  else doc->flushing = false;
}

/* The end of adopt(): with the row that was claimed, or NULL where there was
 * none or the claim failed. */
void sim_host_adopt(sim_world *w, sim_doc *doc, sim_row *row) {
  if (!row) {
    sim_at(w, w->now + SIM_MINUTE, SIM_T_ADOPT, doc->id, NULL);
    return;
  }
  memcpy(fh_io(doc->agent), row->data, row->len);
  doc->orphans = fh_adopt(doc->agent, row->len, sim_clock(w, doc));
  if (doc->orphans < 0) sim_fail(w, "row", "a row of ours is called broken");
  sim_say(w, doc, "adopts %d events", doc->orphans);
  doc->live += doc->orphans;
  w->counts->adopted += (uint64_t)doc->orphans;
  sim_check_core(w, doc);
  sim_step(w);
  if (doc->orphans > 0) sim_host_tick(w, doc);
  else sim_at(w, w->now + SIM_MINUTE, SIM_T_ADOPT, doc->id, NULL);
}
