#include "clock.h"

#include <time.h>

#include "check.h"
#include "dice.h"
#include "tree.h"

static bool gives(double ms, const char *expected) {
  char out[24];
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put_iso8601(&writer, ms);
  return wrote(&writer, expected);
}

static void known_moments(void) {
  static const struct {
    double ms;
    const char *out;
  } rows[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {1, "1970-01-01T00:00:00.001Z"},
      {1.999, "1970-01-01T00:00:00.001Z"},
      {86399999, "1970-01-01T23:59:59.999Z"},
      {86400000, "1970-01-02T00:00:00.000Z"},
      {31535999999, "1970-12-31T23:59:59.999Z"},
      {68169600000, "1972-02-29T00:00:00.000Z"},
      {951782400000, "2000-02-29T00:00:00.000Z"},
      {951868800000, "2000-03-01T00:00:00.000Z"},
      {978307199999, "2000-12-31T23:59:59.999Z"},
      {1709164800000, "2024-02-29T00:00:00.000Z"},
      {1735689599999, "2024-12-31T23:59:59.999Z"},
      {1735689600000, "2025-01-01T00:00:00.000Z"},
      {1763758443120, "2025-11-21T20:54:03.120Z"},
      {2147483648000, "2038-01-19T03:14:08.000Z"},
      {4107542399999, "2100-02-28T23:59:59.999Z"},
      {4107542400000, "2100-03-01T00:00:00.000Z"},
      {13574563200000, "2400-02-29T00:00:00.000Z"},
      {253402300799999, "9999-12-31T23:59:59.999Z"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(gives(rows[i].ms, rows[i].out), rows[i].out);
}

static void moments_outside_are_clamped(void) {
  const double zero = 0;
  CHECK(gives(-1, "1970-01-01T00:00:00.000Z"));
  CHECK(gives(-1e300, "1970-01-01T00:00:00.000Z"));
  CHECK(gives(zero / zero, "1970-01-01T00:00:00.000Z"));
  CHECK(gives(-1 / zero, "1970-01-01T00:00:00.000Z"));
  CHECK(gives(253402300800000, "9999-12-31T23:59:59.999Z"));
  CHECK(gives(1e300, "9999-12-31T23:59:59.999Z"));
  CHECK(gives(1 / zero, "9999-12-31T23:59:59.999Z"));
}

static bool as_libc_says(double ms) {
  time_t seconds = (time_t)(ms / 1000);
  char expected[32];
  size_t n = strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", gmtime(&seconds));
  snprintf(expected + n, sizeof expected - n, ".%03dZ",
           (int)(ms - (double)seconds * 1000));
  return gives(ms, expected);
}

static void random_moments(void) {
  uint64_t state = 3;
  for (int i = 0; i < 200000; i++)
    CHECK(as_libc_says((double)(dice_bits(&state) % 253402300800000u)));
}

/* The first and last millisecond of every day of 800 years. */
static void every_day(void) {
  for (double day = 0; day < 292194; day++) {
    CHECK(as_libc_says(day * 86400000));
    CHECK(as_libc_says(day * 86400000 + 86399999));
  }
}

int main(void) {
  RUN(known_moments);
  RUN(moments_outside_are_clamped);
  RUN(random_moments);
  RUN(every_day);
  return finish();
}
