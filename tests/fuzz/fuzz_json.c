/* The reader and the printer: what is read prints as JSON, and prints the same when
 * it is read once more; masking shortens it and breaks nothing. */
#include <stdlib.h>

#include "host.h"

static char block[FH_ARENA_BYTES * 4];
static char first[8 * FH_IO_BYTES], second[8 * FH_IO_BYTES];

static size_t print(const fh_json *value, char *out, size_t cap) {
  fh_writer writer = fh_writer_on(out, cap);
  fh_json_print(&writer, value);
  HOLDS(!writer.full);
  HOLDS(is_json((fh_text){out, writer.len}));
  return writer.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fh_arena arena = {.base = (char *)(((uintptr_t)block + 7) & ~(uintptr_t)7),
                    .cap = FH_ARENA_BYTES};
  int code = 0;
  char *text = copy_of(data, size, false);
  fh_json *value = fh_json_parse(&arena, text, size, &code);
  HOLDS(value ? code == 0 : code < 0 && code >= FH_ERR_LARGE);
  if (value) {
    size_t len = print(value, first, sizeof first);
    if (len <= FH_IO_BYTES) {
      char *copy = copy_of((const uint8_t *)first, len, false);
      fh_arena_reset(&arena);
      value = fh_json_parse(&arena, copy, len, &code);
      HOLDS(value || code == FH_ERR_COMPLEX);
      if (value) {
        HOLDS(print(value, second, sizeof second) == len && !memcmp(first, second, len));
        uint32_t count[FH_RULES] = {0};
        fh_mask mask;
        HOLDS(fh_mask_start(&mask, NULL, count));
        fh_mask_members(&mask, value);
        fh_mask_call(&mask, value);
        HOLDS(print(value, second, sizeof second) <= len + 3 * size);
      }
      free(copy);
    }
  }
  free(text);
  return 0;
}
