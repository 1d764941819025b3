/* Checks a call of Segment's HTTP API. */
#include "call.h"

#include "event.h"
#include "refusal.h"

int fh_call_check(const fh_json *call) {
  int error = fh_event_check(call);
  if (error) return error;
  bool known =
      *fh_json_get_text(call, "userId") || *fh_json_get_text(call, "anonymousId");
  return known ? 0 : FH_REFUSED_MISSING_ID;
}
