/* The exports of the server's module: what the relay, firsthand/server and the
 * command line have of the core. relay/core.mjs calls them. */
#include "call.h"
#include "exchange.h"
#include "planned.h"

EXPORT(reason) int abi_reason(int code);
EXPORT(check) int abi_check(int len);
EXPORT(plan) int abi_plan(int len);
EXPORT(violations) int abi_violations(int len);

/* What a code says: its reason, a line feed, its sentence. */
int abi_reason(int code) { return put_reason(code); }

/* Checks a call of Segment's HTTP API. Returns 0 or a code. */
int abi_check(int len) {
  int code;
  const fh_json *call = parse_io(len, &code);
  return call ? fh_call_check(call) : code;
}

/* Takes a tracking plan, in place of the one before. */
int abi_plan(int len) { return take_plan(len); }

/* Checks an event by it. */
int abi_violations(int len) { return give_violations(len); }
