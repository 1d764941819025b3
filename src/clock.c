/* Prints time as ISO 8601. */
#include "clock.h"

/* Appends `value` as `digits` (1 to 4) digits, then `after`. */
static void put_padded(fh_writer *writer, unsigned value, int digits, char after) {
  char text[5];
  text[digits] = after;
  for (int i = digits; i > 0; value /= 10) text[--i] = (char)('0' + value % 10);
  fh_put_bytes(writer, text, (size_t)digits + 1);
}

/* Days since 1970-01-01 to year, month and day by the method of Howard
 * Hinnant's "chrono-Compatible Low-Level Date Algorithms": years begin in
 * March, so that the leap day is the last. */
void fh_put_iso8601(fh_writer *writer, double ms) {
  if (!(ms >= 0)) ms = 0;
  if (ms > FH_LAST_MS) ms = FH_LAST_MS;
  unsigned z = (unsigned)(ms / 86400000);
  unsigned day_ms = (unsigned)(ms - z * 86400000.0);
  z += 719468;
  unsigned era = z / 146097, doe = z % 146097;
  unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  unsigned mp = (5 * doy + 2) / 153;
  unsigned month = mp < 10 ? mp + 3 : mp - 9;
  put_padded(writer, yoe + era * 400 + (month <= 2), 4, '-');
  put_padded(writer, month, 2, '-');
  put_padded(writer, doy - (153 * mp + 2) / 5 + 1, 2, 'T');
  put_padded(writer, day_ms / 3600000, 2, ':');
  put_padded(writer, day_ms / 60000 % 60, 2, ':');
  put_padded(writer, day_ms / 1000 % 60, 2, '.');
  put_padded(writer, day_ms % 1000, 3, 'Z');
}

/* The number at *at, of so many digits and with `after` behind it, or -1. */
static int read_padded(const char **at, int digits, char after) {
  int value = 0;
  const char *c = *at;
  for (; digits; digits--, c++) {
    if (*c < '0' || *c > '9') return -1;
    value = value * 10 + (*c - '0');
  }
  if (*c != after) return -1;
  *at = c + 1;
  return value;
}

/* The same method, backwards. */
double fh_read_iso8601(const char *text) {
  int year = read_padded(&text, 4, '-');
  int month = year < 1970 ? -1 : read_padded(&text, 2, '-');
  int day = month < 1 || month > 12 ? -1 : read_padded(&text, 2, 'T');
  int hour = day < 1 || day > 31 ? -1 : read_padded(&text, 2, ':');
  int minute = hour < 0 || hour > 23 ? -1 : read_padded(&text, 2, ':');
  if (minute < 0 || minute > 59) return -1;
  int second = read_padded(&text, 2, '.'), ms = 0;
  if (second < 0)
    second = read_padded(&text, 2, 'Z');
  else
    ms = read_padded(&text, 3, 'Z');
  if (second < 0 || second > 60 || ms < 0 || *text) return -1;
  year -= month <= 2;
  int yoe = year % 400;
  int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int days = year / 400 * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
  return days * 86400000.0 + hour * 3600000.0 + minute * 60000.0 + second * 1000.0 + ms;
}
