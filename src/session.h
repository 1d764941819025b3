/* A visit, as a pure function of what it was and of the time. */
#ifndef FH_SESSION_H
#define FH_SESSION_H

#include "uuid.h"

typedef struct fh_session {
  fh_uuid id;      /* version 7: its prefix is when the session started */
  uint32_t index;  /* 1 for the visitor's first session; 0: none yet */
  uint32_t events; /* in it so far */
  uint32_t pages;  /* page views among them */
  double last_ms;  /* wall time of the last activity */
} fh_session;

typedef struct fh_session_limits {
  double idle_ms; /* of silence that end a session */
  double max_ms;  /* that it lasts at most */
} fh_session_limits;

/* Whether activity at wall time `ms` is no longer of this session: there is none,
 * it has been silent for too long, or it is too old. A clock that was put back keeps
 * the session. */
bool fh_session_is_over(const fh_session *session, double ms,
                        const fh_session_limits *limits);

/* Starts the next one at wall time `ms`. */
void fh_session_start(fh_session *session, double ms, fh_random *random);

#endif
