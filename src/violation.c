/* Checks an event by a tracking plan. */
#include "violation.h"

#include "decimal.h"
#include "finding.h"
#include "near.h"
#include "refusal.h"

/* The name of the list that was meant, or NULL. `also` is a list that is looked
 * through, too, or NULL. The same text is of another type: "1" where 1 is allowed. */
static const char *nearest(const fh_rule *list, const fh_rule *also, const char *name) {
  const char *found = NULL;
  int least = FH_NEAR_MOST + 1;
  for (const fh_rule *rule = list; rule || also;) {
    if (!rule) rule = also, also = NULL;
    int distance = fh_near_distance(name, rule->name);
    if (distance && distance < least) least = distance, found = rule->name;
    rule = rule->next;
  }
  return found;
}

/* "a number", "a string or null": the types that the bits are of. */
static void say_types(fh_findings *to, int types) {
  const char *word = FH_TYPE_WORDS;
  bool first = true;
  /* What may be any number may be a whole one. */
  if (types & FH_IS_NUMBER) types &= ~FH_IS_INTEGER;
  for (int bit = 1; *word; bit <<= 1, word += strlen(word) + 1) {
    if (!(types & bit)) continue;
    if (!first) fh_findings_say(to, " or ");
    if (bit != FH_IS_NULL)
      fh_findings_say(to, *word == 'a' || *word == 'i' || *word == 'o' ? "an " : "a ");
    fh_findings_say(to, word);
    first = false;
  }
}

static void check_value(fh_findings *, const fh_place *, const fh_rule *,
                        const fh_json *);

static void wrong_type(fh_findings *to, const fh_place *at, const fh_rule *rule,
                       int types) {
  fh_findings_begin(to, "type", at);
  fh_findings_say(to, "must be ");
  say_types(to, rule->types);
  fh_findings_say(to, ", is ");
  say_types(to, types);
  fh_findings_end(to, NULL);
}

static void wrong_value(fh_findings *to, const fh_place *at, const fh_rule *rule,
                        const fh_json *value) {
  bool is_text = fh_json_is_string(value);
  fh_findings_begin(to, "value", at);
  fh_findings_say(to, rule->values->next ? "must be one of " : "must be ");
  for (const fh_rule *one = rule->values; one; one = one->next) {
    if (one != rule->values) fh_findings_say(to, ", ");
    if (one->types & FH_IS_STRING)
      fh_findings_quote(to, one->name);
    else
      fh_findings_say(to, one->name);
  }
  fh_findings_end(to, is_text ? nearest(rule->values, NULL, fh_json_text(value)) : NULL);
}

static void check_range(fh_findings *to, const fh_place *at, const char *number,
                        const char *bound, int sign) {
  if (!bound || fh_decimal_compare(number, bound) * sign >= 0) return;
  fh_findings_begin(to, "range", at);
  fh_findings_say(to, sign > 0 ? "must be at least " : "must be at most ");
  fh_findings_say(to, bound);
  fh_findings_end(to, NULL);
}

/* Whether it is there of itself: what the agent and Segment's tell with each page. */
static bool is_of_page(const fh_json *page, const char *name) {
  return page && (fh_json_get(page, name) || fh_is_one_of(name, "name\0category\0"));
}

/* The properties of an object. `common` may be there besides, and `page` is what the
 * page tells of itself; either may be NULL. */
static void check_properties(fh_findings *to, const fh_place *at, const fh_rule *rule,
                             const fh_rule *common, const fh_json *object,
                             const fh_json *page) {
  const fh_rule *const lists[] = {rule->properties, common};
  for (int i = 0; i < 2; i++)
    for (const fh_rule *one = lists[i]; one; one = one->next) {
      fh_place place = {at, one->name, 0};
      if (one->required && !fh_json_get(object, one->name))
        fh_findings_add(to, "missing", &place, "must be there");
    }
  if (!fh_json_is_object(object)) return;
  for (const fh_json *m = fh_json_first(object); m; m = fh_json_next(m)) {
    fh_place place = {at, fh_json_name(m), 0};
    const fh_rule *known = fh_rule_find(rule->properties, place.name);
    if (!known) known = fh_rule_find(common, place.name);
    if (known) {
      check_value(to, &place, known, m);
    } else if (!rule->open && !is_of_page(page, place.name)) {
      fh_findings_begin(to, "unknown_property", &place);
      fh_findings_say(to, "is not in the plan");
      fh_findings_end(to, nearest(rule->properties, common, place.name));
    }
  }
}

