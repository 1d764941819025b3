/* Decides when a visit ends and the next begins. */
#include "session.h"

/* A start that lies further ahead than a session can last means that the
 * clock was wrong then: without that rule such a session would never end. */
bool fh_session_is_over(const fh_session *session, double ms,
                        const fh_session_limits *limits) {
  double age_ms = ms - fh_uuid_ms(&session->id);
  return session->index == 0 || ms - session->last_ms > limits->idle_ms ||
         age_ms > limits->max_ms || age_ms < -limits->max_ms;
}

void fh_session_start(fh_session *session, double ms, fh_random *random) {
  fh_uuid_v7(&session->id, ms, random);
  session->index++;
  session->events = session->pages = 0;
  session->last_ms = ms;
}
