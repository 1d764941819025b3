/* Requests on their way, and the relay at the other end. The relay commits
 * before it answers, and takes an event once, whatever came how often. A vendor
 * gets the same; it remembers ids for a day only. */
#include <stdio.h>

#include "sim.h"

static const char stored_body[] = "{\"success\":true}";

static sim_time delay(sim_world *w, sim_doc *doc) {
  sim_time ms = sim_between(&doc->dice, 2, 120);
  if (sim_chance(&doc->dice, w->slow)) ms += sim_below(&doc->dice, 20000);
  return ms * SIM_MS;
}

void sim_dispatch(sim_world *w, sim_doc *doc, sim_request *request, bool lost) {
  request->session = w->session;
  request->jar = w->jar;
  request->left = w->now + sim_between(&doc->dice, 0, 30) * SIM_MS;
  sim_time arrives = request->left + delay(w, doc);
  request->answer_after = delay(w, doc);
  request->answer_lost = sim_chance(&doc->dice, w->answer_loss);
  if (lost) return;
  sim_at(w, arrives, SIM_T_ARRIVE, -1, request);
  if (sim_chance(&doc->dice, w->doubling))
    sim_at(w, arrives + delay(w, doc), SIM_T_ARRIVE, -1, request);
}

void sim_post(sim_world *w, sim_doc *doc, size_t len, int why) {
  sim_request *request = sim_scan(w, doc, fh_io(doc->agent), len);
  if (request->ask) sim_list_asked(w, doc, request);
  sim_say(w, doc, "%s %u events of %d from %u, %u bytes",
          request->ask ? "asks for" : "posts", request->count, request->stream,
          request->first, request->bytes);
  w->counts->asks += request->ask;
  sim_check_post(w, doc, request, why);
  doc->flight = request;
  w->counts->requests++;
  w->counts->bytes += len;
  request->mortal = !doc->hidden && sim_clock(w, doc).mono < doc->keepalive_from;
  if (!request->mortal &&
      doc->keepalive + len > SIM_QUOTA) { /* fetch throws a TypeError */
    sim_at(w, w->now, SIM_T_ANSWER, doc->id, request);
    return;
  }
  request->held = !request->mortal;
  doc->keepalive += request->held ? (uint32_t)len : 0;
  bool lost = sim_chance(&doc->dice, w->loss);
  sim_dispatch(w, doc, request, lost);
  /* The time limit, or sooner where the loss is seen. */
  sim_time patience =
      lost && sim_chance(&doc->dice, 500) ? delay(w, doc) : 15 * SIM_SECOND;
  sim_at(w, w->now + patience, SIM_T_ANSWER, doc->id, request);
}

bool sim_beacon(sim_world *w, sim_doc *doc, size_t len) {
  sim_request *request = sim_scan(w, doc, fh_io(doc->agent), len);
  bool taken = w->engine == SIM_FIREFOX || doc->keepalive + len <= SIM_QUOTA;
  sim_say(w, doc, "beacon: %u events of %d from %u, %u bytes%s", request->count,
          request->stream, request->seq[0], request->bytes, taken ? "" : ", refused");
  sim_check_copy(w, doc, request);
  if (!taken) return false;
  w->counts->beacons++;
  w->counts->bytes += len;
  request->beacon = true;
  doc->keepalive += (uint32_t)len;
  sim_dispatch(w, doc, request, false);
  sim_at(w, request->left + 2 * request->answer_after, SIM_T_RELEASE, doc->id, request);
  return true;
}

/* --- The relay ------------------------------------------------------------------ */

static void store(sim_world *w, const sim_request *request) {
  sim_doc *owner = &w->doc[request->stream];
  for (uint32_t i = 0; !request->ask && i < request->count; i++) {
    sim_event *event = &owner->event[request->seq[i]];
    if (event->poison) {
      event->flags |= SIM_REFUSED;
      continue;
    }
    if (event->flags & SIM_STORED)
      w->counts->wire_doubles++;
    else
      w->counts->stored++;
    if (event->offered && w->now - event->offered > SIM_DAY) w->counts->vendor_doubles++;
    event->flags |= SIM_STORED;
    event->offered = w->now;
  }
}

static void refuse_single(sim_world *w, const sim_request *request) {
  if (request->count == 1 && !request->ask)
    w->doc[request->stream].event[request->seq[0]].flags |= SIM_REFUSED;
}

static void answer(sim_request *request, int status, const char *body) {
  request->status = status;
  request->body = body;
  request->has = NULL;
}

