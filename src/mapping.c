/* Loads a mapping, and applies it. */
#include "mapping.h"

#include "letters.h"
#include "limits.h"
#include "refusal.h"
#include "transform.h"

/* A name of an event, levelled. A longer one is cut, in the event and in the mapping. */
#define NAME_BYTES 256

/* --- Names of events ---------------------------------------------------------- */

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (unsigned char)c >= 0x80;
}

/* "Order Completed" and "order_completed" are the same name. */
static void level(const char *name, char out[NAME_BYTES]) {
  size_t len = 0;
  for (bool gap = false; *name && len < NAME_BYTES - 2; name++) {
    if (!is_letter(*name)) {
      gap = len > 0;
      continue;
    }
    if (gap) out[len++] = '_';
    gap = false;
    out[len++] = (char)(*name >= 'A' && *name <= 'Z' ? *name | 0x20 : *name);
  }
  out[len] = '\0';
}

static bool is_name(const char *name, const char *levelled) {
  char its[NAME_BYTES];
  level(name, its);
  return *its && strcmp(its, levelled) == 0;
}

/* Of a track call its own name, of all others their type. */
static void name_event(const fh_json *event, char out[NAME_BYTES]) {
  bool is_track = fh_json_says(event, "type", "track");
  level(fh_json_get_text(event, is_track ? "event" : "type"), out);
}

/* --- Loading ------------------------------------------------------------------ */

/* Where in the mapping we are: from the inside out. */
typedef struct place {
  const struct place *outer;
  const char *name; /* of a member; NULL: an element */
  size_t number;
} place;

static void put_place(fh_writer *writer, const place *at) {
  if (!at) return;
  put_place(writer, at->outer);
  if (at->name) {
    if (at->outer) fh_put(writer, ".");
    fh_put(writer, at->name);
  } else {
    fh_put(writer, "[");
    fh_put_number(writer, (double)at->number);
    fh_put(writer, "]");
  }
}

/* Says what is wrong, and is false. */
static bool wrong(fh_writer *mistake, const place *at, const char *what) {
  put_place(mistake, at);
  fh_put(mistake, at ? ": " : "");
  fh_put(mistake, what);
  return false;
}

typedef bool check(fh_writer *mistake, const place *at, const fh_json *value);

static bool all(fh_writer *mistake, const place *at, const fh_json *list, check *one) {
  size_t number = 0;
  if (!list) return true;
  if (!fh_json_is_array(list)) return wrong(mistake, at, "must be a list");
  for (const fh_json *m = fh_json_first(list); m; m = fh_json_next(m)) {
    place here = {at, NULL, number++};
    if (!one(mistake, &here, m)) return false;
  }
  return true;
}

static bool all_of(fh_writer *mistake, const place *at, const fh_json *object,
                   const char *name, check *one) {
  place here = {at, name, 0};
  return all(mistake, &here, fh_json_get(object, name), one);
}

/* An object with no other members than these, each of which ends in NUL. */
static bool only(fh_writer *mistake, const place *at, const fh_json *object,
                 const char *names) {
  if (!fh_json_is_object(object)) return wrong(mistake, at, "must be an object");
  for (const fh_json *m = fh_json_first(object); m; m = fh_json_next(m)) {
    place here = {at, fh_json_name(m), 0};
    if (!fh_is_one_of(fh_json_name(m), names))
      return wrong(mistake, &here, "is not known here");
  }
  return true;
}

static bool is_path(const fh_json *value) {
  return fh_json_is_string(value) && *fh_json_text(value);
}

static bool check_path(fh_writer *mistake, const place *at, const fh_json *value) {
  return is_path(value) || wrong(mistake, at, "must be a path, like context.page.url");
}

static bool check_name(fh_writer *mistake, const place *at, const fh_json *value) {
  return fh_json_is_string(value) || wrong(mistake, at, "must be the name of an event");
}

/* {"exists": path}, {"isString": path}, {"isObject": path}, {"equals": [path, value]},
 * {"matches": [path, text]}, {"not": condition}, {"all": […]}, {"any": […]} */
