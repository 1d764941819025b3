/* A tracking plan read: looked through whole, so that all of its problems are told at
 * once, and only then made into rules. */
#include "plan.h"

#include "decimal.h"
#include "finding.h"
#include "near.h"
#include "refusal.h"

/* --- Looking through ---------------------------------------------------------- */

typedef void checker(fh_findings *, const fh_place *, const fh_json *);

/* A member that an object of the plan may have. */
typedef struct known_member {
  const char *name;
  checker *check;
} known_member;

static void say_wrong(fh_findings *to, const fh_place *at, const char *sentence) {
  fh_findings_add(to, "plan", at, sentence);
}

static void is_anything(fh_findings *to, const fh_place *at, const fh_json *value) {
  (void)to, (void)at, (void)value;
}

static void is_text(fh_findings *to, const fh_place *at, const fh_json *value) {
  if (!fh_json_is_string(value)) say_wrong(to, at, "must be a text");
}

static void is_flag(fh_findings *to, const fh_place *at, const fh_json *value) {
  if (!fh_json_is_bool(value)) say_wrong(to, at, "must be true or false");
}

static void is_number(fh_findings *to, const fh_place *at, const fh_json *value) {
  if (!fh_json_is_number(value)) say_wrong(to, at, "must be a number");
}

static void is_format(fh_findings *to, const fh_place *at, const fh_json *value) {
  if (fh_json_whole(value) != FH_PLAN_FORMAT)
    say_wrong(to, at, "must be 1, the one format that there is");
}

/* One of some words. */
static void is_word(fh_findings *to, const fh_place *at, const fh_json *value,
                    const char *words) {
  const char *text = fh_json_text(value), *near = NULL;
  if (fh_json_is_string(value) && *text && fh_is_one_of(text, words)) return;
  fh_findings_begin(to, "plan", at);
  fh_findings_say(to, "must be one of ");
  for (const char *word = words; *word; word += strlen(word) + 1) {
    if (word != words) fh_findings_say(to, ", ");
    fh_findings_quote(to, word);
    if (fh_near_distance(text, word) <= FH_NEAR_MOST) near = word;
  }
  fh_findings_end(to, near);
}

static void is_side(fh_findings *to, const fh_place *at, const fh_json *value) {
  is_word(to, at, value, FH_SIDE_WORDS);
}

static void is_objective(fh_findings *to, const fh_place *at, const fh_json *value) {
  is_word(to, at, value, "behaviour\0marketing\0revenue\0operations\0");
}

static void is_source(fh_findings *to, const fh_place *at, const fh_json *value) {
  is_word(to, at, value, "page\0server\0both\0");
}

static void is_type(fh_findings *to, const fh_place *at, const fh_json *value) {
  if (!fh_json_is_array(value)) {
    is_word(to, at, value, FH_TYPE_WORDS);
    return;
  }
  if (!fh_json_first(value)) say_wrong(to, at, "must name a type");
  fh_place each = {at, NULL, 0};
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m), each.index++)
    is_word(to, &each, m, FH_TYPE_WORDS);
}

static void is_list_of_values(fh_findings *to, const fh_place *at, const fh_json *value) {
  if (!fh_json_is_array(value) || !fh_json_first(value)) {
    say_wrong(to, at, "must be a list of the values that are allowed");
    return;
  }
  fh_place each = {at, NULL, 0};
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m), each.index++)
    if (fh_json_is_object(m) || fh_json_is_array(m))
      say_wrong(to, &each, "must be a text, a number, true, false or null");
}

static void is_object(fh_findings *to, const fh_place *at, const fh_json *value) {
  if (!fh_json_is_object(value)) say_wrong(to, at, "must be an object");
}

/* Whether a member of this name has been there before. */
static bool is_again(const fh_json *object, const fh_json *member) {
  const fh_json *m = fh_json_first(object);
  while (m != member && strcmp(fh_json_name(m), fh_json_name(member)) != 0)
    m = fh_json_next(m);
  return m != member;
}

/* Each member of an object, whatever it is called. */
static void each_member(fh_findings *to, const fh_place *at, const fh_json *object,
                        checker *check_each) {
  is_object(to, at, object);
  if (!fh_json_is_object(object)) return;
  for (const fh_json *m = fh_json_first(object); m; m = fh_json_next(m)) {
    fh_place place = {at, fh_json_name(m), 0};
    if (!*place.name) say_wrong(to, &place, "must have a name");
    if (is_again(object, m)) say_wrong(to, &place, "is there twice");
    check_each(to, &place, m);
  }
}

