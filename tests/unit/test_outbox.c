#include "outbox.h"

#include "check.h"
#include "world.h"

static uint32_t waiting(void) { return agent.outbox.queue.count[FH_WAITING]; }

/* --- When --------------------------------------------------------------------- */

static void the_schedule(void) {
  start();
  CHECK(poll_ms() == -1);
  track("A", 1);
  CHECK(poll_ms() == FH_GATHER_MS + 1);
  pass(FH_GATHER_MS - 1);
  track("B", 1);
  CHECK(take(FH_WHEN_DUE) == 0);
  pass(1);
  CHECK(poll_ms() == 0 && take(FH_WHEN_DUE) == 2);
  track("C", 1);
  CHECK(poll_ms() == -1 && take(FH_WHEN_DUE) == 0 && take(FH_NOW) == 0);
  ack(200, ACCEPTED);
  CHECK(poll_ms() == FH_LULL_MS + 1);
  pass(FH_LULL_MS - 1);
  CHECK(take(FH_WHEN_DUE) == 0);
  pass(1);
  CHECK(take(FH_WHEN_DUE) == 1);
}

static void taking_nothing_changes_nothing(void) {
  start();
  CHECK(take(FH_WHEN_DUE) == 0 && take(FH_NOW) == 0 && take(FH_LAST) == 0);
  track("A", 1);
  CHECK(poll_ms() == FH_GATHER_MS + 1);
}

/* The wait after the n-th failure in a row is spread over 0 to 1 s * 2^n, at
 * most five minutes, but never shorter than the spacing. */
static void the_wait_after_failures(void) {
  for (uint32_t n = 0; n < 14; n++) {
    double cap = n < 7 ? FH_RETRY_BASE_MS * (double)(1 << n) : FH_RETRY_CAP_MS;
    double sum = 0, least = cap, most = 0;
    for (uint32_t seed = 0; seed < 200; seed++) {
      char config[96];
      sprintf(config, "{\"key\":\"k\",\"entropy\":[%u,22,33,44]}", seed * 2);
      start_with(config);
      track("A", 1);
      for (uint32_t i = 0; i < n; i++) take(FH_NOW), ack(503, "");
      take(FH_NOW);
      ack(FH_NO_ANSWER, "");
      double ms = poll_ms() - 1;
      CHECK(ms >= FH_SPACING_MS && ms < (cap > FH_SPACING_MS ? cap : FH_SPACING_MS + 1));
      sum += ms;
      if (ms < least) least = ms;
      if (ms > most) most = ms;
    }
    char row[32];
    sprintf(row, "after %u", n);
    CHECK_ROW(least < cap * 0.3 && most > cap * 0.9, row);
    CHECK_ROW(sum / 200 > cap * 0.4 && sum / 200 < cap * 0.65, row);
  }
}

static void a_success_ends_the_row_of_failures(void) {
  start();
  track("A", 1);
  for (int i = 0; i < 10; i++) take(FH_NOW), ack(503, "");
  take(FH_NOW);
  CHECK(strstr(page.body, "\"attempt\":11"));
  ack(200, ACCEPTED);
  track("B", 1);
  CHECK(poll_ms() == FH_SPACING_MS + 1);
  take(FH_NOW);
  CHECK(strstr(page.body, "\"attempt\":1,"));
  ack(503, "");
  CHECK(poll_ms() <= FH_RETRY_BASE_MS + 1);
}

static void an_endpoint_that_knows_us_not(void) {
  static const int statuses[] = {401, 403, 404};
  for (size_t i = 0; i < 3; i++) {
    start();
    track("A", 1);
    take(FH_NOW);
    CHECK(ack(statuses[i], "") == 0 && waiting() == 1);
    CHECK(poll_ms() == FH_SLOW_MS + 1);
  }
}

/* --- Too large and poisoned --------------------------------------------------- */

static void halves_after_413(void) {
  start();
  for (int i = 0; i < 8; i++) track("A", 4000);
  size_t before;
  CHECK(take(FH_NOW) == 8);
  for (int i = 0; page.events > 1 && i < 3; i++) {
    before = page.body_len;
    CHECK(ack(413, "") == 0 && waiting() == 8);
    CHECK(take(FH_NOW) > 0);
    CHECK(page.body_len <= before / 2);
  }
  CHECK(page.events == 1);
  for (int i = 0; page.events && i < 8; i++) {
    ack(200, ACCEPTED);
    CHECK(take(FH_NOW) <= 1);
  }
  for (int i = 0; i < 3; i++) track("B", 4000);
  CHECK(take(FH_NOW) == 1);                   /* the bound stays */
  CHECK(ack(413, "") == 0 && waiting() == 2); /* alone and too large: it is dropped */
  track("C", 1);
  take(FH_NOW);
  CHECK(strstr(page.body, "\"dropped\":{\"refused\":1}"));
}

/* Delivers everything to an endpoint that answers 400 to a batch with any of
 * the events `bad` (a bit each). How many requests; what arrived in *arrived. */
