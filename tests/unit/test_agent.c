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

/* Which event of its session each number is. */
static uint32_t index_of[EVENTS], in_session;
static fh_uuid session;

/* An event was taken: its number is the last one given out. */
static void note_index(void) {
  const fh_session *its = &agent.context.identity.session;
  if (memcmp(&its->id, &session, sizeof session) != 0) in_session = 0;
  session = its->id;
  index_of[(agent.seq - 1) % EVENTS] = ++in_session;
}

static const fh_json *session_of(const fh_json *event) {
  return fh_json_get(fh_json_get(event, "context"), "session");
}

static void check_body(uint32_t events) {
  int code;
  CHECK(events == 0 || tree_of(page.body, page.body_len, &code));
  CHECK(events < 2 || page.body_len <= FH_MAX_BATCH_BYTES);
  CHECK(page.body_len <= FH_IO_BYTES);
  for (uint32_t i = 1; i < events; i++) CHECK(page.seq[i] > page.seq[i - 1]);
}

static void check_indexes(uint32_t events) {
  int code;
  const fh_json *body = events ? tree_of(page.body, page.body_len, &code) : NULL;
  const fh_json *event = fh_json_first(fh_json_get(body, "batch"));
  for (uint32_t i = 0; event; event = fh_json_next(event), i++) {
    double index = fh_json_whole(fh_json_get(session_of(event), "eventIndex"));
    CHECK((uint32_t)index == index_of[page.seq[i] % EVENTS]);
  }
}

/* The page's middleware passes the last event on, or drops it. */
static void amend_last(void) {
  static char text[FH_IO_BYTES + 64];
  int number = fh_number(&agent);
  int len = fh_state(&agent, FH_STATE_EVENT + number);
  bool passes = len && roll(2);
  sprintf(text, "{\"type\":\"amend\",\"number\":%d,\"event\":%.*s}", number,
          passes ? len : 4, passes ? fh_io(&agent) : "null");
  int rc = call(text);
  CHECK(rc > 0 && (!len || rc & FH_QUEUED || strlen(text) > FH_MAX_EVENT_BYTES));
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
      "{\"type\":\"identify\",\"userId\":\"bob\",\"traits\":{\"plan\":\"pro\"}}",
      "{\"type\":\"identify\",\"traits\":{\"plan\":null,\"visits\":3}}",
      "{\"type\":\"identify\",\"userId\":[]}",
      "{\"type\":\"group\",\"groupId\":\"g\",\"traits\":{\"seats\":5}}",
      "{\"type\":\"group\"}",
      "{\"type\":\"alias\",\"userId\":\"ada\"}",
      "{\"type\":\"register\",\"properties\":{\"app\":\"shop\"}}",
      "{\"type\":\"register\",\"properties\":{\"app\":null}}",
      "{\"type\":\"anonymousId\",\"anonymousId\":\"mine\"}",
      "{\"type\":\"anonymousId\",\"anonymousId\":\"not mine\"}",
      "{\"type\":\"track\",\"event\":\"F\",\"context\":{\"traits\":{}}}",
  };
  const uint32_t fixed = sizeof calls_of / sizeof *calls_of;
  static char before[FH_IO_BYTES];
  size_t len = (size_t)fh_state(&agent, FH_STATE_STORE);
  memcpy(before, fh_io(&agent), len);
  uint32_t kind = roll(2 * fixed);
  int rc = kind < fixed ? call(calls_of[kind])
                        : track("E", roll(12) ? roll(600) : roll(40000));
  calls++;
  if (rc >= 0 && (rc & FH_QUEUED)) note_index();
  if (rc >= 0 && (rc & FH_QUEUED) && roll(12) == 0) amend_last();
  issued += rc < 0 || (rc & FH_QUEUED);
  accepted += rc >= 0 && (rc & FH_QUEUED);
  if (rc >= 0) return;
  /* Refused: the visitor and the session are as they were. */
  CHECK((size_t)fh_state(&agent, FH_STATE_STORE) == len);
  CHECK(memcmp(before, fh_io(&agent), len) == 0);
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
  check_indexes(events);
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
    calls = issued = accepted = in_session = 0;
    session = (fh_uuid){{0}};
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
      check_indexes(page.events);
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

/* What is known is read into the same arena: a call that leaves no room for it is
 * refused, or loses nothing of it. */
