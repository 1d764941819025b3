/* An endpoint's answer: a byte for the dialect, one for the status, then the body; to a
 * batch, or to a question. */
#include <stdlib.h>

#include "host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int statuses[] = {200, 204, 207, 400, 401, 410, 413, 429,
                                 500, 0,   201, 422, 302, 503, 999, -5};
  if (size < 2) return 0;
  int status = statuses[data[1] & 15];
  char *body = copy_of(data + 2, size - 2, false);
  fh_text answer = {body, size - 2};
  host_begin();
  host_start_plain(data[0]);
  for (int i = 0; i < 4; i++)
    host_event(text_of("{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"n\":1}}"));
  host_journal();
  if (data[1] & 16) { /* in doubt, so that a question comes next */
    host_take(FH_NOW);
    host_answer(0, text_of(""), 0);
  }
  for (int i = 0; i < 3; i++) {
    host_advance(60000);
    host_take(FH_NOW);
    host_answer(status, answer, data[1] >> 5);
    host_wait(-1);
  }
  free(body);
  host_leave();
  return 0;
}
