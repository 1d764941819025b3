/* How an agent was before a call, and how it is after it was refused. */
#include "unchanged.h"

uint32_t events_in(const fh_agent *agent) {
  const uint32_t *count = agent->outbox.queue.count;
  return count[FH_WAITING] + count[FH_FLYING] + count[FH_LEAVING] + count[FH_HANDED];
}

void note_before(earlier *before, const fh_agent *agent) {
  before->seq = agent->seq;
  before->events = events_in(agent);
  memcpy(before->dropped, agent->outbox.envelope.dropped, sizeof before->dropped);
  before->identity = agent->context.identity;
  fh_profile_copy(&before->profile, &agent->context.profile);
}

static bool same_session(const fh_identity *a, const fh_identity *b) {
  return memcmp(&a->session.id, &b->session.id, sizeof(fh_uuid)) == 0 &&
         a->session.index == b->session.index && a->session.events == b->session.events &&
         a->session.pages == b->session.pages;
}

/* But for the touches, which pages make. */
static bool same_profile(const fh_profile *a, const fh_profile *b) {
  for (fh_slot slot = FH_USER_ID; slot < FH_SLOTS; slot++)
    if (slot != FH_FIRST_TOUCH && slot != FH_LAST_TOUCH &&
        strcmp(fh_profile_get(a, slot), fh_profile_get(b, slot)) != 0)
      return false;
  return true;
}

const char *changed_by_refusal(const earlier *before, const fh_agent *agent, int code) {
  const fh_identity *identity = &agent->context.identity;
  if (strcmp(identity->anonymous_id, before->identity.anonymous_id) != 0)
    return "the anonymous id";
  if (!same_session(identity, &before->identity)) return "the session";
  if (!same_profile(&agent->context.profile, &before->profile)) return "the profile";
  if (events_in(agent) != before->events) return "the queue";
  if (agent->seq != before->seq + 1) return "the number of the next event";
  for (int i = 1; i <= FH_ERRORS; i++)
    if (agent->outbox.envelope.dropped[i] != before->dropped[i] + (i == -code))
      return "the counts of drops";
  return NULL;
}