static void what_is_known_in_an_arena_of_any_size(void) {
  static const char *const known[] = {
      "{\"type\":\"identify\",\"traits\":{\"plan\":\"pro\"}}",
      "{\"type\":\"register\",\"properties\":{\"app\":\"shop\"}}",
      "{\"type\":\"consent\",\"consent\":{\"analytics\":true,\"ads\":true}}"};
  for (size_t cap = 0; cap < 2048; cap += 8) {
    char row[32];
    sprintf(row, "%zu bytes", cap);
    start();
    for (int i = 0; i < 3; i++) CHECK(call(known[i]) > 0);
    take(FH_NOW), ack(200, ACCEPTED);
    agent.arena.cap = cap;
    if (call("{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"b\":1}}") > 0)
      CHECK_ROW(take(FH_NOW) && strstr(page.body, "\"app\":\"shop\",\"b\":1"), row);
    call("{\"type\":\"identify\",\"traits\":{\"age\":1}}");
    call("{\"type\":\"register\",\"properties\":{\"build\":1}}");
    call("{\"type\":\"consent\",\"consent\":{\"ads\":false}}");
    size_t len = (size_t)fh_state(&agent, FH_STATE_STORE);
    char text[1024] = {0};
    memcpy(text, fh_io(&agent), len);
    CHECK_ROW(strstr(text, "\"plan\":\"pro\""), row);
    CHECK_ROW(strstr(text, "\"app\":\"shop\""), row);
    CHECK_ROW(strstr(text, "\"analytics\":true"), row);
  }
}

/* Nor does a refusal ever open what it was to shut: it is taken, or the call refused. */
static void a_refusal_in_an_arena_of_any_size(void) {
  for (size_t cap = 0; cap < 2048; cap += 8) {
    char row[32];
    sprintf(row, "%zu bytes", cap);
    start();
    CHECK(call("{\"type\":\"consent\",\"consent\":{\"analytics\":true,\"ads\":true}}") >
          0);
    size_t whole = agent.arena.cap;
    agent.arena.cap = cap;
    int rc = call("{\"type\":\"consent\",\"consent\":{\"analytics\":false}}");
    agent.arena.cap = whole;
    CHECK_ROW(rc == FH_CLEAR || rc == FH_ERR_COMPLEX, row);
    if (rc == FH_CLEAR)
      CHECK_ROW(call("{\"type\":\"track\",\"event\":\"A\"}") == FH_ERR_CONSENT, row);
  }
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
      "\"browser\":{\"a\":1},\"page\":{\"url\":\"x\"},\"linked\":\"1.y\",\"tab\":\"z\","
      "\"adopted\":{\"anonymousId\":\"a\",\"userId\":\"u\"},\"gpc\":true,\"dnt\":false,"
      "\"options\":{\"consent\":\"pending\",\"sample\":9,\"rate\":\"10\",\"gpc\":\"off\"}"
      "}";
  for (size_t i = 0; i < sizeof text - 1; i++)
    for (int c = 0; c < 256; c += 3) {
      memcpy(fh_io(&agent), text, sizeof text - 1);
      fh_io(&agent)[i] = (char)c;
      int rc = fh_start(&agent, sizeof text - 1, page.now);
      CHECK((rc & ~(FH_HELD | FH_CLEAR)) == FH_ABI_VERSION ||
            (rc < 0 && rc >= -FH_ERRORS));
    }
}

