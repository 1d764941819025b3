/* A visit, as a pure function of what it was and of the time. */
#ifndef FH_SESSION_H
#define FH_SESSION_H

#include "uuid.h"

typedef struct fh_session {
  fh_uuid id;     /* version 7: its prefix is when the session started */
  uint32_t index; /* 1 for the visitor's first session; 0: none yet */
  double last_ms; /* wall time of the last activity */
} fh_session;

/* Notes activity at wall time `ms`. Starts a new session when there is none,
 * after FH_SESSION_IDLE_MS of silence, or FH_SESSION_MAX_MS after its start;
 * returns true then. A clock that was put back keeps the session. */
bool fh_session_touch(fh_session *session, double ms, fh_random *random);

#endif
