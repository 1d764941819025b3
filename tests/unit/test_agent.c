/* The promises of firsthand.h, to a host that does anything in any order. */
#include "check.h"
#include "dice.h"
#include "world.h"

#define EVENTS 4096

static uint64_t dice_state;
static uint32_t roll(uint32_t sides) { return dice(&dice_state, sides); }

/* What the endpoint has acknowledged, by number. */
static bool stored[EVENTS];
static uint32_t calls, issued, accepted;

static void check_body(uint32_t events) {
  int code;
  CHECK(events == 0 || tree_of(page.body, page.body_len, &code));
  CHECK(events < 2 || page.body_len <= FH_MAX_BATCH_BYTES);
  CHECK(page.body_len <= FH_IO_BYTES);
  for (uint32_t i = 1; i < events; i++) CHECK(page.seq[i] > page.seq[i - 1]);
}

static void random_call(void) {
  static const char *const calls_of[] = {
      "{\"type\":\"page\",\"properties\":{}}",
      "{\"type\":\"identify\",\"userId\":\"ada\",\"traits\":{}}",
      "{\"type\":\"track\",\"event\":\"B\",\"context\":{\"page\":{}}}",
      "{\"type\":\"track\",\"event\":\"C\",\"page\":{\"url\":\"//a?utm_a=b\"}}",
      "{\"type\":\"reset\"}",
      "{\"type\":\"track\"}",
      "{\"type\":\"track\",\"event\":\"D\"",
      "\xFF",
  };
  char cookie[128], again[128];
  int len = fh_state(&agent, FH_STATE_STORE);
  memcpy(cookie, fh_io(&agent), (size_t)len);
  uint32_t kind = roll(12);
  bool is_reset = kind == 4;
  int rc =
      kind < 8 ? call(calls_of[kind]) : track("E", roll(8) ? roll(600) : roll(40000));
  calls++;
  issued += !is_reset;
  accepted += rc >= 0 && !is_reset;
  if (rc >= 0) return;
  /* Refused: the visitor and the session are as they were. */
  CHECK(fh_state(&agent, FH_STATE_STORE) == len);
  memcpy(again, fh_io(&agent), (size_t)len);
  CHECK(memcmp(cookie, again, (size_t)len) == 0);
}

/* A question about what may have arrived: all of it is missing, or the endpoint
 * does not understand. */
static bool answer_question(void) {
  if (page.events || !page.body_len) return false;
  CHECK(strstr(page.body, "\"ask\":true"));
  ack(200, roll(8) ? "{\"success\":true,\"missing\":[[0,4095]]}" : ACCEPTED);
  return true;
}

static void random_request(void) {
  static const int statuses[] = {200, 200, 200, 0, 503, 429, 404, 413, 400, 200};
  uint32_t events = take((int)roll(2));
  check_body(events);
  if (answer_question() || !events) return;
  if (roll(3) == 0) random_call(); /* while it flies */
  int status = statuses[roll(10)];
  ack(status, status == 200 ? ACCEPTED : "");
  for (uint32_t i = 0; status == 200 && i < events; i++) {
    CHECK(!stored[page.seq[i]]); /* an event that was acknowledged is gone */
    stored[page.seq[i]] = true;
  }
}

static void random_beacon(void) {
  uint32_t events = take(FH_LAST);
  check_body(events);
  if (events) ack(roll(2) ? FH_BEACON_TAKEN : FH_BEACON_REFUSED, "");
}

static uint32_t dropped(void) {
  uint32_t sum = 0;
  for (int i = 1; i <= FH_ERRORS; i++) sum += agent.outbox.envelope.dropped[i];
  return sum;
}

/* Each number that was given out ends stored once, or counted as dropped. */
static void every_number_is_accounted_for(void) {
  for (uint64_t seed = 0; seed < 60; seed++) {
    dice_state = seed;
    memset(stored, 0, sizeof stored);
    calls = issued = accepted = 0;
    start();
    bool busy = roll(3) == 0; /* more calls than requests: the queue fills */
    for (int step = 0; step < 1500; step++) {
      uint32_t what = roll(busy ? 40 : 8);
      if (what == 0)
        random_request();
      else if (what == 1 && roll(3) == 0)
        random_beacon();
      else
        random_call();
      if (roll(4) == 0) pass(roll(5000));
      if (roll(200) == 0) pass(3600000);
      int ms = poll_ms();
      CHECK(ms >= -1 && ms <= FH_SLOW_CAP_MS + 1);
    }
    for (int ms, left = EVENTS; (ms = poll_ms()) >= 0 && left; left--) {
      pass(ms);
      check_body(take(FH_WHEN_DUE));
      if (answer_question()) continue;
      CHECK(page.events > 0);
      for (uint32_t i = 0; i < page.events; i++) {
        CHECK(!stored[page.seq[i]]);
        stored[page.seq[i]] = true;
      }
      if (!page.events) break;
      ack(200, ACCEPTED);
    }
    uint32_t arrived = 0;
    for (uint32_t i = 0; i < EVENTS; i++) arrived += stored[i];
    CHECK(agent.seq == issued && issued <= EVENTS);
    CHECK(arrived + dropped() == issued);
    CHECK(arrived <= accepted && accepted > 0);
    CHECK(!busy || agent.outbox.envelope.dropped[-FH_ERR_FULL] > 0);
  }
}

