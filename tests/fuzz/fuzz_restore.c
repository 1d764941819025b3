/* What another document has stored of the visitor: {"cookie","store"}. */
#include <stdlib.h>

#include "host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  host_begin();
  host_start_plain(0);
  host_event(text_of("{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"a\":1}}"));
  char *state = copy_of(data, size, false);
  host_restore((fh_text){state, size});
  free(state);
  host_event(text_of("{\"type\":\"track\",\"event\":\"A\"}"));
  for (int which = 0; which < 3; which++) host_state(which);
  host_reload();
  host_leave();
  return 0;
}
