/* Short hands for tests of what reads JSON and prints text. */
#ifndef FH_TESTS_TREE_H
#define FH_TESTS_TREE_H

#include <stdlib.h>

#include "json.h"

/* A tree of `len` bytes, good until the next call; NULL, and *code, if they are
 * refused. The text is copied into as many bytes as it has, for ASan to watch. */
static inline const fh_json *tree_of(const char *text, size_t len, int *code) {
  static _Alignas(8) char block[1 << 20];
  static fh_arena arena = {block, sizeof block, 0, false};
  char *copy = malloc(len + 1);
  memcpy(copy, text, len);
  fh_arena_reset(&arena);
  char *exact = len ? realloc(copy, len) : copy;
  const fh_json *value = fh_json_parse(&arena, exact, len, code);
  free(exact);
  return value;
}

static inline const fh_json *tree(const char *text) {
  int code;
  return tree_of(text, strlen(text), &code);
}

static inline bool is_text(const char *ptr, size_t len, const char *expected) {
  return len == strlen(expected) && memcmp(ptr, expected, len) == 0;
}

static inline bool wrote(const fh_writer *writer, const char *expected) {
  return !writer->full && is_text(writer->ptr, writer->len, expected);
}

/* Whether the value at hand prints as `expected`. */
static inline bool prints(const fh_json *value, const char *expected) {
  static char out[1 << 16];
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_json_print(&writer, value);
  return wrote(&writer, expected);
}

#endif