static void check_value(fh_findings *to, const fh_place *at, const fh_rule *rule,
                        const fh_json *value) {
  int types = fh_types_of(value);
  if (rule->types && !(rule->types & types)) {
    wrong_type(to, at, rule, types);
    return;
  }
  const fh_rule *one = rule->values;
  while (one && !fh_rule_equals(one, value)) one = one->next;
  if (rule->values && !one) wrong_value(to, at, rule, value);
  if (types & FH_IS_NUMBER) {
    check_range(to, at, fh_json_text(value), rule->minimum, 1);
    check_range(to, at, fh_json_text(value), rule->maximum, -1);
  }
  if (types == FH_IS_OBJECT && rule->properties)
    check_properties(to, at, rule, NULL, value, NULL);
  fh_place each = {at, NULL, 0};
  if (types == FH_IS_ARRAY && rule->items)
    for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m), each.index++)
      check_value(to, &each, rule->items, m);
}

static void check_side(fh_findings *to, const fh_place *at, const fh_rule *rule,
                       int side) {
  if (!side || rule->side & side) return;
  fh_findings_begin(to, "wrong_side", at);
  fh_findings_quote(to, rule->name);
  fh_findings_say(to, rule->side == FH_SIDE_SERVER
                          ? " belongs to the server, and came from a page"
                          : " belongs to the page, and came from a server");
  fh_findings_end(to, NULL);
}

/* Where nothing is known of a category, nobody has denied it. */
static void check_consent(fh_findings *to, const fh_place *at, const fh_rule *rule,
                          const fh_json *context) {
  const fh_json *said =
      fh_json_get(fh_json_get(context, "consent"), "categoryPreferences");
  const fh_json *granted = rule->consent ? fh_json_get(said, rule->consent) : NULL;
  if (!fh_json_is_bool(granted) || fh_json_is_true(granted)) return;
  fh_findings_begin(to, "consent", at);
  fh_findings_say(to, "needs consent to ");
  fh_findings_quote(to, rule->consent);
  fh_findings_say(to, ", which the visitor has denied");
  fh_findings_end(to, NULL);
}

/* The rule of a track event; NULL where there is none, which is then said. */
static const fh_rule *planned(fh_findings *to, const fh_plan *plan, const char *name) {
  const fh_rule *rule = fh_rule_find(plan->events, name);
  if (rule || plan->open) return rule;
  fh_place place = {NULL, "event", 0};
  fh_findings_begin(to, "unknown_event", &place);
  fh_findings_quote(to, name);
  fh_findings_say(to, " is not in the plan");
  fh_findings_end(to, nearest(plan->events, NULL, name));
  return NULL;
}

int fh_violations(const fh_plan *plan, const fh_json *event, int side, fh_writer *to) {
  if (!plan->loaded) return FH_REFUSED_NO_PLAN;
  fh_findings findings = {.writer = to};
  const char *type = fh_json_get_text(event, "type");
  if (!*type && fh_json_get(event, "event")) type = "track";
  bool is_track = strcmp(type, "track") == 0;
  const fh_rule *rule = is_track
                            ? planned(&findings, plan, fh_json_get_text(event, "event"))
                            : fh_rule_find(plan->calls, type);
  if (rule) {
    bool has_traits = fh_is_one_of(type, "identify\0group\0");
    const fh_json *context = fh_json_get(event, "context");
    fh_place event_place = {NULL, is_track ? "event" : "type", 0};
    fh_place bag = {NULL, has_traits ? "traits" : "properties", 0};
    check_side(&findings, &event_place, rule, side);
    check_consent(&findings, &event_place, rule, context);
    check_properties(
        &findings, &bag, rule, has_traits ? NULL : plan->common,
        fh_json_get(event, bag.name),
        fh_is_one_of(type, "page\0screen\0") ? fh_json_get(context, "page") : NULL);
  }
  return fh_findings_close(&findings);
}

/* The C library's strstr is 700 bytes (brotli) of a module. */
static bool contains(const char *text, const char *part) {
  size_t len = strlen(text), want = strlen(part);
  for (size_t i = 0; i + want <= len; i++)
    if (memcmp(text + i, part, want) == 0) return true;
  return false;
}

int fh_side_of(const fh_json *event) {
  const fh_json *context = fh_json_get(event, "context");
  const char *library = fh_json_get_text(fh_json_get(context, "library"), "name");
  if (fh_is_one_of(library,
                   "firsthand\0firsthand-snippet\0analytics.js\0"
                   "RudderLabs JavaScript SDK\0@jitsu/js\0"))
    return FH_SIDE_CLIENT;
  static const char *const servers[] = {"-node", "-python", "-ruby",
                                        "-go",   "-java",   "-php"};
  for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
    if (contains(library, servers[i])) return FH_SIDE_SERVER;
  return 0;
}
