/* A call of the page: a byte for the dialect, then its JSON. It is sent whatever
 * became of it, beside calls before and after it that must not be harmed. */
#include <stdlib.h>

#include "host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size) return 0;
  fh_text good = text_of("{\"type\":\"track\",\"event\":\"A\",\"properties\":{\"n\":1}}");
  host_begin();
  host_start_plain(*data);
  HOLDS(host_event(good) >= 0);
  char *call = copy_of(data + 1, size - 1, false);
  host_event((fh_text){call, size - 1});
  free(call);
  bool silent = agent.gate || agent.outbox.stopped;
  int result = host_event(good);
  HOLDS(silent || result >= 0 || result == FH_ERR_COMPLEX || result == FH_ERR_LARGE);
  for (int which = 0; which < 3; which++) host_state(which);
  host_state(FH_STATE_EVENT + 1);
  host_take(FH_NET);
  host_reload();
  host_leave();
  return 0;
}
