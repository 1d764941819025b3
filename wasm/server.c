/* The exports of the server's module: what the relay, firsthand/server and the
 * command line have of the core. relay/core.mjs calls them. */
#include "exchange.h"
#include "request.h"

#include <stdint.h>

EXPORT(reason) int abi_reason(int code);
EXPORT(check) int abi_check(int len);
EXPORT(table) int abi_table(void);
EXPORT(outline) int abi_outline(int len, int type);
EXPORT(members) int abi_members(int len);

/* What a code says: its reason, a line feed, its sentence. */
int abi_reason(int code) {
  fh_refusal refusal = fh_refusal_of(code);
  if (!refusal.reason) return 0;
  fh_writer writer = fh_writer_on(io, sizeof io);
  fh_put(&writer, refusal.reason);
  fh_put(&writer, "\n");
  fh_put(&writer, refusal.sentence);
  return (int)writer.len;
}

/* The request that was read last. Its places are in the text that was in io. */
static fh_request request;
int abi_table(void) { return (int)(intptr_t)&request; }

/* Reads a request of Segment's HTTP API (request.h), which is then at table. `type`:
 * that of a single call, or one of FH_REQUEST_*. Returns 0 or a code. */
int abi_outline(int len, int type) {
  if (len < 0 || len > FH_IO_BYTES) return FH_ERR_LARGE;
  fh_request_read(&request, io, (size_t)len, type);
  return request.code;
}

/* Checks one event, as outline does for each. Returns 0 or a code. */
int abi_check(int len) {
  int code = abi_outline(len, FH_REQUEST_CALL);
  return code ? code : request.event[0].problem;
}

/* Writes at table where the members of an object are: fh_request_members. Returns how
 * many there are or a code. */
int abi_members(int len) {
  if (len < 0 || len > FH_IO_BYTES) return FH_ERR_LARGE;
  fh_span *spans = (fh_span *)&request;
  int max = (int)(sizeof request / sizeof *spans / 2);
  return fh_request_members(spans, max, io, (size_t)len);
}