static int requests_with_poison(uint64_t bad, uint64_t *arrived) {
  int requests = 0;
  *arrived = 0;
  while (take(FH_NOW)) {
    uint64_t events = 0;
    for (uint32_t i = 0; i < page.events; i++) {
      CHECK(!(*arrived >> page.seq[i] & 1));
      events |= (uint64_t)1 << page.seq[i];
    }
    requests++;
    if (events & bad)
      ack(400, "");
    else
      ack(200, ACCEPTED), *arrived |= events;
    if (requests > 500) break;
  }
  return requests;
}

static void track_fifty(void) {
  start();
  for (int i = 0; i < 50; i++) track("E", 10);
}

static const uint64_t fifty = ((uint64_t)1 << 50) - 1;

static bool dropped_is(const char *expected) {
  track("last", 1);
  take(FH_NOW);
  return strstr(page.body, expected) != NULL;
}

/* In nine requests at most: the whole, a half each time, and the rest. */
static void one_poisoned_event_in_fifty(void) {
  int most = 0;
  for (int at = 0; at < 50; at++) {
    uint64_t bad = (uint64_t)1 << at, arrived;
    track_fifty();
    int requests = requests_with_poison(bad, &arrived);
    CHECK(arrived == (fifty & ~bad));
    CHECK(dropped_is("\"dropped\":{\"refused\":1}"));
    if (requests > most) most = requests;
  }
  CHECK(most == 9);
}

static void several_poisoned_events(void) {
  static const uint64_t rows[] = {3, (uint64_t)3 << 24, (uint64_t)1 << 49 | 1,
                                  0x2222222222222};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint64_t arrived;
    track_fifty();
    requests_with_poison(rows[i] & fifty, &arrived);
    CHECK(arrived == (fifty & ~rows[i]));
  }
  uint64_t arrived;
  track_fifty();
  CHECK(requests_with_poison(fifty, &arrived) <= 50 * 6);
  CHECK(arrived == 0 && dropped_is("\"dropped\":{\"refused\":50}"));
}

static void new_events_wait_behind_the_suspects(void) {
  start();
  for (int i = 0; i < 10; i++) track("A", 10);
  take(FH_NOW);
  ack(400, "");
  for (int i = 0; i < 10; i++) track("B", 10);
  CHECK(take(FH_NOW) == 5 && page.seq[4] == 4);
  ack(200, ACCEPTED);
  CHECK(take(FH_NOW) == 3 && page.seq[2] == 7);
}

/* --- Beacons ------------------------------------------------------------------ */

static void a_beacon_that_is_taken(void) {
  start();
  agent.outbox.asks = false;
  track("A", 1);
  track("B", 1);
  CHECK(take(FH_LAST) == 2);
  CHECK(ack(FH_BEACON_TAKEN, "") == 0);
  CHECK(take(FH_LAST) == 0 && take(FH_NOW) == 0);
  CHECK(poll_ms() == FH_HANDED_MS + 1);
  pass(FH_HANDED_MS - 1);
  CHECK(take(FH_NOW) == 0);
  pass(1);
  CHECK(poll_ms() == 0 && take(FH_WHEN_DUE) == 2);
  ack(200, ACCEPTED);
  CHECK(poll_ms() == -1);
}

static void a_beacon_that_is_refused(void) {
  start();
  for (int i = 0; i < 9; i++) track("A", 1);
  static const uint32_t halves[] = {9, 4, 2, 1};
  for (size_t i = 0; i < 4; i++) {
    CHECK(take(FH_LAST) == halves[i]);
    CHECK(ack(FH_BEACON_REFUSED, "") == (i < 3 ? 0 : -1) && waiting() == 9);
  }
  CHECK(take(FH_NOW) == 9);
  CHECK(ack(200, ACCEPTED) == 0);
}

static void a_beacon_beside_what_flies(void) {
  start();
  track("A", 1);
  CHECK(take(FH_NOW) == 1);
  track("B", 1);
  CHECK(take(FH_LAST) == 1 && page.seq[0] == 1);
  ack(FH_BEACON_TAKEN, "");
  track("C", 1);
  CHECK(ack(503, "") == 0 && waiting() == 2);
  CHECK(take(FH_NOW) == 2 && page.seq[0] == 0 && page.seq[1] == 2);
}

/* What was handed over is due when the later of its half minute and the wait
 * after a failure is over. */
static void handed_over_while_the_endpoint_is_away(void) {
  start();
  agent.outbox.asks = false;
  track("A", 1);
  take(FH_NOW);
  track("B", 1);
  take(FH_LAST);
  ack(FH_BEACON_TAKEN, "");
  ack(404, "");
  take(FH_LAST); /* A, too */
  ack(FH_BEACON_TAKEN, "");
  CHECK(waiting() == 0 && poll_ms() == FH_SLOW_MS + 1);
  pass(FH_SLOW_MS - 1);
  CHECK(take(FH_WHEN_DUE) == 0);
  pass(1);
  CHECK(take(FH_WHEN_DUE) == 2);
  ack(200, ACCEPTED);
  track("C", 1);
  take(FH_LAST);
  ack(FH_BEACON_TAKEN, "");
  CHECK(poll_ms() == FH_HANDED_MS + 1);
}