static bool check_condition(fh_writer *mistake, const place *at, const fh_json *value) {
  const fh_json *with = fh_json_first(value);
  if (!fh_json_is_object(value) || !with || fh_json_next(with))
    return wrong(mistake, at, "a condition is an object of one member");
  const char *name = fh_json_name(with);
  place here = {at, name, 0};
  if (fh_is_one_of(name, "all\0any\0")) return all(mistake, &here, with, check_condition);
  if (strcmp(name, "not") == 0) return check_condition(mistake, &here, with);
  if (fh_is_one_of(name, "exists\0isString\0isObject\0"))
    return check_path(mistake, &here, with);
  if (!fh_is_one_of(name, "equals\0matches\0"))
    return wrong(mistake, &here, "no such condition");
  const fh_json *path = fh_json_first(with), *its = fh_json_next(path);
  if (!fh_json_is_array(with) || !is_path(path) || !its || fh_json_next(its))
    return wrong(mistake, &here, "needs [path, value]");
  return true;
}

static bool check_when(fh_writer *mistake, const place *at, const fh_json *object) {
  place here = {at, "when", 0};
  const fh_json *when = fh_json_get(object, "when");
  return !when || check_condition(mistake, &here, when);
}

static bool check_filter(fh_writer *mistake, const place *at, const fh_json *value) {
  if (!only(mistake, at, value, "action\0events\0when\0")) return false;
  place action = {at, "action", 0};
  if (!fh_is_one_of(fh_json_get_text(value, "action"), "allow\0deny\0"))
    return wrong(mistake, &action, "must be allow or deny");
  if (!fh_json_get(value, "events") == !fh_json_get(value, "when"))
    return wrong(mistake, at, "needs either events or when");
  return all_of(mistake, at, value, "events", check_name) &&
         check_when(mistake, at, value);
}

static check check_mapping;

static const fh_json *each_of(const fh_json *transform) {
  return fh_json_get(transform, "each");
}

static bool check_transform(fh_writer *mistake, const place *at, const fh_json *value) {
  if (each_of(value))
    return only(mistake, at, value, "each\0") &&
           all_of(mistake, at, value, "each", check_mapping);
  const char *what = fh_transform_check(value);
  return !what || wrong(mistake, at, what);
}

static bool check_spread(fh_writer *mistake, const place *at, const fh_json *mapping) {
  place here = {at, "spread", 0};
  const fh_json *spread = fh_json_get(mapping, "spread");
  return !spread || only(mistake, &here, spread, "separator\0prefix\0depth\0");
}

static bool check_input(fh_writer *mistake, const place *at, const fh_json *mapping) {
  place here = {at, "inputKey", 0};
  const fh_json *input = fh_json_get(mapping, "inputKey");
  if (!input == !fh_json_get(mapping, "value"))
    return wrong(mistake, at, "needs either an inputKey or a value");
  if (!input) return true;
  if (fh_json_is_array(input)) return all(mistake, &here, input, check_path);
  return check_path(mistake, &here, input);
}

static bool check_output(fh_writer *mistake, const place *at, const fh_json *mapping) {
  place here = {at, "outputKey", 0};
  const fh_json *output = fh_json_get(mapping, "outputKey");
  size_t names = 1;
  if (!output && fh_json_get(mapping, "spread")) return true;
  for (const char *at_dot = fh_json_text(output); *at_dot; at_dot++)
    names += *at_dot == '.';
  if (names > FH_MAX_DEPTH) return wrong(mistake, &here, "has too many names");
  return check_path(mistake, &here, output);
}

static bool check_mapping(fh_writer *mistake, const place *at, const fh_json *value) {
  return only(mistake, at, value,
              "inputKey\0value\0outputKey\0transforms\0default\0when\0spread\0") &&
         check_input(mistake, at, value) && check_output(mistake, at, value) &&
         check_when(mistake, at, value) && check_spread(mistake, at, value) &&
         all_of(mistake, at, value, "transforms", check_transform);
}

static bool check_section(fh_writer *mistake, const place *at, const fh_json *section) {
  if (!section) return true;
  return only(mistake, at, section, "filters\0mappings\0") &&
         all_of(mistake, at, section, "filters", check_filter) &&
         all_of(mistake, at, section, "mappings", check_mapping);
}

static bool check_named(fh_writer *mistake, const fh_json *root, const char *name) {
  place here = {NULL, name, 0};
  return check_section(mistake, &here, fh_json_get(root, name));
}

static bool check_specific(fh_writer *mistake, const fh_json *sections) {
  place at = {NULL, "eventSpecific", 0};
  if (!sections) return true;
  if (!fh_json_is_object(sections)) return wrong(mistake, &at, "must be an object");
  for (const fh_json *m = fh_json_first(sections); m; m = fh_json_next(m)) {
    place here = {&at, fh_json_name(m), 0};
    if (!check_section(mistake, &here, m)) return false;
  }
  return true;
}