/* The members of an object that has to have such names. */
static void known_members(fh_findings *to, const fh_place *at, const fh_json *object,
                          const known_member *known) {
  is_object(to, at, object);
  if (!fh_json_is_object(object)) return;
  for (const fh_json *m = fh_json_first(object); m; m = fh_json_next(m)) {
    fh_place place = {at, fh_json_name(m), 0};
    const known_member *found = known;
    const char *near = NULL;
    for (; found->name && strcmp(found->name, place.name) != 0; found++)
      if (fh_near_distance(place.name, found->name) <= FH_NEAR_MOST) near = found->name;
    if (is_again(object, m)) say_wrong(to, &place, "is there twice");
    if (found->name) {
      found->check(to, &place, m);
      continue;
    }
    fh_findings_begin(to, "plan", &place);
    fh_findings_say(to, "is nothing that a plan says here");
    fh_findings_end(to, near);
  }
}

static int types_in(const fh_json *rule) {
  const fh_json *type = fh_json_get(rule, "type");
  int types = fh_type_named(fh_json_text(type));
  for (const fh_json *m = fh_json_is_array(type) ? fh_json_first(type) : NULL; m;
       m = fh_json_next(m))
    types |= fh_type_named(fh_json_text(m));
  return types;
}

/* What has to be of a type goes with that type. */
static void suits(fh_findings *to, const fh_place *at, const fh_json *rule,
                  const char *name, int types, const char *sentence) {
  int has = types_in(rule);
  fh_place place = {at, name, 0};
  if (fh_json_get(rule, name) && has && !(has & types)) say_wrong(to, &place, sentence);
}

static void is_rules(fh_findings *, const fh_place *, const fh_json *);

static void is_rule(fh_findings *to, const fh_place *at, const fh_json *rule) {
  static const known_member known[] = {
      {"description", is_text}, {"type", is_type},
      {"required", is_flag},    {"enum", is_list_of_values},
      {"minimum", is_number},   {"maximum", is_number},
      {"items", is_rule},       {"properties", is_rules},
      {"pii", is_flag},         {"additionalProperties", is_flag},
      {"meta", is_object},      {NULL, NULL},
  };
  known_members(to, at, rule, known);
  const fh_json *minimum = fh_json_get(rule, "minimum");
  const fh_json *maximum = fh_json_get(rule, "maximum");
  int numbers = FH_IS_NUMBER | FH_IS_INTEGER;
  suits(to, at, rule, "minimum", numbers, "is of numbers");
  suits(to, at, rule, "maximum", numbers, "is of numbers");
  suits(to, at, rule, "items", FH_IS_ARRAY, "are of arrays");
  suits(to, at, rule, "properties", FH_IS_OBJECT, "are of objects");
  if (fh_json_is_number(minimum) && fh_json_is_number(maximum) &&
      fh_decimal_compare(fh_json_text(minimum), fh_json_text(maximum)) > 0)
    say_wrong(to, at, "has a minimum above its maximum");
}

static void is_rules(fh_findings *to, const fh_place *at, const fh_json *rules) {
  each_member(to, at, rules, is_rule);
}

static void is_event(fh_findings *to, const fh_place *at, const fh_json *event) {
  static const known_member known[] = {
      {"description", is_text},
      {"owner", is_text},
      {"side", is_side},
      {"consent", is_text},
      {"properties", is_rules},
      {"additionalProperties", is_flag},
      {"meta", is_object},
      {"objective", is_objective},
      {"source", is_source},
      {"revenue", is_flag},
      {"offsite", is_flag},
      {"critical", is_flag},
      {"pii", is_flag},
      {"context", is_flag},
      {NULL, NULL},
  };
  known_members(to, at, event, known);
}

static void is_events(fh_findings *to, const fh_place *at, const fh_json *events) {
  each_member(to, at, events, is_event);
}

static void is_calls(fh_findings *to, const fh_place *at, const fh_json *calls) {
  static const known_member known[] = {
      {"page", is_event},  {"screen", is_event}, {"identify", is_event},
      {"group", is_event}, {"alias", is_event},  {NULL, NULL},
  };
  known_members(to, at, calls, known);
}

static void is_plan(fh_findings *to, const fh_json *tree) {
  static const known_member known[] = {
      {"$schema", is_text},
      {"format", is_format},
      {"name", is_text},
      {"version", is_anything},
      {"description", is_text},
      {"events", is_events},
      {"calls", is_calls},
      {"properties", is_rules},
      {"additionalEvents", is_flag},
      {"additionalProperties", is_flag},
      {"meta", is_object},
      {NULL, NULL},
  };
  known_members(to, NULL, tree, known);
  static const char *const needed[] = {"format", "events"};
  for (int i = 0; i < 2; i++) {
    fh_place place = {NULL, needed[i], 0};
    if (fh_json_is_object(tree) && !fh_json_get(tree, needed[i]))
      say_wrong(to, &place, "must be there");
  }
}

