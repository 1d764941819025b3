/* Takes addresses, queries and cookie headers apart. */
#include "query.h"

#include "limits.h"
#include "utf8.h"

/* Where from `at` on `stop` or `other` stands first, or `end`. */
const char *fh_find(const char *at, const char *end, char sign) {
  while (at < end && *at != sign) at++;
  return at;
}

const char *fh_authority(const char *address, const char *end) {
  const char *slash = fh_find(address, end, '/');
  return slash + (end - slash > 1 && slash[1] == '/' ? 2 : 0);
}

const char *fh_query_find(const char *at, const char *end, char separator,
                          const char *name, size_t len) {
  for (;; at++) {
    while (at < end && (*at == ' ' || *at == '?')) at++;
    if (end - at <= (ptrdiff_t)len) return NULL;
    if (memcmp(at, name, len) == 0 && at[len] != separator) return at + len;
    at = fh_find(at, end, separator);
  }
}

size_t fh_form_decode(const char *in, const char *end, char *out) {
  size_t n = 0;
  for (; in < end && n < FH_MAX_VALUE_BYTES; in++) {
    char c = *in == '+' ? ' ' : *in;
    int escaped = end - in > 2 ? fh_unescape(in) : -1;
    if (escaped >= 0) {
      c = (char)escaped;
      in += 2;
    }
    out[n++] = c;
  }
  fh_utf8_clean(out, n);
  return n;
}
