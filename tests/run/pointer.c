/* Follows a JSON pointer through a tree of src/json.h. */
#include "pointer.h"

#include <stdlib.h>

static const fh_json *element(const fh_json *array, const char *index) {
  char *end;
  const fh_json *member = fh_json_first(array);
  for (unsigned long left = strtoul(index, &end, 10); left && member; left--)
    member = fh_json_next(member);
  return *index && !*end ? member : NULL;
}

/* Copies the name that `*at` begins with, ~1 and ~0 undone, and moves on. */
static void take_name(const char **at, char *name, size_t cap) {
  size_t n = 0;
  for (; **at && **at != '/' && n + 1 < cap; ++*at) {
    char c = **at;
    if (c == '~') c = *++*at == '1' ? '/' : '~';
    name[n++] = c;
  }
  name[n] = '\0';
}

const fh_json *pointed(const fh_json *value, const char *pointer) {
  char name[256];
  while (value && *pointer == '/') {
    pointer++;
    take_name(&pointer, name, sizeof name);
    value = fh_json_is_array(value) ? element(value, name) : fh_json_get(value, name);
  }
  return value;
}
