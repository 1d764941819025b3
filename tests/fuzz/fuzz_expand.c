/* Compact batches as anyone may send them to a server. What comes out is JSON, and whole:
 * to make it whole once more changes nothing. */
#include <stdlib.h>

#include "errors.h"
#include "expand.h"
#include "host.h"

enum { BYTES = 1 << 20 };

static _Alignas(8) char block[1 << 23];

/* Returns fh_expand's code, or what the text cannot be read for. */
static int expand(fh_writer *out, const char *text, size_t len) {
  char *copy = copy_of((const uint8_t *)text, len, false);
  fh_arena arena = {block, sizeof block, 0, false};
  int code;
  const fh_json *body = fh_json_parse(&arena, copy, len, &code);
  free(copy);
  return body ? fh_expand(out, body) : code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char first[BYTES], second[BYTES];
  if (size > FH_IO_BYTES) return 0;
  fh_writer out = fh_writer_on(first, sizeof first);
  fh_writer again = fh_writer_on(second, sizeof second);
  int code = expand(&out, (const char *)data, size);
  if (code) {
    HOLDS(code != FH_ERR_LARGE || out.full);
    return 0;
  }
  HOLDS(is_json((fh_text){out.ptr, out.len}));
  if (out.len > FH_IO_BYTES || expand(&again, out.ptr, out.len)) return 0;
  HOLDS(again.len == out.len && memcmp(again.ptr, out.ptr, out.len) == 0);
  return 0;
}