/* The numbers that are not stored: ranges from first to last. */
static const char *missing(sim_world *w, const sim_request *request, bool *has) {
  const sim_doc *owner = &w->doc[request->stream];
  uint32_t count = request->last - request->first + 1;
  char *body = sim_alloc(w, 64 + 24 * (size_t)count), *at = body;
  at += strlen(strcpy(at, "{\"success\":true,\"missing\":["));
  for (uint32_t i = 0; i < count; i++) {
    uint32_t seq = request->first + i;
    has[i] = seq < owner->events && (owner->event[seq].flags & SIM_STORED);
    if (has[i]) continue;
    bool begins = i == 0 || has[i - 1];
    if (begins) at += sprintf(at, "%s[%u,", at[-1] == '[' ? "" : ",", seq);
    bool more = i + 1 < count &&
                !(seq + 1 < owner->events && (owner->event[seq + 1].flags & SIM_STORED));
    if (!more) at += sprintf(at, "%u]", seq);
  }
  strcpy(at, "]}");
  return body;
}

static void answer_question(sim_world *w, sim_request *request) {
  switch (w->endpoint) {
    case SIM_RELAY: {
      bool *has = sim_alloc(w, request->last - request->first + 1);
      sim_set_cookie(w, request);
      answer(request, 200, missing(w, request, has));
      request->has = has;
      return;
    }
    case SIM_MUTE: answer(request, 200, stored_body); return;
    case SIM_BARE: answer(request, 400, "{\"message\":\"empty batch\"}"); return;
    case SIM_EMPTY: answer(request, 204, ""); return;
    case SIM_ENDPOINTS:
    case SIM_RIGID: answer(request, 500, "{\"success\":false}"); return;
  }
}

/* {"errors":[…]} with an element for each event that is refused. */
static const char *verdicts(sim_world *w, const sim_request *request) {
  char *body = sim_alloc(w, 40 + 14 * (size_t)request->poisoned), *at = body;
  at += strlen(strcpy(at, "{\"success\":false,\"errors\":["));
  for (uint32_t i = 0; i < request->poisoned; i++)
    at += strlen(strcpy(at, i ? ",{\"index\":0}" : "{\"index\":0}"));
  strcpy(at, "]}");
  return body;
}

static void take_batch(sim_world *w, sim_request *request) {
  if (request->ask) {
    answer_question(w, request);
  } else if (!request->poisoned) {
    store(w, request);
    sim_set_cookie(w, request);
    answer(request, 200, stored_body);
  } else if (w->details) {
    store(w, request);
    if (request->poisoned < request->count) sim_set_cookie(w, request);
    answer(request, request->poisoned == request->count ? 400 : 207,
           verdicts(w, request));
  } else {
    refuse_single(w, request);
    answer(request, request->seq[0] % 2 ? 400 : 422, "bad request");
  }
}

/* False: no answer comes. */
static bool judge(sim_world *w, sim_request *request) {
  switch (w->mode) {
    case SIM_DOWN: return false;
    case SIM_ERROR:
      if (w->status % 2) store(w, request);
      answer(request, w->status, w->status == 503 ? "" : "{\"success\":false}");
      return true;
    case SIM_BUSY:
      answer(request, 429, "{\"retryAfter\":7}");
      request->retry_after_s = w->busy_s;
      return true;
    case SIM_SMALL:
      if (request->bytes <= w->small_bytes) break;
      refuse_single(w, request);
      answer(request, 413, "too large");
      return true;
    case SIM_DENIED: answer(request, w->status, "{}"); return true;
    case SIM_STOP: answer(request, 410, ""); return true;
    case SIM_PORTAL: answer(request, 200, "<html>Welcome to Wi-Fi</html>"); return true;
    case SIM_RESET: store(w, request); return false;
    case SIM_HANG:
      if (w->small_bytes % 2) store(w, request);
      request->answer_lost = true;
      return true;
    case SIM_UP:
    case SIM_MODES: break;
  }
  take_batch(w, request);
  return true;
}

static void reply(sim_world *w, sim_doc *doc, sim_request *request, bool answered) {
  if (request->beacon || request->answered || doc->life == SIM_GONE) return;
  if (!answered)
    answer(request, 0, NULL);
  else if (request->answer_lost)
    return;
  sim_at(w, w->now + request->answer_after, SIM_T_ANSWER, doc->id, request);
}

void sim_arrive(sim_world *w, sim_request *request) {
  sim_doc *doc = &w->doc[request->doc];
  w->counts->answer[w->mode]++;
  int status = request->status, retry_after_s = request->retry_after_s;
  const char *body = request->body;
  bool *has = request->has;
  bool answered = judge(w, request);
  sim_say(w, doc, "  arrives, %u events of %d from %u: %s, %d", request->count,
          request->stream, request->first, sim_mode_name[w->mode],
          answered ? request->status : 0);
  if (w->mode_left && --w->mode_left == 0) w->mode = SIM_UP;
  if (request->answer_lost || request->answered) {
    /* What does not reach the page must not be taken for what did. */
    request->status = request->answered ? status : 0;
    request->retry_after_s = request->answered ? retry_after_s : 0;
    request->body = request->answered ? body : NULL;
    request->has = request->answered ? has : NULL;
  }
  reply(w, doc, request, answered);
}
