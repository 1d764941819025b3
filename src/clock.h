/* Time, which the core never reads but is always given: the wall clock, which
 * people and servers understand but which may jump, and the monotonic clock,
 * which may not but means nothing outside its document. */
#ifndef FH_CLOCK_H
#define FH_CLOCK_H

#include "text.h"

/* One moment, as the host saw it. */
typedef struct fh_clock {
  double wall; /* ms since 1970 (Date.now()) */
  double mono; /* ms since some moment of this document (performance.now()) */
} fh_clock;

#define FH_LAST_MS 253402300799999.0 /* 9999-12-31T23:59:59.999Z */

/* Appends `ms` since 1970 as ISO 8601 with milliseconds, in UTC:
 * 2026-11-21T20:54:03.120Z. What lies outside the years 1970 to 9999 is
 * clamped. */
void fh_put_iso8601(fh_writer *writer, double ms);

/* Reads such a text, as toISOString writes it, with or without the milliseconds; -1 for
 * all else. */
double fh_read_iso8601(const char *text);

#endif
