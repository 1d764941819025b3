/* What speaks for a page that is no longer there: requests that the browser
 * sends by fetchLater, and the cookie _fh_ack by which the next page learns what
 * became of them (relay/ackcookie.mjs). */
#include <stdio.h>

#include "sim.h"

/* --- fetchLater: Chromium only ------------------------------------------------- */

sim_request *sim_later(sim_world *w, sim_doc *doc, size_t len) {
  if (!w->fetch_later || doc->deferred_bytes + len > SIM_QUOTA) return NULL;
  sim_request *request = sim_scan(w, doc, fh_io(doc->agent), len);
  sim_check_copy(w, doc, request);
  request->beacon = request->deferred = true;
  doc->deferred_bytes += (uint32_t)len;
  return request;
}

bool sim_hand_later(sim_world *w, sim_doc *doc, size_t len) {
  if (doc->deferred_count == SIM_DEFERRED) return false;
  sim_request *request = sim_later(w, doc, len);
  if (!request) return false;
  sim_say(w, doc, "hands over %u events of %d from %u, to be sent later", request->count,
          request->stream, request->seq[0]);
  doc->deferred[doc->deferred_count++] = request;
  w->counts->deferred++;
  return true;
}

void sim_abort_net(sim_doc *doc) {
  if (doc->net) doc->deferred_bytes -= doc->net->bytes;
  doc->net = NULL;
}

void sim_send_later(sim_world *w, sim_doc *doc) {
  if (doc->net) {
    sim_say(w, doc, "the net goes: %u events of %d from %u", doc->net->count,
            doc->net->stream, doc->net->seq[0]);
    w->counts->nets_sent++;
    sim_dispatch(w, doc, doc->net, false);
  }
  for (int i = 0; i < doc->deferred_count; i++)
    sim_dispatch(w, doc, doc->deferred[i], false);
  doc->net = NULL;
  doc->deferred_count = 0;
  doc->deferred_bytes = 0;
}

/* --- The cookie _fh_ack -------------------------------------------------------- */

/* The number up to which the relay has all of a stream; -1: not even the first. */
static int64_t through(sim_doc *doc) {
  while (doc->through < doc->events && (doc->event[doc->through].flags & SIM_STORED))
    doc->through++;
  return (int64_t)doc->through - 1;
}

static void put_ack(sim_world *w, sim_jar *jar, int stream) {
  int64_t number = through(&w->doc[stream]);
  for (int i = 0; i < jar->count; i++)
    if (jar->ack[i].stream == stream) return;
  if (number < 0 || jar->count == SIM_COOKIE_STREAMS) return;
  jar->ack[jar->count].stream = stream;
  jar->ack[jar->count++].number = (uint32_t)number;
}

/* The batch's stream first, then those that the cookie has named before. */
void sim_set_cookie(sim_world *w, sim_request *request) {
  if (!w->ack_cookie) return;
  sim_jar jar = {0};
  put_ack(w, &jar, request->stream);
  for (int i = 0; i < request->jar.count; i++)
    put_ack(w, &jar, request->jar.ack[i].stream);
  request->jar = jar;
  sim_request *answer = sim_alloc(w, sizeof *answer); /* a double has one of its own */
  *answer = *request;
  if (jar.count && !request->answer_lost)
    sim_at(w, w->now + request->answer_after, SIM_T_COOKIE, -1, answer);
}

void sim_store_cookie(sim_world *w, const sim_request *request) {
  if (request->session != w->session) return; /* the browser has ended meanwhile */
  w->jar = request->jar;
  sim_at(w, w->now + sim_between(&w->dice, 1, 30) * SIM_SECOND, SIM_T_JAR, -1, NULL);
}

/* As the page reads it; what it says is checked by sim_check_acked. */
size_t sim_print_jar(const sim_world *w, char *out, size_t cap) {
  size_t len = 0;
  for (int i = 0; i < w->jar.count; i++) {
    const unsigned char *stream = w->doc[w->jar.ack[i].stream].stream;
    if (i) out[len++] = '.';
    for (int j = 0; j < 12; j++)
      len += (size_t)snprintf(out + len, cap - len, "%02x", stream[j]);
    len += (size_t)snprintf(out + len, cap - len, "-%u", w->jar.ack[i].number);
  }
  return len;
}