/* A full queue drops first what a beacon took: it has most likely arrived. */
static void a_full_queue_drops_what_was_handed_over(void) {
  start();
  for (int i = 0; i < 10; i++) track("A", 9900);
  while (take(FH_LAST) && page.seq[0] < 5) ack(FH_BEACON_TAKEN, "");
  ack(FH_BEACON_REFUSED, "");
  uint32_t handed = agent.outbox.queue.count[FH_HANDED], left = waiting();
  CHECK(handed >= 5 && handed < 10 && handed + left == 10);
  while (!agent.outbox.envelope.dropped[-FH_ERR_FULL]) track("B", 9900), left++;
  uint32_t dropped = agent.outbox.envelope.dropped[-FH_ERR_FULL];
  CHECK(dropped == 7);
  CHECK(agent.outbox.queue.count[FH_HANDED] == (handed > 7 ? handed - 7 : 0));
  CHECK(waiting() == left - (handed < 7 ? 7 - handed : 0));
}

/* Adopted events that are refused are in no ledger of the adopter. */
static void refused_events_of_another_document(void) {
  static _Alignas(8) char row[FH_IO_BYTES];
  for (int status = 200; status <= 413; status++) {
    if (status > 200 && status != 207 && status != 400 && status != 413) continue;
    start();
    track("A", 1);
    int len = fh_journal(&agent);
    memcpy(row, fh_io(&agent), (size_t)len);
    start_with("{\"key\":\"k\",\"entropy\":[55,66,77,88]}");
    memcpy(fh_io(&agent), row, (size_t)len);
    agent.outbox.asks = false;
    CHECK(fh_adopt(&agent, (size_t)len, 0, page.now) == 1);
    CHECK(take(FH_NOW) == 1 && !strstr(page.body, "dropped"));
    const char *answer = status == 200   ? ACCEPTED
                         : status == 207 ? "{\"errors\":[{}]}"
                                         : "";
    CHECK(ack(status, answer) == 1); /* the row is done with either way */
    CHECK(memcmp(fh_io(&agent), row, FH_KEY_BYTES) == 0);
    track("B", 1);
    CHECK(take(FH_NOW) == 1 && strstr(page.body, "\"dropped\":{}"));
  }
}

/* --- Silence ------------------------------------------------------------------ */

static void after_410(void) {
  start();
  for (int i = 0; i < 3; i++) track("A", 1);
  take(FH_LAST);
  ack(FH_BEACON_TAKEN, "");
  track("B", 1);
  take(FH_NOW);
  track("C", 1);
  CHECK(ack(410, "") == 0);
  CHECK(poll_ms() == -1);
  CHECK(track("D", 1) == FH_ERR_STOPPED);
  pass(FH_HANDED_MS);
  CHECK(take(FH_NOW) == 0 && take(FH_LAST) == 0 && take(FH_WHEN_DUE) == 0);
  CHECK(agent.outbox.envelope.dropped[-FH_ERR_STOPPED] == 6);
}

/* Whatever has become of them: waiting, under way, in a beacon. */
static void all_is_dropped(void) {
  start();
  track("handed", 1);
  take(FH_LAST);
  ack(FH_BEACON_TAKEN, "");
  track("flying", 1);
  track("flying", 1);
  CHECK(take(FH_NOW) == 2);
  track("waiting", 1);
  fh_outbox_drop_all(&agent.outbox, FH_ERR_CONSENT);
  const fh_queue *queue = &agent.outbox.queue;
  CHECK(queue->len == 0 && !fh_queue_has_events(queue));
  CHECK(agent.outbox.envelope.dropped[-FH_ERR_CONSENT] == 4);
  CHECK(fh_journal(&agent) == 0 && take(FH_LAST) == 0);
  fh_outbox_drop_all(&agent.outbox, FH_ERR_CONSENT);
  CHECK(agent.outbox.envelope.dropped[-FH_ERR_CONSENT] == 4);
  CHECK(ack(200, ACCEPTED) == 0 && poll_ms() == -1);
  track("after", 1);
  CHECK(take(FH_NOW) == 1 && page.seq[0] == 4);
}

int main(void) {
  RUN(the_schedule);
  RUN(taking_nothing_changes_nothing);
  RUN(the_wait_after_failures);
  RUN(a_success_ends_the_row_of_failures);
  RUN(an_endpoint_that_knows_us_not);
  RUN(halves_after_413);
  RUN(one_poisoned_event_in_fifty);
  RUN(several_poisoned_events);
  RUN(new_events_wait_behind_the_suspects);
  RUN(a_beacon_that_is_taken);
  RUN(a_beacon_that_is_refused);
  RUN(a_beacon_beside_what_flies);
  RUN(handed_over_while_the_endpoint_is_away);
  RUN(a_full_queue_drops_what_was_handed_over);
  RUN(refused_events_of_another_document);
  RUN(after_410);
  RUN(all_is_dropped);
  return finish();
}