static bool check_root(fh_writer *mistake, const fh_json *root) {
  return only(mistake, NULL, root,
              "params\0global\0default\0eventSpecific\0lists\0version\0about\0") &&
         all_of(mistake, NULL, root, "lists", check_path) &&
         check_named(mistake, root, "global") && check_named(mistake, root, "default") &&
         check_specific(mistake, fh_json_get(root, "eventSpecific"));
}

/* --- Parameters: $$NAME$$ within any text -------------------------------------- */

/* The value of the parameter at `from`, which begins with $$, and where it ends. */
static const fh_json *param_at(const fh_json *params, const char *from,
                               const char **end) {
  char name[NAME_BYTES];
  const char *stop = strstr(from + 2, "$$");
  size_t len = stop ? (size_t)(stop - from) - 2 : NAME_BYTES;
  if (len >= sizeof name) return NULL;
  memcpy(name, from + 2, len);
  name[len] = '\0';
  *end = stop + 2;
  const fh_json *value = fh_json_get(params, name);
  return fh_json_is_string(value) || fh_json_is_number(value) ? value : NULL;
}

static bool fill_text(fh_mapping *mapping, const fh_json *params, const place *at,
                      fh_json *value, fh_writer *mistake) {
  fh_arena *arena = mapping->arena;
  const char *text = fh_json_text(value), *from;
  if (!strstr(text, "$$")) return true;
  fh_writer writer = fh_writer_on(arena->base + arena->used, arena->cap - arena->used);
  for (const char *end; (from = strstr(text, "$$")); text = end) {
    const fh_json *param = param_at(params, from, &end);
    if (!param)
      return wrong(mistake, at, "names a parameter that params has no value of");
    fh_put_bytes(&writer, text, (size_t)(from - text));
    fh_put(&writer, fh_json_text(param));
  }
  fh_put(&writer, text);
  fh_put_bytes(&writer, "", 1);
  arena->exhausted |= writer.full;
  char *filled = writer.full ? NULL : fh_arena_alloc(arena, writer.len);
  if (filled) fh_json_set_chars(value, filled);
  return true;
}

static bool fill(fh_mapping *mapping, const fh_json *params, const place *at,
                 fh_json *value, fh_writer *mistake) {
  if (fh_json_is_string(value)) return fill_text(mapping, params, at, value, mistake);
  size_t number = 0;
  for (fh_json *m = fh_json_first(value); m; m = fh_json_next(m)) {
    place here = {at, fh_json_is_array(value) ? NULL : fh_json_name(m), number++};
    if (m != params && !fill(mapping, params, &here, m, mistake)) return false;
  }
  return true;
}

int fh_mapping_load(fh_mapping *mapping, fh_arena *arena, char *text, size_t len,
                    fh_writer *mistake) {
  int code;
  *mapping = (fh_mapping){arena, NULL, 0};
  fh_arena_reset(arena);
  fh_json *root = fh_json_parse(arena, text, len, &code);
  if (!root) return code;
  if (!check_root(mistake, root)) return FH_REFUSED_MAPPING;
  if (!fill(mapping, fh_json_get(root, "params"), NULL, root, mistake))
    return FH_REFUSED_MAPPING;
  if (arena->exhausted) return FH_ERR_COMPLEX;
  mapping->root = root;
  mapping->used = arena->used;
  return 0;
}

/* --- Conditions and filters ---------------------------------------------------- */

static bool is_same_text(fh_arena *arena, const char *a, const char *b) {
  size_t len = strlen(a);
  fh_json *one = fh_json_new_string(arena, a, len);
  fh_json *two = fh_json_new_string(arena, b, strlen(b));
  if (!one || !two) return false;
  fh_change_case(fh_json_chars(one), len, true);
  fh_change_case(fh_json_chars(two), strlen(b), true);
  return strcmp(fh_json_text(one), fh_json_text(two)) == 0;
}

/* A path where nothing is equals "". */
static bool equals(fh_arena *arena, const fh_json *event, const fh_json *with,
                   bool any_case) {
  const fh_json *its = fh_json_at(event, fh_json_text(fh_json_first(with)));
  const fh_json *value = fh_json_next(fh_json_first(with));
  if (fh_json_is_bool(value))
    return fh_json_is_bool(its) && fh_json_is_true(its) == fh_json_is_true(value);
  if (its && !fh_json_is_string(its) && !fh_json_is_number(its)) return false;
  const char *a = fh_json_text(its), *b = fh_json_text(value);
  return any_case ? is_same_text(arena, a, b) : strcmp(a, b) == 0;
}

