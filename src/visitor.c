/* Keeps what is known of the visitor. */
#include "visitor.h"

fh_writer fh_visitor_scratch(fh_agent *agent) {
  return fh_queue_open(&agent->outbox.queue);
}

void fh_visitor_forget(fh_agent *agent) {
  fh_identity_new(&agent->context.identity, &agent->random);
  fh_profile_clear(&agent->context.profile);
  agent->tail_len = 0;
}

/* Both documents have counted the events of one session. */
static void count_all(fh_session *a, fh_session *b) {
  if (a->events < b->events) a->events = b->events;
  if (a->pages < b->pages) a->pages = b->pages;
  b->events = a->events;
  b->pages = a->pages;
}

bool fh_visitor_refuses(const fh_json *from) { return fh_json_says(from, "cookie", "0"); }

/* The cookie tells, else localStorage. What only localStorage has counts only if it is
 * the same visitor's, since another subdomain may have reset the cookie, and not if
 * more is known already: it may be full. */
bool fh_visitor_restore(fh_agent *agent, const fh_json *from) {
  fh_identity *identity = &agent->context.identity;
  fh_identity stored, found;
  const char *text = fh_json_get_text(from, "store"), *rest;
  bool has_stored = !fh_visitor_refuses(from) && fh_identity_read(&stored, text, &rest);
  if (!fh_identity_read(&found, fh_json_get_text(from, "cookie"), &text)) {
    if (!has_stored) return false;
    found = stored;
  }
  fh_session *mine = &identity->session;
  if (memcmp(&mine->id, &found.session.id, sizeof mine->id) == 0)
    count_all(mine, &found.session);
  bool same = strcmp(found.anonymous_id, identity->anonymous_id) == 0;
  double known_ms = same ? mine->last_ms : 0;
  if (!same || found.session.last_ms > mine->last_ms) *identity = found;
  if (!same) fh_profile_clear(&agent->context.profile);
  if (!has_stored || strcmp(stored.anonymous_id, identity->anonymous_id) != 0 ||
      stored.session.last_ms < known_ms - FH_ACTIVITY_WRITE_MS)
    return true;
  const fh_json *kept = fh_json_parse_copy(&agent->arena, rest);
  if (kept) fh_profile_read(&agent->context.profile, kept, fh_visitor_scratch(agent));
  return true;
}

static bool keep_text(fh_agent *agent, fh_slot slot, const char *text) {
  fh_writer value = fh_visitor_scratch(agent);
  fh_put_string(&value, text, strlen(text));
  return fh_profile_set(&agent->context.profile, slot, &value);
}

/* A linked site knows him for certain; another agent's id is for who is new. */
void fh_visitor_begin(fh_agent *agent, const fh_json *config) {
  fh_profile *profile = &agent->context.profile;
  memset(profile->text, 0, FH_SLOTS);
  fh_visitor_forget(agent);
  bool is_known = fh_visitor_restore(agent, config);
  fh_identity *identity = &agent->context.identity;
  const fh_identity before = *identity;
  const fh_json *adopted = fh_json_get(config, "adopted");
  const char *rest;
  if (fh_identity_read(identity, fh_json_get_text(config, "linked"), &rest)) {
    if (strcmp(before.anonymous_id, identity->anonymous_id) != 0)
      fh_profile_clear(profile);
  } else if (!is_known &&
             fh_identity_adopt(identity, fh_json_get_text(adopted, "anonymousId"))) {
    const char *user = fh_json_get_text(adopted, "userId");
    if (*user && strlen(user) <= FH_MAX_USER_ID_BYTES) keep_text(agent, FH_USER_ID, user);
  }
}

bool fh_visitor_recall(fh_agent *agent, fh_slot slot, const fh_json **olds) {
  *olds = fh_profile_parse(&agent->context.profile, slot, &agent->arena);
  return *olds || !*fh_profile_get(&agent->context.profile, slot);
}

void fh_visitor_keep(fh_agent *agent, fh_slot slot, const char *printed) {
  fh_writer value = fh_visitor_scratch(agent);
  fh_put(&value, printed);
  fh_profile_set(&agent->context.profile, slot, &value);
}

bool fh_visitor_merge(fh_agent *agent, fh_slot slot, const fh_json *news) {
  const fh_json *olds;
  if (!fh_json_is_object(news) || !fh_visitor_recall(agent, slot, &olds)) return false;
  fh_writer value = fh_visitor_scratch(agent);
  fh_json_print_merged(&value, olds, news);
  if (value.len == 2) value.len = 0;
  return fh_profile_set(&agent->context.profile, slot, &value);
}

void fh_visitor_replace(fh_agent *agent, fh_slot slot, const fh_writer *value) {
  fh_visitor_keep(agent, slot, "");
  fh_profile_set(&agent->context.profile, slot, value);
}

void fh_visitor_start_session(fh_agent *agent, double ms) {
  fh_context *context = &agent->context;
  fh_session *session = &context->identity.session;
  fh_writer value = fh_visitor_scratch(agent);
  if (session->index) {
    fh_put(&value, "\"");
    fh_put_uuid(&value, &session->id);
    fh_put(&value, "\"");
  }
  fh_profile_set(&context->profile, FH_PREVIOUS, &value);
  value = fh_visitor_scratch(agent);
  fh_put_entry(&value, &context->page);
  fh_visitor_replace(agent, FH_ENTRY, &value);
  fh_session_start(session, ms, &agent->random);
}

/* Another user: what was known of the last one is not of him, but for the session. */
static void become(fh_agent *agent, const char *user, const fh_profile *before) {
  fh_session session = agent->context.identity.session;
  fh_visitor_forget(agent);
  agent->context.identity.session = session;
  keep_text(agent, FH_USER_ID, user);
  fh_visitor_keep(agent, FH_PREVIOUS, fh_profile_get(before, FH_PREVIOUS));
  fh_visitor_keep(agent, FH_ENTRY, fh_profile_get(before, FH_ENTRY));
}

static bool meet(fh_agent *agent, const char *user, const fh_profile *before) {
  if (!*user || !keep_text(agent, FH_USER_ID, user)) return false;
  if (*fh_profile_get(before, FH_USER_ID)) become(agent, user, before);
  return true;
}

void fh_visitor_be(fh_agent *agent, const fh_json *call, const fh_profile *before) {
  meet(agent, fh_json_get_text(call, "userId"), before);
  fh_profile_take(&agent->context.profile, call, fh_visitor_scratch(agent));
}

bool fh_visitor_learn(fh_agent *agent, const fh_json *call, const fh_profile *before) {
  char type = *fh_json_get_text(call, "type");
  const char *user = fh_json_get_text(call, "userId");
  const fh_json *traits = fh_json_get(call, "traits");
  if (type == 'a') return *user && keep_text(agent, FH_USER_ID, user); /* alias */
  bool learnt = false;
  if (type == 'i') {
    learnt = meet(agent, user, before);
    return learnt | fh_visitor_merge(agent, FH_TRAITS, traits);
  }
  if (type != 'g') return false;
  const char *group = fh_json_get_text(call, "groupId");
  if (*group && keep_text(agent, FH_GROUP_ID, group)) {
    fh_visitor_keep(agent, FH_GROUP_TRAITS, "");
    learnt = true;
  }
  return learnt | fh_visitor_merge(agent, FH_GROUP_TRAITS, traits);
}