/* Whatever another document has stored, the next event goes, with a visitor. */
static void a_state_that_is_damaged_anywhere(void) {
  const char text[] =
      "{\"cookie\":\"1.a.019b76c8-5880-755c-a3b3-0e9a8772432d.7.1767225000.4\",\"store\":"
      "\"1.a.019b76c8-5880-755c-a3b3-0e9a8772432d.7.1767225001.5 {\\\"userId\\\":"
      "\\\"ada\\\",\\\"traits\\\":{\\\"a\\\":1}}\"}";
  for (size_t i = 0; i < sizeof text - 1; i++)
    for (int c = 0; c < 256; c += 3) {
      start();
      memcpy(fh_io(&agent), text, sizeof text - 1);
      fh_io(&agent)[i] = (char)c;
      CHECK(fh_restore(&agent, sizeof text - 1) == 0);
      CHECK(agent.context.profile.len <= FH_MAX_PROFILE_BYTES);
      CHECK(track("next", 1) > 0 && take(FH_NOW) == 1);
      int code;
      const fh_json *body = tree_of(page.body, page.body_len, &code);
      const fh_json *event = fh_json_first(fh_json_get(body, "batch"));
      size_t len = strlen(fh_json_get_text(event, "anonymousId"));
      CHECK(len > 0 && len <= FH_MAX_ANONYMOUS_ID_BYTES);
      CHECK(fh_json_whole(fh_json_get(session_of(event), "eventIndex")) > 0);
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
  CHECK(fh_restore(&agent, FH_IO_BYTES + 1) == 0);
  CHECK(fh_restore(&agent, (size_t)-6) == 0);
  CHECK(agent.context.identity.session.index == 1);
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

/* --- Consent -------------------------------------------------------------------- */

static void opinion(const char *analytics) {
  char text[64];
  sprintf(text, "{\"type\":\"consent\",\"consent\":{\"analytics\":%s}}", analytics);
  call(text);
}

/* A visitor who changes his mind: while he has not allowed it nothing is there to
 * be sent or stored, and after a refusal nothing tells of who he was. */
static void a_mind_that_changes(void) {
  static const char *const options[] = {"granted", "pending", "denied"};
  for (uint64_t seed = 0; seed < 60; seed++) {
    char config[128], forgotten[FH_MAX_ANONYMOUS_ID_BYTES + 1] = "none yet";
    dice_state = seed;
    sprintf(config,
            "{\"key\":\"k\",\"entropy\":[%u,2,3,4],\"options\":{\"consent\":\"%s\"}}",
            roll(1000000), options[roll(3)]);
    start_with(config);
    for (int step = 0; step < 300; step++) {
      char before[FH_MAX_ANONYMOUS_ID_BYTES + 1];
      strcpy(before, agent.context.identity.anonymous_id);
      switch (roll(8)) {
        case 0: opinion("true"); break;
        case 1:
          opinion("false");
          CHECK(agent.gate == FH_CLEAR && !fh_queue_has_events(&agent.outbox.queue));
          CHECK(strcmp(before, agent.context.identity.anonymous_id) != 0);
          strcpy(forgotten, before);
          break;
        case 2: call("{\"type\":\"identify\",\"userId\":\"ada\"}"); break;
        default: track("A", roll(100)); break;
      }
      if (agent.gate) CHECK(fh_journal(&agent) == 0 && poll_ms() == -1);
      uint32_t events = take(roll(2) ? FH_NOW : FH_LAST);
      if (agent.gate) CHECK(events == 0);
      CHECK(!events || !strstr(page.body, forgotten));
      if (events) ack(agent.outbox.busy ? 200 : FH_BEACON_TAKEN, ACCEPTED);
      pass(roll(1000));
    }
  }
}

/* --- Sampling and rate ---------------------------------------------------------- */

static bool in_sample(uint32_t id, double ppm) {
  char config[160];
  sprintf(config,
          "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"adopted\":{\"anonymousId\":"
          "\"id-%u\"},\"options\":{\"sample\":%.0f}}",
          id, ppm);
  start_with(config);
  int rc = track("A", 1);
  CHECK(rc == (FH_QUEUED | FH_SAVE) || rc == FH_ERR_SAMPLED);
  return rc > 0;
}

/* About so many are in, the same ones each time, and they stay in when the share
 * grows. */
static void the_share_of_a_sample(void) {
  static const double shares[] = {0,      1000,   50000,  100000, 250000,
                                  500000, 900000, 999999, 1000000};
  const uint32_t ids = 4000;
  static bool was_in[4000];
  memset(was_in, 0, sizeof was_in);
  for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
    uint32_t in = 0;
    for (uint32_t id = 0; id < ids; id++) {
      bool is_in = in_sample(id, shares[i]);
      CHECK(is_in || !was_in[id]);
      if (id % 100 == 0) CHECK(in_sample(id, shares[i]) == is_in);
      was_in[id] = is_in;
      in += is_in;
    }
    /* Five standard deviations, squared. */
    double expected = ids * shares[i] / 1e6, off = in - expected;
    char row[32];
    sprintf(row, "%u of %.0f", in, expected);
    CHECK_ROW(off * off <= 25 * expected * (1 - shares[i] / 1e6) + 1, row);
    CHECK_ROW(shares[i] > 0 || in == 0, row);
    CHECK_ROW(shares[i] < 1e6 || in == ids, row);
  }
}

/* Whenever the calls come: in no span of time do more pass than the rate and one
 * burst, and nothing is refused that a bucket of that size would let through. */
static void the_rate_of_any_calls(void) {
  for (uint64_t seed = 0; seed < 30; seed++) {
    dice_state = seed;
    double rate = 1 + roll(20), tokens = rate * FH_RATE_BURST_S;
    char config[96];
    sprintf(config, "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"options\":{\"rate\":%.0f}}",
            rate);
    start_with(config);
    for (int i = 0; i < 400; i++) {
      double ms = roll(30) ? roll(100) : roll(20000);
      pass(ms);
      tokens += ms * rate / 1000;
      if (tokens > rate * FH_RATE_BURST_S) tokens = rate * FH_RATE_BURST_S;
      int rc = track("A", 1);
      CHECK(rc > 0 || rc == FH_ERR_RATE);
      /* Beside the edge, where rounding decides. */
      if (tokens > 1.000001) CHECK(rc > 0);
      if (tokens < 0.999999) CHECK(rc == FH_ERR_RATE);
      if (rc > 0) tokens--;
    }
  }
}

int main(void) {
  RUN(every_number_is_accounted_for);
  RUN(a_call_that_meets_an_arena_of_any_size);
  RUN(what_is_known_in_an_arena_of_any_size);
  RUN(a_refusal_in_an_arena_of_any_size);
  RUN(a_call_that_is_damaged_anywhere);
  RUN(a_configuration_that_is_damaged_anywhere);
  RUN(a_state_that_is_damaged_anywhere);
  RUN(lengths_beyond_the_buffer);
  RUN(a_burst_of_a_thousand_waits);
  RUN(a_long_life);
  RUN(refused_calls_take_no_room);
  RUN(a_mind_that_changes);
  RUN(the_share_of_a_sample);
  RUN(the_rate_of_any_calls);
  return finish();
}
