/* The ledger on its way from the core that makes the events to one that sends them. */
#include "feed.h"

void fh_put_ledger(fh_writer *writer, const fh_envelope *envelope) {
  fh_put_bytes(writer, (const char *)&envelope->stream, sizeof envelope->stream);
  fh_put_bytes(writer, (const char *)envelope->dropped, sizeof envelope->dropped);
  fh_put_bytes(writer, (const char *)envelope->masked, sizeof envelope->masked);
}

/* What has been counted since, which never falls within a stream. */
static void add(uint32_t *counts, const uint32_t *known, const uint32_t *made, int n) {
  for (int i = 0; i < n; i++) counts[i] += made[i] - known[i];
}

void fh_take_ledger(fh_envelope *envelope, fh_ledger *known, const fh_ledger *made) {
  if (memcmp(&envelope->stream, &made->stream, sizeof made->stream) != 0) {
    envelope->stream = made->stream;
    memset(envelope->dropped, 0, sizeof envelope->dropped);
    memset(envelope->masked, 0, sizeof envelope->masked);
    memset(known, 0, sizeof *known);
  }
  add(envelope->dropped, known->dropped, made->dropped, FH_ERRORS + 1);
  add(envelope->masked, known->masked, made->masked, FH_RULES);
  *known = *made;
}
