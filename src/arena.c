/* The bump allocator of arena.h. */
#include "arena.h"

void fh_arena_reset(fh_arena *arena) {
  arena->used = 0;
  arena->exhausted = false;
}

void *fh_arena_alloc(fh_arena *arena, size_t size) {
  if (size > arena->cap - arena->used) {
    arena->exhausted = true;
    return NULL;
  }
  void *block = arena->base + arena->used;
  arena->used += (size + 7) & ~(size_t)7;
  if (arena->used > arena->cap) arena->used = arena->cap;
  return block;
}
