/* A row of the journal as any script of the origin could have written it. It ends the
 * page's own events no sooner, and what is left is told to be forgotten. */
#include <stdlib.h>

#include "host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > FH_IO_BYTES) return 0;
  host_begin();
  host_start_plain(size ? data[size - 1] : 0);
  host_event(text_of("{\"type\":\"track\",\"event\":\"A\"}"));
  char *row = copy_of(data, size, false);
  host_adopt((fh_text){row, size}, 0);
  host_adopt((fh_text){row, size}, FH_ERR_EXPIRED);
  host_event(text_of("{\"type\":\"track\",\"event\":\"B\"}"));
  host_take(FH_NOW);
  host_answer(200, text_of("{\"success\":true,\"missing\":[[0,9]]}"), 0);
  host_journal();
  host_take(FH_NOW);
  host_answer(400, text_of(""), 0);
  host_forget((fh_text){row, size});
  free(row);
  host_leave();
  return 0;
}
