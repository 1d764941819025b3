/* What the agent is started with: the site's options, and cookie, storage and page as
 * found, all of it untrusted. */
#include <stdlib.h>

#include "host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  host_begin();
  char *config = copy_of(data, size, false);
  int result = host_start((fh_text){config, size});
  free(config);
  host_event(text_of("{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"a\":1}}"));
  host_event(
      text_of("{\"type\":\"page\",\"page\":{\"url\":\"https://a.example/?b=c\"}}"));
  if (result > 0 && !agent.gate) host_take(FH_NET);
  host_journal();
  for (int which = 0; which < 3; which++) host_state(which);
  host_reload();
  host_leave();
  return 0;
}
