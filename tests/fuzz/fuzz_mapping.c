/* A mapping and an event: the bytes up to the first NUL, and those behind it. A mapping
 * that loads is applied twice, and makes the same of the event both times, as JSON. */
#include <stdint.h>
#include <stdlib.h>

#include "mapping.h"

static _Alignas(8) char room[1 << 20], other[1 << 20];
static char first[1 << 17], second[1 << 17];

static int apply(const fh_mapping *mapping, const uint8_t *data, size_t size,
                 fh_writer *writer) {
  char *copy = malloc(size + !size);
  memcpy(copy, data, size);
  int code = fh_mapping_apply(mapping, copy, size, writer);
  free(copy);
  return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char said[512];
  int error;
  fh_mapping mapping;
  fh_arena arena = {room, sizeof room, 0, false}, check = {other, sizeof other, 0, false};
  const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
  size_t len = nul ? (size_t)(nul - data) : size;
  char *copy = malloc(len + !len);
  memcpy(copy, data, len);
  fh_writer mistake = fh_writer_on(said, sizeof said);
  int code = fh_mapping_load(&mapping, &arena, copy, len, &mistake);
  free(copy);
  if (code || !nul) return 0;
  fh_writer one = fh_writer_on(first, sizeof first), two = fh_writer_on(second, sizeof second);
  code = apply(&mapping, nul + 1, size - len - 1, &one);
  if (apply(&mapping, nul + 1, size - len - 1, &two) != code) abort();
  if (code) return 0;
  if (one.len != two.len || memcmp(first, second, one.len) != 0) abort();
  /* One that nests deeper than what is read is still JSON. */
  if (one.len && !fh_json_parse(&check, first, one.len, &error) && error == -1) abort();
  return 0;
}
