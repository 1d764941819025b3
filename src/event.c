/* Checks a call and prints it as an event of Segment's spec
 * (segment.com/docs/connections/spec). */
#include "event.h"

#include "errors.h"

/* Whether `text` is one of the `count` words. */
static bool is_one_of(const char* text, const char* const* words, size_t count) {
  while (count && strcmp(text, words[count - 1]) != 0) count--;
  return count > 0;
}

#define IS_ONE_OF(text, words) is_one_of(text, words, sizeof words / sizeof *words)

int fh_event_check(const fh_json* call) {
  static const char* const types[] = {"track", "page", "screen", "identify"};
  static const char* const bags[] = {"properties", "traits", "context", "integrations"};
  const char* type = fh_json_get_text(call, "type");
  if (!IS_ONE_OF(type, types)) return FH_ERR_TYPE;
  const fh_json* event = fh_json_get(call, "event");
  if (strcmp(type, "track") == 0 && (!fh_json_is_string(event) || !*fh_json_text(event)))
    return FH_ERR_NAME;
  for (const fh_json* m = fh_json_first(call); m; m = fh_json_next(m)) {
    if (IS_ONE_OF(fh_json_name(m), bags) && !fh_json_is_object(m) && !fh_json_is_null(m))
      return FH_ERR_PROPERTIES;
  }
  const fh_json* user = fh_json_get(call, "userId");
  size_t user_len = strlen(fh_json_text(user));
  if (user_len > FH_MAX_USER_ID_BYTES || (user_len == 0 && !fh_json_is_null(user)))
    return FH_ERR_USER_ID;
  return 0;
}

void fh_put_event(fh_writer* writer, const fh_json* call, const fh_page* page) {
  static const char* const not_printed[] = {"page", "context", "userId"};
  bool is_page = strcmp(fh_json_get_text(call, "type"), "page") == 0;
  for (const fh_json* m = fh_json_first(call); m; m = fh_json_next(m)) {
    const char* name = fh_json_name(m);
    if (IS_ONE_OF(name, not_printed) || fh_json_is_null(m)) continue;
    fh_put_name(writer, name);
    if (is_page && strcmp(name, "properties") == 0) {
      fh_put(writer, "{");
      fh_put_members(writer, &page->fields, m);
      fh_put(writer, "}");
    } else {
      fh_json_print(writer, m);
    }
  }
}
