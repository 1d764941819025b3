#include "arena.h"

#include <stdint.h>
#include <string.h>

#include "check.h"

static _Alignas(8) char block[64];

static void blocks_are_aligned_and_apart(void) {
  fh_arena arena = {block, sizeof block, 0, false};
  char *a = fh_arena_alloc(&arena, 1);
  char *b = fh_arena_alloc(&arena, 9);
  char *c = fh_arena_alloc(&arena, 8);
  CHECK(a == block && b == block + 8 && c == block + 24);
  CHECK(!arena.exhausted);
}

static void what_does_not_fit_is_refused(void) {
  fh_arena arena = {block, 20, 0, false};
  CHECK(fh_arena_alloc(&arena, 21) == NULL);
  CHECK(arena.exhausted);
  CHECK(fh_arena_alloc(&arena, SIZE_MAX) == NULL);
  CHECK(fh_arena_alloc(&arena, 17) == block);
  CHECK(fh_arena_alloc(&arena, 1) == NULL); /* the padding took the rest */
  fh_arena_reset(&arena);
  CHECK(!arena.exhausted);
  CHECK(fh_arena_alloc(&arena, 20) == block);
}

int main(void) {
  RUN(blocks_are_aligned_and_apart);
  RUN(what_does_not_fit_is_refused);
  return finish();
}