/* With every size of the arena: too complex, until it is enough. */
static void a_call_that_meets_an_arena_of_any_size(void) {
  const char *text =
      "{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"a\":[1,{\"b\":\"c\"}]},"
      "\"page\":{\"url\":\"http://a/\"},\"context\":{\"x\":null}}";
  start();
  int rc = FH_ERR_COMPLEX;
  for (size_t cap = 0; cap < 4096 && rc < 0; cap++) {
    agent.arena.cap = cap;
    rc = call(text);
    CHECK(rc >= 0 || rc == FH_ERR_COMPLEX);
  }
  CHECK(rc > 0 && take(FH_NOW) == 1);
}

/* Cut short or changed anywhere, a call is refused or taken, and the next event
 * arrives all the same. */
static void a_call_that_is_damaged_anywhere(void) {
  const char text[] =
      "{\"type\":\"track\",\"event\":\"\\u00e9\",\"properties\":{\"n\":-1.5e+3,\"s\":["
      "\"\xE2\x82\xAC\"]}}";
  static const char changes[] = "\0\"\\{}[],:0-ex \xFF\x80";
  for (size_t i = 0; i < sizeof text - 1; i++)
    for (size_t c = 0; c < sizeof changes; c++) {
      start();
      size_t len = sizeof text - 1;
      memcpy(fh_io(&agent), text, len);
      if (c < sizeof changes - 1)
        fh_io(&agent)[i] = changes[c];
      else
        len = i;
      int rc = fh_event(&agent, (int)len, page.now);
      CHECK(rc > 0 || (rc < 0 && rc >= -FH_ERRORS));
      CHECK(track("next", 1) > 0);
      CHECK(take(FH_NOW) == 1u + (rc > 0));
      check_body(page.events);
    }
}

static void a_configuration_that_is_damaged_anywhere(void) {
  const char text[] =
      "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"cookie\":\"1.x\",\"store\":\"\","
      "\"browser\":{\"a\":1},\"page\":{\"url\":\"x\"}}";
  for (size_t i = 0; i < sizeof text - 1; i++)
    for (int c = 0; c < 256; c += 3) {
      memcpy(fh_io(&agent), text, sizeof text - 1);
      fh_io(&agent)[i] = (char)c;
      int rc = fh_start(&agent, sizeof text - 1, page.now);
      CHECK(rc == FH_ABI_VERSION || (rc < 0 && rc >= -FH_ERRORS));
    }
}

static void lengths_beyond_the_buffer(void) {
  CHECK(fh_start(&agent, FH_IO_BYTES + 1, page.now) == FH_ERR_LARGE);
  CHECK(fh_start(&agent, (size_t)-6, page.now) == FH_ERR_LARGE);
  start();
  CHECK(fh_event(&agent, FH_IO_BYTES + 1, page.now) == FH_ERR_LARGE);
  CHECK(fh_event(&agent, 2147483647, page.now) == FH_ERR_LARGE);
  CHECK(fh_event(&agent, -2147483647 - 1, page.now) == FH_ERR_LARGE);
  track("A", 1);
  take(FH_NOW);
  /* Answers like that are none of ours. */
  CHECK(fh_ack(&agent, 200, FH_IO_BYTES + 1, 0, page.now) == 0);
  CHECK(agent.outbox.queue.count[FH_WAITING] == 1);
  take(FH_NOW);
  CHECK(fh_ack(&agent, 200, (size_t)-6, 0, page.now) == 0);
  CHECK(agent.outbox.queue.count[FH_WAITING] == 1);
  CHECK(fh_adopt(&agent, FH_IO_BYTES + 1, 0, page.now) == FH_ERR_ROW);
  CHECK(fh_adopt(&agent, (size_t)-6, 0, page.now) == FH_ERR_ROW);
}

/* 1,000 ordinary events of one page wait together, as limits.h says. */
static void a_burst_of_a_thousand_waits(void) {
  start_with(
      "{\"key\":\"k\",\"entropy\":[11,22,33,44],\"browser\":{\"userAgent\":\"Mozilla/5.0 "
      "(X11; "
      "Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 "
      "Safari/537.36\"},\"page\":{\"url\":\"https://shop.example/a/b\",\"title\":\"A "
      "shop\"}}");
  for (int i = 0; i < 1000; i++) CHECK(track("Product Viewed", 120) > 0);
  uint32_t arrived = 0;
  while (take(FH_NOW) && arrived < 1000) {
    arrived += page.events;
    ack(200, ACCEPTED);
  }
  CHECK(arrived == 1000 && dropped() == 0);
}

/* What was delivered gives its room back: a page may live for days. */
static void a_long_life(void) {
  start();
  for (int i = 0; i < 2000; i++) {
    CHECK(track("A", 1000) > 0);
    CHECK(take(FH_NOW) == 1);
    CHECK(ack(200, ACCEPTED) == 0);
  }
  CHECK(dropped() == 0);
}

/* However often a call is refused, it takes no room of the others. */
static void refused_calls_take_no_room(void) {
  start();
  for (int i = 0; i < 500; i++) CHECK(track("good", 200) > 0);
  for (int i = 0; i < 5000; i++) {
    CHECK(track("large", 40000) == FH_ERR_LARGE);
    pass(1900000); /* a new session each time, were it not refused */
  }
  CHECK(track("good", 200) > 0);
  CHECK(agent.outbox.queue.count[FH_WAITING] == 501 && dropped() == 5000);
}

int main(void) {
  RUN(every_number_is_accounted_for);
  RUN(a_call_that_meets_an_arena_of_any_size);
  RUN(a_call_that_is_damaged_anywhere);
  RUN(a_configuration_that_is_damaged_anywhere);
  RUN(lengths_beyond_the_buffer);
  RUN(a_burst_of_a_thousand_waits);
  RUN(a_long_life);
  RUN(refused_calls_take_no_room);
  return finish();
}
