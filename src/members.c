/* Keeps printed JSON members and prints them with their overrides. */
#include "members.h"

void fh_members_add(fh_members *members, fh_writer *writer, size_t start) {
  if (writer->full || members->count == FH_MAX_MEMBERS) {
    writer->len = start;
    writer->full = false;
    return;
  }
  if (writer->len == start) return;
  if (writer->ptr[start] == ',') start++; /* the list has no commas */
  members->item[members->count++] = (fh_text){writer->ptr + start, writer->len - start};
}

/* Whether `object` has a member of the same name as a printed one, whose name
 * is what stands between its first two quotes. */
static bool has(const fh_json *object, const fh_text *printed) {
  for (const fh_json *m = fh_json_first(object); m; m = fh_json_next(m)) {
    const char *name = fh_json_name(m);
    size_t len = strlen(name);
    if (len + 2 < printed->len && printed->ptr[len + 1] == '"' &&
        memcmp(printed->ptr + 1, name, len) == 0)
      return true;
  }
  return false;
}

void fh_put_members(fh_writer *writer, const fh_members *members,
                    const fh_json *overrides, const fh_json *more) {
  for (int i = 0; i < members->count; i++) {
    if (has(overrides, &members->item[i]) || has(more, &members->item[i])) continue;
    fh_put_comma(writer);
    fh_put_bytes(writer, members->item[i].ptr, members->item[i].len);
  }
}
