/* Keeps what the visitor allows, and sets the gate by it. */
#include "consent.h"

#include "errors.h"
#include "visitor.h"

void fh_consent_begin(fh_agent *agent, const fh_json *config) {
  const fh_json *options = fh_json_get(config, "options");
  bool objects = (fh_json_is_true(fh_json_get(config, "gpc")) &&
                  !fh_json_says(options, "gpc", "off")) ||
                 (fh_json_is_true(fh_json_get(config, "dnt")) &&
                  fh_json_says(options, "dnt", "on")) ||
                 fh_visitor_refuses(config) || fh_json_says(options, "consent", "denied");
  agent->unasked = objects                                       ? FH_CLEAR
                   : fh_json_says(options, "consent", "pending") ? FH_HELD
                                                                 : 0;
}

/* Sets the gate by his word on "analytics". */
static int judge(fh_agent *agent, const fh_json *analytics) {
  agent->gate = fh_json_is_null(analytics)   ? agent->unasked
                : fh_json_is_true(analytics) ? 0
                                             : FH_CLEAR;
  return agent->gate;
}

static const fh_json *analytics_of(const fh_json *consent) {
  return fh_json_get(fh_json_get(consent, "categoryPreferences"), "analytics");
}

int fh_consent_gate(fh_agent *agent) {
  const fh_json *consent;
  if (fh_visitor_recall(agent, FH_CONSENT, &consent))
    return judge(agent, analytics_of(consent));
  return agent->gate = FH_CLEAR; /* in doubt nothing */
}

int fh_consent_note(fh_agent *agent, const fh_json *said, double ms) {
  const fh_json *before;
  if (!fh_json_is_object(said)) return FH_ERR_PROPERTIES;
  bool kept = fh_visitor_recall(agent, FH_CONSENT, &before);
  double version = fh_json_whole(fh_json_get(before, "version"));
  fh_writer value = fh_visitor_scratch(agent);
  fh_put(&value, "{\"version\":");
  fh_put_number(&value, version < 0 ? 1 : version + 1);
  fh_put(&value, ",\"at\":\"");
  fh_put_iso8601(&value, ms);
  fh_put(&value, "\",\"categoryPreferences\":");
  fh_json_print_merged(&value, fh_json_get(before, "categoryPreferences"), said);
  fh_put(&value, "}");
  kept = kept && fh_profile_set(&agent->context.profile, FH_CONSENT, &value);
  const fh_json *analytics = fh_json_get(said, "analytics");
  if (kept) return judge(agent, analytics ? analytics : analytics_of(before));
  if (!analytics || fh_json_is_true(analytics)) return FH_ERR_LARGE;
  fh_consent_withdraw(agent, true);
  return judge(agent, analytics);
}

void fh_consent_withdraw(fh_agent *agent, bool refused) {
  fh_visitor_keep(agent, FH_CONSENT, "");
  if (refused) agent->unasked = FH_CLEAR;
}
