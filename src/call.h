/* A call of Segment's HTTP API as a server receives it, which the agent never has
 * to check: its own calls always have an id. */
#ifndef FH_CALL_H
#define FH_CALL_H

#include "json.h"

/* 0, or the code of errors.def or refusal.def that says what is wrong with the call.
 * segment.com/docs/connections/sources/catalog/libraries/server/http-api */
int fh_call_check(const fh_json *call);

#endif
