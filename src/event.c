/* Checks a call and prints it as an event of Segment's spec
 * (segment.com/docs/connections/spec). */
#include "event.h"

#include "errors.h"

static bool is_id(const fh_json *call, const char *name, bool required) {
  const fh_json *id = fh_json_get(call, name);
  size_t len = strlen(fh_json_text(id));
  return len ? len <= FH_MAX_USER_ID_BYTES : !required && fh_json_is_null(id);
}

int fh_event_check(const fh_json *call) {
  const char *type = fh_json_get_text(call, "type");
  if (!fh_is_one_of(type, "track\0page\0screen\0identify\0group\0alias\0"))
    return FH_ERR_TYPE;
  const fh_json *event = fh_json_get(call, "event");
  if (strcmp(type, "track") == 0 && (!fh_json_is_string(event) || !*fh_json_text(event)))
    return FH_ERR_NAME;
  for (const fh_json *m = fh_json_first(call); m; m = fh_json_next(m)) {
    if (fh_is_one_of(fh_json_name(m), "properties\0traits\0context\0integrations\0") &&
        !fh_json_is_object(m) && !fh_json_is_null(m))
      return FH_ERR_PROPERTIES;
  }
  if (!is_id(call, "userId", *type == 'a') || !is_id(call, "previousId", false) ||
      !is_id(call, "groupId", false) || !is_id(call, "anonymousId", false) ||
      !is_id(call, "messageId", false) || !is_id(call, "timestamp", false))
    return FH_ERR_USER_ID;
  return 0;
}

void fh_put_event(fh_writer *writer, const fh_json *call, const fh_page *page,
                  const fh_json *known) {
  char type = *fh_json_get_text(call, "type");
  const char *bag = type == 'i' || type == 'g' ? "traits" : "properties";
  for (const fh_json *m = fh_json_first(call); m; m = fh_json_next(m)) {
    const char *name = fh_json_name(m);
    if (fh_is_one_of(name,
                     "page\0browser\0domain\0cookies\0context\0userId\0anonymousId\0") ||
        fh_json_is_null(m))
      continue;
    fh_put_name(writer, name);
    if (strcmp(name, bag) == 0) {
      fh_put(writer, "{");
      fh_json_print_others(writer, known, m);
      if (type == 'p') fh_put_members(writer, &page->fields, m, known);
      fh_json_print_members(writer, m);
      fh_put(writer, "}");
    } else {
      fh_json_print(writer, m);
    }
  }
}