static bool holds(fh_arena *arena, const fh_json *condition, const fh_json *event) {
  const fh_json *with = fh_json_first(condition);
  const char *name = fh_json_name(with);
  if (strcmp(name, "equals") == 0) return equals(arena, event, with, false);
  if (strcmp(name, "matches") == 0) return equals(arena, event, with, true);
  if (strcmp(name, "not") == 0) return !holds(arena, with, event);
  if (fh_is_one_of(name, "all\0any\0")) {
    bool is_all = *name == 'a' && name[1] == 'l';
    for (const fh_json *m = fh_json_first(with); m; m = fh_json_next(m))
      if (holds(arena, m, event) != is_all) return !is_all;
    return is_all;
  }
  const fh_json *its = fh_json_at(event, fh_json_text(with));
  return strcmp(name, "isString") == 0   ? fh_json_is_string(its)
         : strcmp(name, "isObject") == 0 ? fh_json_is_object(its)
                                         : its != NULL;
}

static bool has_name(const fh_json *events, const char *name) {
  for (const fh_json *m = fh_json_first(events); m; m = fh_json_next(m))
    if (is_name(fh_json_text(m), name)) return true;
  return false;
}

static bool passes(fh_arena *arena, const fh_json *section, const fh_json *event,
                   const char *name) {
  const fh_json *filter = fh_json_first(fh_json_get(section, "filters"));
  for (; filter; filter = fh_json_next(filter)) {
    const fh_json *events = fh_json_get(filter, "events");
    const fh_json *when = fh_json_get(filter, "when");
    bool is_meant = events ? has_name(events, name) : holds(arena, when, event);
    if (is_meant != fh_json_says(filter, "action", "allow")) return false;
  }
  return true;
}

/* --- Applying ------------------------------------------------------------------ */

static const fh_json *input_of(const fh_json *mapping, const fh_json *event) {
  const fh_json *input = fh_json_get(mapping, "inputKey"), *found = NULL;
  if (!input) return fh_json_get(mapping, "value");
  if (fh_json_is_string(input)) return fh_json_at(event, fh_json_text(input));
  for (const fh_json *m = fh_json_first(input); m && !found; m = fh_json_next(m))
    found = fh_json_at(event, fh_json_text(m));
  return found;
}

/* Puts a value at a path, with the objects on the way to it. */
static void put_at(fh_arena *arena, fh_json *object, const char *path, fh_json *value) {
  char name[NAME_BYTES];
  if (!value) return;
  size_t len = strcspn(path, ".");
  if (len >= sizeof name) len = sizeof name - 1;
  memcpy(name, path, len);
  name[len] = '\0';
  path += strcspn(path, ".");
  if (!*path) {
    fh_json_put(arena, object, name, value);
    return;
  }
  fh_json_own(arena, object); /* what is in it may be part of the event */
  fh_json *inner = fh_json_get(object, name);
  if (!fh_json_is_object(inner)) {
    inner = fh_json_new_object(arena);
    fh_json_put(arena, object, name, inner);
  }
  if (inner) put_at(arena, inner, path + 1, value);
}

typedef struct spreading {
  fh_arena *arena;
  fh_json *into;
  const char *separator;
} spreading;

/* Members of members become members, down to a depth. */
static void spread(const spreading *how, const fh_json *value, const char *before,
                   double depth) {
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m)) {
    char name[NAME_BYTES];
    fh_writer writer = fh_writer_on(name, sizeof name - 1);
    if (*before) {
      fh_put(&writer, before);
      fh_put(&writer, how->separator);
    }
    fh_put(&writer, fh_json_name(m));
    if (writer.full) continue;
    name[writer.len] = '\0';
    if (fh_json_is_object(m) && depth > 1)
      spread(how, m, name, depth - 1);
    else
      fh_json_put(how->arena, how->into, name, fh_json_share(how->arena, m));
  }
}

static void spread_into(fh_arena *arena, fh_json *payload, const fh_json *mapping,
                        const fh_json *value) {
  const fh_json *how = fh_json_get(mapping, "spread");
  const char *path = fh_json_get_text(mapping, "outputKey");
  double depth = fh_json_whole(fh_json_get(how, "depth"));
  /* Without a separator names of different depths could not be told apart. */
  const char *separator = fh_json_get_text(how, "separator");
  if (depth < 0) depth = *separator ? FH_MAX_DEPTH : 1;
  if (!fh_json_is_object(value)) return;
  const fh_json *there = *path ? fh_json_at(payload, path) : NULL;
  fh_json *into = !*path                     ? payload
                  : fh_json_is_object(there) ? fh_json_share(arena, there)
                                             : fh_json_new_object(arena);
  spreading work = {arena, into, separator};
  spread(&work, value, fh_json_get_text(how, "prefix"), depth);
  if (*path) put_at(arena, payload, path, into);
}

