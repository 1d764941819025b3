#include "session.h"

#include "check.h"
#include "limits.h"

static const double noon = 1767268800000.0; /* 2026-01-01T12:00 */
static const double minute = 60000, hour = 3600000, day = 24 * 3600000.0;
static const fh_session_limits usual = {FH_SESSION_IDLE_MIN * 60000.0,
                                        FH_SESSION_MAX_MIN * 60000.0};

static fh_session session_of(double start_ms, double last_ms) {
  fh_random random = {{1, 2, 3, 4}};
  fh_session session = {.index = 5, .events = 8, .last_ms = last_ms};
  fh_uuid_v7(&session.id, start_ms, &random);
  return session;
}

static bool is_ms(double actual, double expected) {
  return !(actual < expected) && !(actual > expected);
}

static void when_a_session_ends(void) {
  const double idle = usual.idle_ms, max = usual.max_ms;
  const struct {
    const char *what;
    double start, last; /* ms before now */
    bool is_over;
  } rows[] = {
      {"just begun", 0, 0, false},
      {"a minute ago", hour, minute, false},
      {"over midnight", 13 * hour, minute, false},
      {"silent for exactly the limit", hour, idle, false},
      {"silent for a millisecond more", hour, idle + 1, true},
      {"a night's sleep", 9 * hour, 8 * hour, true},
      {"silent for a year", 365 * day, 365 * day, true},
      {"a day old to the millisecond", max, 1000, false},
      {"a day and a millisecond old", max + 1, 1000, true},
      {"clock put back a second", -1000, -1000, false},
      {"clock put back an hour", -hour, -hour, false},
      {"clock put back a day", -max, -max, false},
      {"start more than a day ahead", -max - 1, -1000, true},
      {"start a year ahead", -365 * day, -365 * day, true},
      {"activity a year ahead, start an hour ago", hour, -365 * day, false},
      {"activity a year ahead, start two days ago", 2 * day, -365 * day, true},
      {"another tab was active in between", 2 * hour, 1, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const fh_session session = session_of(noon - rows[i].start, noon - rows[i].last);
    CHECK_ROW(fh_session_is_over(&session, noon, &usual) == rows[i].is_over,
              rows[i].what);
  }
}

static void the_limits_are_given(void) {
  const struct {
    const char *what;
    fh_session_limits limits;
    double start, last;
    bool is_over;
  } rows[] = {
      {"five minutes, silent for them", {5 * minute, day}, hour, 5 * minute, false},
      {"and a millisecond more", {5 * minute, day}, hour, 5 * minute + 1, true},
      {"two hours of silence are allowed", {2 * hour, day}, 3 * hour, 2 * hour, false},
      {"an hour at most", {minute, hour}, hour, 1, false},
      {"and a millisecond more", {minute, hour}, hour + 1, 1, true},
      {"as much ahead", {minute, hour}, -hour, -hour, false},
      {"and a millisecond more", {minute, hour}, -hour - 1, -hour, true},
      {"a week", {8 * day, 7 * day}, 7 * day, 6 * day, false},
      {"no silence at all, none", {0, day}, hour, 0, false},
      {"no silence at all, a millisecond", {0, day}, hour, 1, true},
      {"no age at all", {day, 0}, 1, 0, true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const fh_session session = session_of(noon - rows[i].start, noon - rows[i].last);
    CHECK_ROW(fh_session_is_over(&session, noon, &rows[i].limits) == rows[i].is_over,
              rows[i].what);
  }
}

static void none_is_over(void) {
  fh_session session = session_of(noon, noon);
  session.index = 0;
  CHECK(fh_session_is_over(&session, noon, &usual));
}

static void the_next_one(void) {
  fh_random random = {{1, 2, 3, 4}};
  fh_session session = {.index = 0};
  fh_session_start(&session, 5, &random);
  CHECK(session.index == 1 && session.events == 0);
  CHECK(is_ms(session.last_ms, 5) && is_ms(fh_uuid_ms(&session.id), 5));
  CHECK(!fh_session_is_over(&session, 6, &usual));
  const fh_uuid first = session.id;
  session.events = 9;
  fh_session_start(&session, 5, &random);
  CHECK(session.index == 2 && session.events == 0);
  CHECK(memcmp(&session.id, &first, sizeof first) != 0);
}

static void activity_keeps_it_alive_for_a_day(void) {
  fh_random random = {{1, 2, 3, 4}};
  fh_session session = {.index = 0};
  for (double ms = 0; ms <= 3 * usual.max_ms; ms += usual.idle_ms) {
    if (fh_session_is_over(&session, noon + ms, &usual))
      fh_session_start(&session, noon + ms, &random);
    session.last_ms = noon + ms;
  }
  CHECK(session.index == 3);
}

int main(void) {
  RUN(when_a_session_ends);
  RUN(the_limits_are_given);
  RUN(none_is_over);
  RUN(the_next_one);
  RUN(activity_keeps_it_alive_for_a_day);
  return finish();
}
