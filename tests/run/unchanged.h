/* What a refused call may not have changed: "a refused call leaves everything as it was
 * but the drop counts and what it told of the page" (src/firsthand.h). The runner of
 * the cases and the fuzzers look at it by the same words. */
#ifndef RUN_UNCHANGED_H
#define RUN_UNCHANGED_H

#include "firsthand.h"

typedef struct earlier {
  uint32_t seq, events;
  uint32_t dropped[FH_ERRORS + 1];
  fh_identity identity;
  fh_profile profile;
} earlier;

/* Events in the queue that are not gone. */
uint32_t events_in(const fh_agent *agent);

/* Notes how an agent is before a call. */
void note_before(earlier *before, const fh_agent *agent);

/* NULL, if the call was refused with this code and nothing else; or what else has
 * changed. */
const char *changed_by_refusal(const earlier *before, const fh_agent *agent, int code);

#endif