static void apply_all(fh_arena *arena, const fh_json *mappings, const fh_json *event,
                      fh_json *payload);

/* Each element, or the one value there is, mapped; what nothing comes of is left out. */
static fh_json *apply_each(fh_arena *arena, const fh_json *mappings,
                           const fh_json *value) {
  fh_json *list = fh_json_new_array(arena);
  const fh_json *m = fh_json_is_array(value) ? fh_json_first(value) : value;
  for (; list && m; m = fh_json_is_array(value) ? fh_json_next(m) : NULL) {
    fh_json *made = fh_json_new_object(arena);
    apply_all(arena, mappings, m, made);
    if (fh_json_first(made)) fh_json_push(arena, list, made);
  }
  return fh_json_first(list) ? list : NULL;
}

static const fh_json *transformed(fh_arena *arena, const fh_json *mapping,
                                  const fh_json *value) {
  const fh_json *step = fh_json_first(fh_json_get(mapping, "transforms"));
  for (; value && step; step = fh_json_next(step))
    value = each_of(step) ? apply_each(arena, each_of(step), value)
                          : fh_transform(arena, step, value);
  return value;
}

static void apply_one(fh_arena *arena, const fh_json *mapping, const fh_json *event,
                      fh_json *payload) {
  const fh_json *when = fh_json_get(mapping, "when");
  if (when && !holds(arena, when, event)) return;
  const fh_json *value = transformed(arena, mapping, input_of(mapping, event));
  if (!value) value = fh_json_get(mapping, "default");
  if (!value) return;
  if (fh_json_get(mapping, "spread"))
    spread_into(arena, payload, mapping, value);
  else
    put_at(arena, payload, fh_json_get_text(mapping, "outputKey"),
           fh_json_share(arena, value));
}

static void apply_all(fh_arena *arena, const fh_json *mappings, const fh_json *event,
                      fh_json *payload) {
  for (const fh_json *m = fh_json_first(mappings); m; m = fh_json_next(m))
    apply_one(arena, m, event, payload);
}

/* Where a vendor wants a list of the one object that the lines have made. */
static void wrap_all(fh_arena *arena, const fh_json *paths, fh_json *payload) {
  for (const fh_json *m = fh_json_first(paths); m; m = fh_json_next(m)) {
    const fh_json *made = fh_json_at(payload, fh_json_text(m));
    fh_json *list = made ? fh_json_new_array(arena) : NULL;
    fh_json_push(arena, list, fh_json_share(arena, made));
    put_at(arena, payload, fh_json_text(m), list);
  }
}

/* The section of this event. */
static const fh_json *section_of(const fh_json *root, const char *name) {
  const fh_json *m = fh_json_first(fh_json_get(root, "eventSpecific"));
  for (; m; m = fh_json_next(m))
    if (is_name(fh_json_name(m), name)) return m;
  return fh_json_get(root, "default");
}

int fh_mapping_apply(const fh_mapping *mapping, char *text, size_t len,
                     fh_writer *writer) {
  int code;
  char name[NAME_BYTES];
  fh_arena *arena = mapping->arena;
  if (!mapping->root) return FH_REFUSED_NO_MAPPING;
  arena->used = mapping->used;
  arena->exhausted = false;
  const fh_json *event = fh_json_parse(arena, text, len, &code);
  if (!event) return code;
  name_event(event, name);
  const fh_json *global = fh_json_get(mapping->root, "global");
  const fh_json *section = section_of(mapping->root, name);
  if (!passes(arena, global, event, name) || !passes(arena, section, event, name))
    return arena->exhausted ? FH_ERR_COMPLEX : 0;
  fh_json *payload = fh_json_new_object(arena);
  apply_all(arena, fh_json_get(global, "mappings"), event, payload);
  apply_all(arena, fh_json_get(section, "mappings"), event, payload);
  wrap_all(arena, fh_json_get(mapping->root, "lists"), payload);
  if (arena->exhausted) return FH_ERR_COMPLEX;
  fh_json_print(writer, payload);
  return writer->full ? FH_ERR_LARGE : 0;
}