/* --- Keeping ------------------------------------------------------------------- */

static const char *keep_text(fh_arena *store, const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = fh_arena_alloc(store, size);
  return copy ? memcpy(copy, text, size) : "";
}

/* A new rule behind the last one; NULL where there is no room. */
static fh_rule *add(fh_arena *store, const fh_rule ***end, const char *name) {
  fh_rule *rule = fh_arena_alloc(store, sizeof *rule);
  if (!rule) return NULL;
  *rule = (fh_rule){.name = keep_text(store, name)};
  **end = rule;
  *end = &rule->next;
  return rule;
}

static const fh_rule *keep_values(fh_arena *store, const fh_json *list) {
  const fh_rule *first = NULL, **end = &first;
  for (const fh_json *m = fh_json_first(list); m; m = fh_json_next(m)) {
    const char *text = fh_json_is_bool(m)   ? (fh_json_is_true(m) ? "true" : "false")
                       : fh_json_is_null(m) ? "null"
                                            : fh_json_text(m);
    fh_rule *value = add(store, &end, text);
    if (value) value->types = (uint8_t)fh_types_of(m);
  }
  return first;
}

static const char *keep_member(fh_arena *store, const fh_json *object, const char *name) {
  const char *text = fh_json_get_text(object, name);
  return *text ? keep_text(store, text) : NULL;
}

static const fh_rule *keep_rules(fh_arena *, const fh_json *, bool open);

/* What a rule of a property or an event says; what it does not say of others holds as
 * around it. */
static void keep_rule(fh_arena *store, fh_rule *rule, const fh_json *says, bool open) {
  const fh_json *others = fh_json_get(says, "additionalProperties");
  const fh_json *items = fh_json_get(says, "items");
  const fh_json *properties = fh_json_get(says, "properties");
  rule->open = others ? fh_json_is_true(others) : open;
  rule->required = fh_json_is_true(fh_json_get(says, "required"));
  rule->minimum = keep_member(store, says, "minimum");
  rule->maximum = keep_member(store, says, "maximum");
  rule->values = keep_values(store, fh_json_get(says, "enum"));
  rule->properties = keep_rules(store, properties, rule->open);
  int types = types_in(says);
  if (!types && properties) types = FH_IS_OBJECT;
  if (!types && items) types = FH_IS_ARRAY;
  if (!types && (rule->minimum || rule->maximum)) types = FH_IS_NUMBER;
  rule->types = (uint8_t)types;
  const fh_rule **end = &rule->items;
  fh_rule *item = items ? add(store, &end, "") : NULL;
  if (item) keep_rule(store, item, items, rule->open);
}

static const fh_rule *keep_rules(fh_arena *store, const fh_json *rules, bool open) {
  const fh_rule *first = NULL, **end = &first;
  for (const fh_json *m = fh_json_first(rules); m; m = fh_json_next(m)) {
    fh_rule *rule = add(store, &end, fh_json_name(m));
    if (rule) keep_rule(store, rule, m, open);
  }
  return first;
}

static const fh_rule *keep_events(fh_arena *store, const fh_json *events, bool open) {
  const fh_rule *first = NULL, **end = &first;
  for (const fh_json *m = fh_json_first(events); m; m = fh_json_next(m)) {
    fh_rule *rule = add(store, &end, fh_json_name(m));
    if (!rule) continue;
    keep_rule(store, rule, m, open);
    int side = fh_side_named(fh_json_get_text(m, "side"));
    rule->side = (uint8_t)(side ? side : FH_SIDE_BOTH);
    rule->consent = keep_member(store, m, "consent");
  }
  return first;
}

fh_plan fh_plan_on(char *block, size_t size) {
  return (fh_plan){.store = {block, size, 0, false}};
}

int fh_plan_load(fh_plan *plan, const fh_json *tree, fh_writer *problems) {
  fh_findings findings = {.writer = problems};
  is_plan(&findings, tree);
  if (fh_findings_close(&findings)) return findings.count;
  bool open = fh_json_is_true(fh_json_get(tree, "additionalProperties"));
  fh_arena *store = &plan->store;
  fh_arena_reset(store);
  plan->open = fh_json_is_true(fh_json_get(tree, "additionalEvents"));
  plan->events = keep_events(store, fh_json_get(tree, "events"), open);
  plan->calls = keep_events(store, fh_json_get(tree, "calls"), open);
  plan->common = keep_rules(store, fh_json_get(tree, "properties"), open);
  plan->loaded = !store->exhausted;
  return plan->loaded ? 0 : FH_REFUSED_PLAN_LARGE;
}
