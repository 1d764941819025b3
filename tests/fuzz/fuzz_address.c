/* Addresses, queries, referrers and cookie headers, in blocks of just their size. */
#include <stdlib.h>

#include "host.h"
#include "query.h"
#include "referrer.h"
#include "utf8.h"

static void find_all(const char *text, const char *end, char separator) {
  static const char *const names[] = {"utm_", "gclid=", "_ga=", "a"};
  char value[FH_MAX_VALUE_BYTES];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *at = text;
    while ((at = fh_query_find(at, end, separator, names[i], strlen(names[i])))) {
      HOLDS(at > text && at <= end);
      const char *stop = fh_find(at, end, separator);
      size_t len = fh_form_decode(at, stop, value);
      HOLDS(len <= sizeof value);
      for (size_t n = 0, step; n < len; n += step) {
        step = fh_utf8_length(value + n, len - n);
        HOLDS(step > 0 && value[n]);
      }
    }
  }
}

/* As a page would tell of it, where it is text. */
static void tell(const char *text, size_t len) {
  static char config[4 * FH_IO_BYTES];
  static const char *const places[] = {
      "\"url\":", "\"referrer\":", "\"canonical\":", "\"title\":"};
  fh_writer writer = fh_writer_on(config, sizeof config);
  fh_put(&writer,
         "{\"key\":\"k\",\"entropy\":[1,2,3,4],\"domain\":\"a.example\",\"cookies\":");
  fh_put_string(&writer, text, len);
  fh_put(&writer, ",\"page\":{");
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    if (i) fh_put(&writer, ",");
    fh_put(&writer, places[i]);
    fh_put_string(&writer, text, len);
  }
  fh_put(&writer, "}}");
  if (writer.full || writer.len > FH_IO_BYTES) return;
  host_begin();
  if (host_start((fh_text){config, writer.len}) < 0) return;
  host_event(text_of("{\"type\":\"page\"}"));
  host_leave();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = copy_of(data, size, false);
  char *closed = copy_of(data, size, true);
  char out[8192];
  find_all(text, text + size, '&');
  find_all(text, text + size, ';');
  const char *host = fh_authority(text, text + size);
  HOLDS(host >= text && host <= text + size);
  HOLDS(fh_cut(text, size, size / 2) <= size / 2);
  fh_utf8_clean(closed, size);
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put_referrer(&writer, closed, "a.example, b.example");
  tell(closed, size);
  free(closed);
  free(text);
  return 0;
}
