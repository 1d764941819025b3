/* Decides when a visit ends and the next begins. */
#include "session.h"

#include "limits.h"

/* A start that lies further ahead than a session can last means that the
 * clock was wrong then: without that rule such a session would never end. */
static bool is_over(const fh_session *session, double ms) {
  double age_ms = ms - fh_uuid_ms(&session->id);
  return session->index == 0 || ms - session->last_ms > FH_SESSION_IDLE_MS ||
         age_ms > FH_SESSION_MAX_MS || age_ms < -FH_SESSION_MAX_MS;
}

bool fh_session_touch(fh_session *session, double ms, fh_random *random) {
  bool starts = is_over(session, ms);
  if (starts) {
    fh_uuid_v7(&session->id, ms, random);
    session->index++;
    session->last_ms = ms;
  }
  if (ms > session->last_ms) session->last_ms = ms;
  return starts;
}
