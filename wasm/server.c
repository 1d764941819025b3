/* The exports of the server's module: what the relay, firsthand/server and the
 * command line have of the core. relay/core.mjs calls them. */
#include "call.h"
#include "exchange.h"

EXPORT(reason) int abi_reason(int code);
EXPORT(check) int abi_check(int len);

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

/* Checks a call of Segment's HTTP API. Returns 0 or a code. */
int abi_check(int len) {
  int code;
  const fh_json *call = parse_io(len, &code);
  return call ? fh_call_check(call) : code;
}
