/* The two cookies that the core reads: the visitor's, and the receiver's
 * acknowledgement. What is read of the first is printed as it was. */
#include <stdlib.h>

#include "host.h"
#include "identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = copy_of(data, size, true);
  fh_identity identity = {.anonymous_id = ""};
  const char *rest = NULL;
  if (fh_identity_read(&identity, text, &rest)) {
    HOLDS(rest > text && rest <= text + size);
    char first[256], second[256];
    fh_writer writer = fh_writer_on(first, sizeof first - 1);
    fh_put_identity(&writer, &identity);
    HOLDS(!writer.full);
    first[writer.len] = '\0';
    fh_identity again = {.anonymous_id = ""};
    HOLDS(fh_identity_read(&again, first, &rest) && !*rest);
    fh_writer twice = fh_writer_on(second, sizeof second);
    fh_put_identity(&twice, &again);
    HOLDS(twice.len == writer.len && memcmp(first, second, twice.len) == 0);
  }
  if (fh_identity_adopt(&identity, text)) HOLDS(strcmp(identity.anonymous_id, text) == 0);
  host_begin();
  host_start_plain(0);
  for (int i = 0; i < 3; i++) host_event(text_of("{\"type\":\"track\",\"event\":\"A\"}"));
  host_journal();
  host_take(FH_LAST);
  host_answer(FH_BEACON_TAKEN, text_of(""), 0);
  host_acknowledged((fh_text){text, size});
  free(text);
  host_leave();
  return 0;
}
