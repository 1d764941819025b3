#include "session.h"

#include "check.h"
#include "limits.h"

static const double noon = 1767268800000.0; /* 2026-01-01T12:00 */

static fh_session session_of(double start_ms, double last_ms) {
  fh_random random = {{1, 2, 3, 4}};
  fh_session session = {.index = 5, .last_ms = last_ms};
  fh_uuid_v7(&session.id, start_ms, &random);
  return session;
}

static bool is_ms(double actual, double expected) {
  return !(actual < expected) && !(actual > expected);
}

static void when_a_session_ends(void) {
  static const double hour = 3600000, day = 24 * 3600000.0;
  const struct {
    const char *what;
    double start, last; /* ms before now */
    bool ends;
  } rows[] = {
      {"just begun", 0, 0, false},
      {"a minute ago", hour, 60000, false},
      {"silent for exactly the limit", hour, FH_SESSION_IDLE_MS, false},
      {"silent for a millisecond more", hour, FH_SESSION_IDLE_MS + 1, true},
      {"silent for a year", 365 * day, 365 * day, true},
      {"a day old to the millisecond", FH_SESSION_MAX_MS, 1000, false},
      {"a day and a millisecond old", FH_SESSION_MAX_MS + 1, 1000, true},
      {"clock put back a second", -1000, -1000, false},
      {"clock put back an hour", -hour, -hour, false},
      {"clock put back a day", -FH_SESSION_MAX_MS, -FH_SESSION_MAX_MS, false},
      {"start more than a day ahead", -FH_SESSION_MAX_MS - 1, -1000, true},
      {"start a year ahead", -365 * day, -365 * day, true},
      {"activity a year ahead, start an hour ago", hour, -365 * day, false},
      {"activity a year ahead, start two days ago", 2 * day, -365 * day, true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fh_random random = {{5, 6, 7, 8}};
    fh_session session = session_of(noon - rows[i].start, noon - rows[i].last);
    const fh_session before = session;
    bool starts = fh_session_touch(&session, noon, &random);
    CHECK_ROW(starts == rows[i].ends, rows[i].what);
    CHECK_ROW(session.index == (starts ? 6 : 5), rows[i].what);
    double start = starts ? noon : fh_uuid_ms(&before.id);
    CHECK_ROW(is_ms(fh_uuid_ms(&session.id), start), rows[i].what);
    double last = starts || before.last_ms < noon ? noon : before.last_ms;
    CHECK_ROW(is_ms(session.last_ms, last), rows[i].what);
  }
}

static void the_first_session(void) {
  fh_random random = {{1, 2, 3, 4}};
  fh_session session = {.index = 0};
  CHECK(fh_session_touch(&session, 5, &random));
  CHECK(session.index == 1 && is_ms(session.last_ms, 5));
  CHECK(!fh_session_touch(&session, 6, &random));
  CHECK(session.index == 1 && is_ms(session.last_ms, 6));
}

static void activity_keeps_it_alive_for_a_day(void) {
  fh_random random = {{1, 2, 3, 4}};
  fh_session session = {.index = 0};
  int sessions = 0;
  for (double ms = 0; ms <= 3 * (double)FH_SESSION_MAX_MS; ms += FH_SESSION_IDLE_MS)
    sessions += fh_session_touch(&session, noon + ms, &random);
  CHECK(sessions == 3);
}

int main(void) {
  RUN(when_a_session_ends);
  RUN(the_first_session);
  RUN(activity_keeps_it_alive_for_a_day);
  return finish();
}
